"""What cells with a matrix for a memory share: heads, blocks of unequal height, and gates from the input alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor.cells.base import Array, Cell
from lstm_tutor.checks import positive_int
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["MatrixCell"]


class MatrixCell(Cell):
    """A cell whose heads each hold a matrix, into which it writes values under keys and reads by queries.

    The H units are split among `num_heads` heads, d = H / num_heads units each. A vector (N, H) has its heads side by
    side; a gate is one number for each head, (N, num_heads); the memory is (N, num_heads, d, d), with a row for each
    unit of a value and a column for each unit of a key. Nothing but the memory looks back: there is no ``weight_hh``.

    A cell names its blocks, and among them its `head_gates`. What is here called ``a`` is (1, N, U), all blocks side by
    side, since they are not equally wide; the blocks that `extras` copy follow.

    Parameters
    ----------
    num_heads : int
        H must be a multiple of it.
    """

    head_gates: tuple[str, ...] = ()

    def __init__(
        self, input_size: int, hidden_size: int, *, num_heads: int = 1, dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        what = type(self).__name__
        self.num_heads = positive_int(what, "num_heads", num_heads)
        if positive_int(what, "hidden_size", hidden_size) % self.num_heads:
            raise ValueError(
                f"{what}: expected hidden_size to be a multiple of num_heads, {num_heads}, got {hidden_size}"
            )
        self.head_size = int(hidden_size) // self.num_heads
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.columns = self._slices((*self.blocks, *self.extras))  # of each block and extra in `a`

    def _slices(self, blocks: tuple[str, ...]) -> list[slice]:
        """Where each of the blocks lies, side by side or one below the other."""
        heights = [
            self.num_heads if block.removeprefix("a_") in self.head_gates else self.hidden_size for block in blocks
        ]
        ends = np.cumsum(heights).tolist()
        return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]

    def shapes(self) -> dict[str, tuple[int, ...]]:
        rows = self._slices(self.blocks)[-1].stop
        return {"weight_ih": (rows, self.input_size), "bias": (rows,)}

    def rows(self, block: str) -> slice:
        return self._slices(self.blocks)[self.blocks.index(block)]

    def by_block(self, weight: Array) -> Array:
        """A weight (U, K) as one matrix that rows of K values are multiplied by, (1, K, U), and the extras' columns."""
        copied = [weight[self.rows(extra.removeprefix("a_"))] for extra in self.extras]  # "a_f" copies block "f"
        return np.ascontiguousarray(np.concatenate([weight, *copied]).T)[None]

    def from_input(self, x: Array, rng: RNG = None) -> Array:
        a = x.reshape(-1, self.input_size) @ self.by_block(self.weight_ih)
        a += self.by_block(self.bias[:, None])
        return a.reshape(1, *x.shape[:-1], -1)

    def recurrent_weights(self) -> None:
        """None: the gates do not look back."""
        return None

    def split(self, a: Array) -> list[Array]:
        """The blocks and the extras in `a`, (1, ..., U), each a view (..., H) or (..., num_heads)."""
        return [a[0, ..., columns] for columns in self.columns]

    def by_head(self, vector: Array) -> Array:
        """A vector (..., H) as (..., num_heads, d)."""
        return vector.reshape(*vector.shape[:-1], self.num_heads, self.head_size)

    def record(self, gates: Array, state: Any) -> Any:
        names = self.blocks + self.extras
        return self.Step(**(dict(zip(names, self.split(gates), strict=True)) | state._asdict()))

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        return self.input_gradients(trace, da)


def outer(u: Array, v: Array) -> Array:
    """``u v^T`` of each head: (..., d) and (..., d) to (..., d, d)."""
    return np.einsum("...v,...k->...vk", u, v)  # three times as fast as a product of views


def product(M: Array, v: Array) -> Array:
    """``M v`` of each head: (..., d, d) and (..., d) to (..., d)."""
    return (M @ v[..., None])[..., 0]


def product_from_left(u: Array, M: Array) -> Array:
    """``u^T M`` of each head: (..., d) and (..., d, d) to (..., d)."""
    return (u[..., None, :] @ M)[..., 0, :]


def dot(u: Array, v: Array) -> Array:
    """``u^T v`` of each head: (..., d) and (..., d) to (...)."""
    return np.einsum("...d,...d->...", u, v)
