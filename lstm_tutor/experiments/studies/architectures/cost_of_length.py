"""What a longer sequence costs: time and memory, to train on it and to write it, cell by cell beside the LSTM."""

import gc
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import lstm_tutor as lt
from lstm_tutor.activations import softmax
from lstm_tutor.cells import chunkwise as forms
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.store import Results
from lstm_tutor.types import Array

LENGTHS = (32, 128, 512, 2048)
SIZE = 64  # units, and inputs


def run(settings: Settings, seed: int) -> Metrics:
    """Measure a cell and, in turns with it, an LSTM of as many units: one sequence, float32, seconds of the processor.

    Metrics, each a list over `LENGTHS`: `train`, the time of a pass forward and back, and `memory`, the most bytes it
    holds, both in units of what the LSTM needs for 32 steps; `write`, the time of one more step after so many, in units
    of a step of the LSTM; `kept`, how many numbers have to be kept to write that step.
    """
    layer = build(settings, seed)
    lstm = lt.LSTM(SIZE, SIZE, dtype="float32", rng=seed)
    x = np.random.default_rng(seed).standard_normal((max(LENGTHS), 1, SIZE)).astype(np.float32)
    unit = least(lambda: train(lstm, x[:32]))
    unit_step = least(lambda: lstm.forward(x[:1]), 30)
    unit_bytes = peak(lambda: train(lstm, x[:32]))
    result: dict[str, list[float]] = {"train": [], "memory": [], "write": [], "kept": []}
    for T in LENGTHS:
        work = (
            partial(train_in_chunks, layer, x[:T], settings["chunk"])
            if "chunk" in settings
            else partial(train, layer, x[:T])
        )
        result["train"].append(round(least(work) / unit, 3))
        result["memory"].append(round(peak(work) / unit_bytes, 3))
        step, kept = writer(layer, x[: T + 1], settings.get("stored", False))
        result["write"].append(round(least(step, 30 if settings["cell"] != "TransformerEncoder" else 4) / unit_step, 3))
        result["kept"].append(kept)
    return {"lengths": list(LENGTHS), **result}


def build(settings: Settings, seed: int) -> Any:
    """Build a layer from settings: `cell`, and `options` of the layer."""
    return getattr(lt, settings["cell"])(SIZE, SIZE, dtype="float32", rng=seed, **settings.get("options", {}))


def train(layer: Any, x: Array) -> None:
    """Go forward over a sequence and back."""
    trace = layer.forward(x)
    layer.backward(trace, np.ones_like(trace.output))


def train_in_chunks(layer: Any, x: Array, chunk_size: int) -> tuple[Array, Array]:
    """Go forward over a sequence and back with an mLSTM of one layer, chunk by chunk; return dL/dx and dL/dW_x."""
    (cell,) = layer.cells[0]
    p, o = forms.project(cell, x)
    before = forms.empty_memory(p.a_i, cell.head_size)
    y, after = forms.chunkwise(p, before, chunk_size)
    none = forms.Memory(*(np.zeros_like(values) for values in after))
    d_p, _ = forms.chunkwise_backward(p, before, chunk_size, o, none)
    d_p = d_p._replace(k=d_p.k / np.sqrt(cell.head_size))
    d_o = y * o * (1 - o)
    T = len(x)
    da = np.concatenate([block.reshape(T, -1) for block in (*d_p, d_o)], axis=1)  # all rows of the weights
    return da @ cell.weight_ih, da.T @ x.reshape(T, -1)


def least(work: Callable[[], Any], times: int = 4) -> float:
    """Return the least of several times of the processor, in seconds: what else the machine does adds to it."""
    seconds = []
    for _ in range(times):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return max(min(seconds), 1e-7)


