"""The mLSTM in chunks against the equations of one step after the other and autograd."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from lstm_tutor.cells.chunkwise import Memory, Projections, chunkwise, chunkwise_backward
from lstm_tutor.reference.matrix_memories import mlstm
from lstm_tutor.reference.report import Report, Row, compare
from lstm_tutor.reference.verify import go_back, leaves
from lstm_tutor.types import Array

__all__ = ["verify_chunks"]

T, N, HEADS, D = 7, 5, 2, 3


class Given:
    """In the place of a cell's weights: what they would make of the input is given in its place."""

    def of_input(self, block: str, a: torch.Tensor) -> torch.Tensor:
        """The input itself."""
        return a


def step_by_step(p: dict[str, torch.Tensor], past: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict]:
    """What is read at each step through an open output gate, (T, N, heads, d), and the memory at the end."""
    reads = []
    past = {"C": past["C"], "n": past["n"].flatten(1), "m": past["m"], "h": torch.zeros_like(past["n"].flatten(1))}
    for t in range(T):
        q, k, v = (p[name][t].flatten(1) for name in "qkv")
        open_gate = torch.full_like(q, 1000.0)
        past = mlstm(Given(), torch.cat([q, k * D**0.5, v, p["a_i"][t], p["a_f"][t], open_gate], -1), past)
        reads.append(past["h"].unflatten(-1, (HEADS, D)))
    return torch.stack(reads), {"C": past["C"], "n": past["n"].unflatten(-1, (HEADS, D)), "m": past["m"]}


def _verify(chunk_size: int, dtype: str, seed: int) -> Iterator[Row]:
    rng = np.random.default_rng(seed)

    def draw(*shape: int) -> Array:
        return np.asarray(rng.standard_normal(shape), dtype)

    vectors, numbers = (T, N, HEADS, D), (T, N, HEADS)
    p = Projections(*(draw(*vectors) for _ in "qkv"), *(draw(*numbers) for _ in "if"))
    memory, d_memory = (Memory(draw(N, HEADS, D, D), draw(N, HEADS, D), draw(N, HEADS)) for _ in range(2))
    d_y = draw(*vectors)
    y, after = chunkwise(p, memory, chunk_size)
    d_p, d_before = chunkwise_backward(p, memory, chunk_size, d_y, d_memory)
    inputs, start = leaves(p._asdict()), leaves(memory._asdict())
    reads, end = step_by_step(inputs, start)
    go_back(reads, end, d_y, d_memory)
    pairs: list[tuple[str, Any, Any]] = [("output", y, reads)]
    pairs += [(f"final_state.{name}", getattr(after, name), end[name]) for name in Memory._fields]
    pairs += [(f"d {name}", getattr(d_p, name), inputs[name].grad) for name in Projections._fields]
    pairs += [(f"d initial_state.{name}", getattr(d_before, name), start[name].grad) for name in Memory._fields]
    words = "recurrent" if chunk_size == 1 else "parallel" if chunk_size >= T else f"chunks of {chunk_size}"
    return compare(f"MLSTM by chunkwise, {words}", f"T={T} N={N}", dtype, "equations", pairs, steep=True)


def verify_chunks(*, progress: bool = False) -> Report:
    """Verify the recurrent, the parallel and the chunkwise form of the mLSTM, with all gradients, in both dtypes.

    Returns
    -------
    Report
    """
    grid = [(size, dtype, seed) for size in (1, 2, 3, T) for dtype in ("float64", "float32") for seed in range(3)]
    return Report(
        row for case in tqdm(grid, desc="chunks", unit="form", disable=not progress) for row in _verify(*case)
    )
