"""How long a forward and a backward pass take beside PyTorch's: `make bench`.

Three rivals do the same work, the gradients of x and of every parameter included: this package, torch.nn with autograd,
and the NumPy loop that one writes first. They take turns, so that whatever else the machine does falls on all alike,
and what counts is the median of the ratios of neighbours. All have the same number of threads.
"""

import argparse
import gc
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import torch
from loops import gru_loop, lstm_loop, rnn_loop
from tqdm import tqdm

from lstm_tutor import layers

__all__ = ["BUDGETS", "CELLS", "Row", "main", "time_row"]

BUDGETS = {"float64": 1.0, "float32": 2.0}  # times PyTorch's time
SIZES = [  # T, N, D, H: steps, sequences, inputs, hidden units
    (20, 8, 16, 32), (100, 16, 32, 64), (50, 32, 96, 96), (200, 4, 16, 128), (100, 1, 32, 256), (100, 64, 128, 256),
    (784, 1, 1, 16), (784, 16, 1, 64),
]  # fmt: skip
QUICK_SIZES = [(20, 8, 16, 32), (100, 16, 32, 64), (50, 32, 96, 96)]
MEMORY_STEPS = (100, 200, 400, 800)


class Rivals(NamedTuple):
    """Who competes: a row of the table of cells."""

    layer: type
    module: type
    loop: Callable


CELLS = {
    "RNN": Rivals(layers.RNN, torch.nn.RNN, rnn_loop),
    "LSTM": Rivals(layers.LSTM, torch.nn.LSTM, lstm_loop),
    "GRU": Rivals(layers.GRU, torch.nn.GRU, gru_loop),
}


# -- time --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One cell, dtype and size. Times are medians in milliseconds, ratios are medians of ratios."""

    cell: str
    dtype: str
    T: int
    N: int
    D: int
    H: int
    ours: float
    torch: float
    loop: float
    ratio: float  # ours / torch
    budget: float
    loop_ratio: float  # loop / ours
    rounds: int

    @property
    def met(self):
        """Whether the ratio is within its budget."""
        return self.ratio <= self.budget


def contestants(cell, dtype, T, N, D, H):
    """Three functions without arguments, each of which returns dx and d(each parameter) of the same problem."""
    rivals, rng = CELLS[cell], np.random.default_rng(0)
    layer = rivals.layer(D, H, dtype=dtype, rng=rng)
    module = layer.to_torch()
    x, d_output = (rng.standard_normal((T, N, size)).astype(dtype) for size in (D, H))
    parameters = layer.parameters().values()
    their_x, their_d = torch.tensor(x, requires_grad=True), torch.tensor(d_output)
    leaves = [their_x, *module.parameters()]

    def ours():
        grads = layer.backward(layer.forward(x), d_output)
        return [grads.x, *grads.parameters.values()]

    def theirs():
        output, _ = module(their_x)
        dx, dW, dU, db, second = (gradient.numpy() for gradient in torch.autograd.grad(output, leaves, their_d))
        return [dx, dW, dU, db, second[-H:]][: 1 + len(parameters)]  # the second bias: only the GRU's b_hn is its own

    def loop():
        return rivals.loop(*parameters, x, d_output)

    return ours, theirs, loop


def take_turns(functions, *, seconds, least):
    """Times in seconds, (rounds, functions): at least `least` rounds, and as many as fit into `seconds`."""
    for function in functions:
        function()
    times, start, collecting = [], time.perf_counter(), gc.isenabled()
    gc.disable()
    try:
        while len(times) < least or time.perf_counter() - start < seconds:
            stamps = [time.perf_counter()]
            for function in functions:
                function()
                stamps.append(time.perf_counter())
            times.append(np.diff(stamps))
    finally:
        if collecting:
            gc.enable()
    return np.array(times)


def time_row(cell, dtype, size, *, seconds=2.0, least=7):
    """Time one row of the table.

    Raises
    ------
    AssertionError : the rivals do not compute the same
    """
    functions = contestants(cell, dtype, *size)
    tolerance = {"float64": 1e-8, "float32": 1e-2}[dtype]
    reference = functions[1]()
    for function in functions:
        for gradient, other in zip(function(), reference, strict=True):
            np.testing.assert_allclose(gradient, other, rtol=tolerance, atol=tolerance)
    times = take_turns(functions, seconds=seconds, least=least)
    ours, theirs, loop = np.median(times, axis=0) * 1e3
    return Row(
        cell, dtype, *size, ours=float(ours), torch=float(theirs), loop=float(loop),
        ratio=float(np.median(times[:, 0] / times[:, 1])), budget=BUDGETS[dtype],
        loop_ratio=float(np.median(times[:, 2] / times[:, 0])), rounds=len(times),
    )  # fmt: skip


# -- import time and memory --------------------------------------------------------------------------------------------