def peak(work: Callable[[], Any]) -> int:
    """Return the most bytes that NumPy's arrays hold while something is done."""
    gc.collect()
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def writer(layer: Any, x: Array, stored: bool) -> tuple[Callable[[], Any], int]:
    """Return a function that makes the last step of x once all before it is read, and how many numbers it needs."""
    if not isinstance(layer, lt.TransformerEncoder):
        state = layer.forward(x[:-1]).final_state
        return lambda: layer.forward(x[-1:], state), sum(values.size for values in state)
    if not stored:
        return lambda: layer.forward(x), x[:-1].size
    store = Store(layer, len(x))
    for row in x[:-1]:
        store.step(row)
    return lambda: store.peek(x[-1]), 2 * layer.num_layers * (len(x) - 1) * layer.hidden_size


class Store:
    """The keys and values of all steps so far, so that an encoder makes one more step without doing the others again.

    Parameters
    ----------
    encoder : TransformerEncoder
        Causal.
    steps : int
        For how many steps there is room.

    References
    ----------
    Vaswani et al. (2017), section 3.1: a decoder's step looks at the steps before it, which do not change.
    """

    def __init__(self, encoder: Any, steps: int) -> None:
        heads, size = encoder.num_heads, encoder.hidden_size // encoder.num_heads
        self.encoder, self.t = encoder, 0
        self.positions = lt.transformer.sinusoidal_positions(steps, encoder.hidden_size).astype(encoder.dtype)
        self.keys = np.empty((encoder.num_layers, heads, steps, size), encoder.dtype)
        self.values = np.empty_like(self.keys)

    def step(self, x: Array) -> Array:
        """Read x (1, D), and return the encoder's output at this step, (1, H)."""
        y = self.peek(x)
        self.t += 1
        return y

    def peek(self, x: Array) -> Array:
        """The output of a next step, which does not become part of the past."""
        encoder, t = self.encoder, self.t
        rows = encoder.embed.forward(x) + self.positions[t]
        for block, keys, values in zip(encoder.blocks, self.keys, self.values, strict=True):
            attention = block.self_attn
            q, keys[:, t], values[:, t] = attention.in_proj.forward(block.norm1.forward(rows).y).reshape(
                3, len(keys), -1
            )
            alpha = softmax(attention.scale * (keys[:, : t + 1] @ q[..., None])[..., 0])  # (heads, t + 1)
            z = (alpha[:, None] @ values[:, : t + 1]).reshape(1, -1)
            rows = rows + attention.out_proj.forward(z)
            hidden = block.activation(block.linear1.forward(block.norm2.forward(rows).y))
            rows = rows + block.linear2.forward(hidden)
        return encoder.norm.forward(rows).y


def at(results: Results, variant: str, metric: str, T: int) -> float:
    """Return a metric at a length, the median over the runs."""
    return float(results.median(variant, metric)[LENGTHS.index(T)])


def growth(results: Results, variant: str, metric: str) -> float:
    """Return how many times a metric grew when the sequence became four times as long, at the long end."""
    return at(results, variant, metric, LENGTHS[-1]) / at(results, variant, metric, LENGTHS[-2])


HEADS = {"num_heads": 4}
CELLS: dict[str, Settings] = {
    "lstm": {"cell": "LSTM"},
    "gru": {"cell": "GRU"},
    "mingru": {"cell": "MinGRU"},
    "mingru, scan": {"cell": "MinGRU", "options": {"parallel": True}},
    "lru, scan": {"cell": "LRU", "options": {"parallel": True}},
    "mlstm": {"cell": "MLSTM", "options": HEADS},
    "mlstm, chunks": {"cell": "MLSTM", "options": HEADS, "chunk": 64},
    "mlstm, parallel": {"cell": "MLSTM", "options": HEADS, "chunk": 2048},
    "transformer": {"cell": "TransformerEncoder", "options": HEADS},
    "transformer, stored": {"cell": "TransformerEncoder", "options": HEADS, "stored": True},
}
LONGEST = LENGTHS[-1]
NO_CACHE, CACHE = "transformer", "transformer, stored"


def _entry(measure: str, k: int) -> Callable[[Metrics], float]:
    return lambda metrics: metrics[measure][k]


EXPERIMENT = Experiment(
    name="cost_of_length",
    title="What a longer sequence costs",
    question="How do time and memory grow with the length of a sequence, to train on it and to write it?",
    run=run,
    variants=CELLS,
    seeds=3,
    words={
        "mingru, scan": "minGRU, all steps at once", "lru, scan": "state-space layer, all steps at once",
        "mlstm": "mLSTM, step by step", "mlstm, chunks": "mLSTM, chunks of 64",
        "mlstm, parallel": "mLSTM, all steps at once", CACHE: "transformer, keys stored",
    },
    strips=(
        Strip(lambda m: m["train"][-1], "training on 2,048 steps, times the LSTM's 32", log=True),
        Strip(lambda m: m["write"][-1], "writing step 2,049, times a step of the LSTM", log=True),
    ),
    pages=("today",),
    deviations="One sequence, 64 units and inputs, one layer, one block of the transformer, float32, NumPy, time of "
    "one processor, the least of four. A library that fuses steps, or a machine with thousands of cores, has other "
    "ratios; how they grow with the length is the same.",
    columns=(
        *(Column(f"training, {T} steps", _entry("train", k)) for k, T in enumerate(LENGTHS)),
        *(Column(f"memory, {T} steps", _entry("memory", k)) for k, T in ((0, 32), (3, 2048))),
        *(Column(f"writing after {T}", _entry("write", k)) for k, T in ((0, 32), (3, 2048))),
        Column("numbers kept after 2048", lambda m: m["kept"][-1], "{:,.0f}"),
    ),
    claims=(
        Claim("four times as many steps take the LSTM between three and five times as long to train on",
              lambda r: 3 < growth(r, "lstm", "train") < 5, ("lstm",)),
        Claim("they take the transformer more than eight times as long",
              lambda r: growth(r, NO_CACHE, "train") > 8, (NO_CACHE,)),
        Claim("at 32 steps the transformer trains faster than the LSTM, at 2,048 slower",
              lambda r: at(r, NO_CACHE, "train", 32) < at(r, "lstm", "train", 32)
              and at(r, NO_CACHE, "train", LONGEST) > at(r, "lstm", "train", LONGEST), (NO_CACHE, "lstm")),
        Claim("a step that is written takes every recurrent cell as long after 2,048 steps as after 32, within a third",
              lambda r: all(0.75 < at(r, v, "write", LONGEST) / at(r, v, "write", 32) < 4 / 3
                            for v in ("lstm", "gru", "mingru", "mlstm")), ("lstm", "gru", "mingru", "mlstm")),
        Claim("a transformer that stores its keys writes a step after 2,048 at least a hundred times as fast as one "
              "that does not", lambda r: at(r, NO_CACHE, "write", LONGEST) > 100 * at(r, CACHE, "write", LONGEST),
              (NO_CACHE, CACHE)),
        Claim("at 2,048 steps chunks of 64 make the mLSTM at least twice as fast to train as single steps, and faster "
              "than all steps at once",
              lambda r: at(r, "mlstm", "train", LONGEST) > 2 * at(r, "mlstm, chunks", "train", LONGEST)
              and at(r, "mlstm, parallel", "train", LONGEST) > at(r, "mlstm, chunks", "train", LONGEST),
              ("mlstm", "mlstm, chunks", "mlstm, parallel")),
        Claim("a minGRU trains faster than a GRU at every length, as a loop",
              lambda r: all(at(r, "mingru", "train", T) < at(r, "gru", "train", T) for T in LENGTHS),
              ("mingru", "gru"), "saying"),
        Claim("doing all steps at once makes a minGRU at least twice as fast as its loop, on one core",
              lambda r: all(at(r, "mingru", "train", T) > 2 * at(r, "mingru, scan", "train", T) for T in LENGTHS),
              ("mingru", "mingru, scan"), "saying"),
    ),
)  # fmt: skip