def import_seconds(module, repeats=7):
    """Median time of `import module` in a fresh interpreter, once the files are in the disk cache."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    told = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
            for _ in range(repeats + 1)]  # fmt: skip
    return statistics.median(float(text) for text in told[1:])


def peak_memory(cell, steps, *, N=16, D=32, H=64):
    """Megabytes that a forward and a backward pass hold at most, for each number of steps."""
    peaks = []
    for T in steps:
        ours, _, _ = contestants(cell, "float64", T, N, D, H)
        gc.collect()
        tracemalloc.start()
        ours()
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    return peaks


# -- what is said of it ------------------------------------------------------------------------------------------------


COLUMNS = "cell dtype T N D H | ours ms | torch ms | loop ms | ours/torch | budget | verdict | loop/ours"


def table(rows):
    """The rows as text."""
    sizes, *others = COLUMNS.split(" | ")
    lines = [(*sizes.split(), *others)]
    for r in rows:
        figures = (f"{value:.2f}" for value in (r.ours, r.torch, r.loop, r.ratio))
        verdict = "met" if r.met else "MISSED"
        lines.append((r.cell, r.dtype, *map(str, (r.T, r.N, r.D, r.H)), *figures, f"{r.budget:.1f}", verdict,
                      f"{r.loop_ratio:.2f}"))  # fmt: skip
    widths = [max(len(line[k]) for line in lines) for k in range(len(lines[0]))]
    return "\n".join("  ".join(f"{cell:>{w}}" for cell, w in zip(line, widths, strict=True)) for line in lines)


def summary(rows):
    """One line per cell and dtype: how many sizes are within the budget, and which is the worst."""
    lines = []
    for cell, dtype in dict.fromkeys((row.cell, row.dtype) for row in rows):
        group = [row for row in rows if (row.cell, row.dtype) == (cell, dtype)]
        met, worst = sum(row.met for row in group), max(group, key=lambda row: row.ratio)
        rest = "" if met == len(group) else ", MISSED at the rest"
        lines.append(
            f"{cell} {dtype}: budget {BUDGETS[dtype]:.1f}x met at {met} of {len(group)} sizes{rest}; "
            f"median {statistics.median(row.ratio for row in group):.2f}x, "
            f"worst {worst.ratio:.2f}x at T={worst.T} N={worst.N} H={worst.H}"
        )
    return lines


def memory_line(cell, steps, peaks):
    """How peak memory grows with T: linear growth doubles it when T doubles."""
    figures = ", ".join(f"T={T}: {peak:.1f} MB" for T, peak in zip(steps, peaks, strict=True))
    growth = ", ".join(f"{after / before:.2f}" for before, after in itertools.pairwise(peaks))
    return f"{cell} peak memory (N=16, H=64, float64): {figures}; each doubling of T multiplies it by {growth}"


def _with_threads(threads, arguments):
    """Run this command in a process whose libraries were told their number of threads before they were loaded."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    environment = os.environ | dict.fromkeys(names, str(threads)) | {"LSTM_TUTOR_BENCH": str(threads)}
    return subprocess.call([sys.executable, __file__, *arguments], env=environment)


def main(arguments=None):
    """Run the command line and return its exit status: 0, whatever the ratios are."""
    parser = argparse.ArgumentParser(prog="python tests/benchmark/bench.py", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="three sizes, a few rounds each")
    parser.add_argument("--json", action="store_true", help="print everything as JSON instead of tables")
    parser.add_argument("--threads", type=int, default=1, help="of linear algebra, for every rival (default 1)")
    options = parser.parse_args(arguments)
    if os.environ.get("LSTM_TUTOR_BENCH") != str(options.threads):
        return _with_threads(options.threads, sys.argv[1:] if arguments is None else arguments)
    torch.set_num_threads(options.threads)

    sizes = QUICK_SIZES if options.quick else SIZES
    effort = {"seconds": 0.3, "least": 5} if options.quick else {"seconds": 2.0, "least": 9}
    grid = [(cell, dtype, size) for cell in CELLS for dtype in BUDGETS for size in sizes]
    bar = tqdm(grid, desc="bench", unit="row", disable=None)
    rows = [time_row(*row, **effort) for row in bar]
    imports = {name: import_seconds(name) for name in ("numpy", "lstm_tutor")}
    memory = {cell: peak_memory(cell, MEMORY_STEPS) for cell in CELLS}
    machine = {"python": platform.python_version(), "numpy": np.__version__, "torch": torch.__version__,
               "machine": platform.machine(), "cores": os.cpu_count(), "threads": options.threads}  # fmt: skip
    if options.json:
        print(json.dumps({
            "machine": machine, "rows": [asdict(row) | {"met": row.met} for row in rows], "summary": summary(rows),
            "import_seconds": imports, "memory_steps": MEMORY_STEPS, "peak_memory_mb": memory,
        }, indent=1))  # fmt: skip
        return 0
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    print(table(rows), "", *summary(rows), sep="\n")
    print(f"import lstm_tutor: {imports['lstm_tutor']:.3f} s, of which numpy {imports['numpy']:.3f} s (budget 0.2 s)")
    print(*(memory_line(cell, MEMORY_STEPS, peaks) for cell, peaks in memory.items()), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
