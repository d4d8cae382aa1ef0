"""Plants wrong formulas, one at a time, and shows which test catches each: `make mutants`.

Each mutant is an edit of the package's source that must match exactly once; where the source has moved on, the command
says so and fails. The mutant lives in a temporary copy of the package, the tests run against that copy, and stop at the
first failure. Exit status 1 if a mutant survives, if an edit does not match, or if a test fails without a mutant.

Many of these errors are in print: the numbers in brackets are those of the claims that the book tests.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
CELL = ("test_cells.py", "test_layers.py")
UNROLL, LOSSES, OPTIM, TRAINING, TORCH = (
    (f"test_{name}.py",) for name in ("layers", "losses", "optim", "training", "reference")
)
DROPOUT, LOADING = ((*UNROLL, "-k", word) for word in ("dropout", "load"))  # the last of a long file


class Mutant(NamedTuple):
    """A wrong formula, and the tests that ought to see it."""

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]  # pairs of a piece of source, which must be there once, and what replaces it
    tests: tuple[str, ...] = CELL  # files of tests/, and options of pytest


def lstm(text):
    """A piece of the LSTM's step backward, told from the same piece of the LSTM of 1997 by the line that follows."""
    return f"{text}        df = dc * prev.c\n"


DC = "        dc = d.c + d.h * o * tanh_slope(tanh_c)\n        di = dc * g\n"

MUTANTS = [
    # -- squashing functions
    Mutant("slope of the sigmoid without (1 - y)", "activations.py", (("return y * (1 - y)", "return y"),)),
    Mutant("slope of tanh is 1 - y", "activations.py", (("return 1 - y * y", "return 1 - y"),)),
    Mutant("relu has a slope at and below its kink", "activations.py", (("(y > 0)", "(y >= 0)"),)),
    # -- the RNN
    Mutant("RNN without recurrence: tanh(W x + b) (7)", "cells.py",
           (("        z += prev.h @ W_h  # (1, N, H)\n", ""),)),
    Mutant("RNN: backward without the slope of the squashing", "cells.py",
           (("dz[:] = d.h * self.slope(step.h)", "dz[:] = d.h"),)),
    Mutant("RNN: the gradient is not handed to the step before", "cells.py",
           (("return d, State(h=dz @ self.weight_hh)", "return d, State(h=0 * d.h)"),)),
    # -- the LSTM of 1997
    Mutant("LSTM1997: the cell is overwritten, not added to", "cells.py", (("c = prev.c + i * g", "c = i * g"),)),
    Mutant("LSTM1997: the carry of dc is forgotten", "cells.py",
           (("LSTMState(h=dz @ self.weight_hh, c=dc)", "LSTMState(h=dz @ self.weight_hh, c=0 * dc)"),)),
    Mutant("LSTM1997: the candidate goes through a sigmoid", "cells.py",
           (("tanh(g, out=g), sigmoid(o, out=o)\n        c = prev.c",
             "sigmoid(g, out=g), sigmoid(o, out=o)\n        c = prev.c"),)),
    # -- the LSTM
    Mutant("LSTM: h = tanh(g), cell and output gate never reach h (8)", "cells.py",
           (("c = f * prev.c + i * g\n        h = o * tanh(c)", "c = f * prev.c + i * g\n        h = tanh(g)"),)),
    Mutant("LSTM: the forget gate multiplies g, the input gate c (8)", "cells.py",
           (("c = f * prev.c + i * g", "c = i * prev.c + f * g"),)),
    Mutant("LSTM: no input gate, c = f c + (1 - f) g", "cells.py",
           (("c = f * prev.c + i * g", "c = f * prev.c + (1 - f) * g"),)),
    Mutant("LSTM: the candidate goes through a sigmoid", "cells.py",
           (("tanh(g, out=g), sigmoid(o, out=o)\n        c = f",
             "sigmoid(g, out=g), sigmoid(o, out=o)\n        c = f"),)),
    Mutant("LSTM: h = o c, without tanh", "cells.py",
           (("c = f * prev.c + i * g\n        h = o * tanh(c)", "c = f * prev.c + i * g\n        h = o * c"),)),
    Mutant("LSTM: gates in the order i, g, f, o, forward and backward alike", "cells.py",
           (('blocks = ("i", "f", "g", "o")', 'blocks = ("i", "g", "f", "o")'),
            ("        i, f, g, o = z\n", "        i, g, f, o = z\n"),
            ("df * sigmoid_slope(f), dg * tanh_slope(g)", "dg * tanh_slope(g), df * sigmoid_slope(f)"))),
    Mutant("LSTM: gradients of the blocks in the order i, g, f, o", "cells.py",
           (("df * sigmoid_slope(f), dg * tanh_slope(g)", "dg * tanh_slope(g), df * sigmoid_slope(f)"),)),
    Mutant("LSTM: the carry of dc is forgotten", "cells.py", (("c=dc * f)", "c=0 * dc)"),)),
    Mutant("LSTM: the carry of dc skips the forget gate", "cells.py", (("c=dc * f)", "c=dc)"),)),
    Mutant("LSTM: dc without the slope of tanh", "cells.py",
           ((lstm(DC), lstm(DC.replace(" * tanh_slope(tanh_c)", ""))),)),
    Mutant("LSTM: dc without the way through h", "cells.py",
           ((lstm(DC), lstm(DC.replace(" + d.h * o * tanh_slope(tanh_c)", ""))),)),
    Mutant("LSTM: the output gate's gradient with c for tanh(c)", "cells.py",
           ((lstm("        do = d.h * tanh_c\n" + DC), lstm("        do = d.h * c\n" + DC)),)),
    Mutant("LSTM: the forget gate's gradient with c_t for c_(t-1)", "cells.py",
           (("        df = dc * prev.c\n", "        df = dc * c\n"),)),
    Mutant("LSTM: the forget bias in the candidate's block", "cells.py", (('self.rows("f")', 'self.rows("g")'),)),
    # -- what all cells share
    Mutant("the bias is dropped", "cells.py",
           (("        z += self.bias.reshape(-1, 1, self.hidden_size)\n", ""),)),
    Mutant("the weight's gradient with h_t for h_(t-1)", "cells.py", (("trace.before.h", "trace.record.h"),), UNROLL),
    Mutant("the bias's gradient is a mean", "cells.py", (("dz.sum(axis=0)", "dz.mean(axis=0)"),), UNROLL),
    # -- unrolling
    Mutant("the output is the state before the step", "layers.py",
           (("for k in (slice(0, T), slice(1, None), T))", "for k in (slice(0, T), slice(0, T), T))"),), UNROLL),
    Mutant("the final state is that before the last step", "layers.py",
           (("slice(1, None), T))", "slice(1, None), T - 1))"),), UNROLL),
    Mutant("the reverse direction reads the future state before it is computed (13)", "layers.py",
           (("cell.step(z[:, t], state, W_h)",
             "cell.step(z[:, t], cell.initial_state(N) if reverse else state, W_h)"),), UNROLL),
    Mutant("the reverse direction runs forward", "layers.py", (("        x = x[::-1]\n", ""),), UNROLL),
    Mutant("lengths are ignored in the reverse direction", "layers.py",
           (("valid = None if valid is None else valid[::-1]", "valid = None"),), UNROLL),
    Mutant("the final state of the reverse direction at the wrong end", "layers.py",
           (("slice(1, None), T))", "slice(1, None), 1 if reverse else T))"),), UNROLL),
    Mutant("padding moves the state on", "layers.py",
           (("np.where(valid[t], new, old) for new, old in zip(state, prev", "new for new, old in zip(state, prev"),),
           UNROLL),
    Mutant("padding reaches the weights' gradients", "layers.py", (("            dz[t] *= valid[t]\n", ""),), UNROLL),
    Mutant("padding stops the gradient", "layers.py",
           (("new, old) for new, old in zip(d_prev", "new, 0) for new, old in zip(d_prev"),), UNROLL),
    Mutant("the gradient of the final state is ignored", "layers.py",
           (("    d = d_final\n", "    d = cell.State(*(0 * value for value in d_final))\n"),), UNROLL),
    Mutant("the gradient of the outputs arrives one step late", "layers.py",
           (("d.h + d_output[t]", "d.h + d_output[t - 1]"),), UNROLL),
    Mutant("dL/dx of the reverse direction is not turned round", "layers.py",
           (("return dx[::-1] if trace.reverse else dx, d,", "return dx, d,"),), UNROLL),
    Mutant("dL/dx is that of one direction only", "layers.py",
           (("dx_j if dx is None else dx + dx_j", "dx_j"),), UNROLL),
    Mutant("rows of the initial state's gradient from the last layer to the first", "layers.py",
           (("for r in sorted(rows))", "for r in sorted(rows, reverse=True))"),), UNROLL),
    Mutant("layers beyond the first ignore forget_bias", "layers.py",
           (("rng=rng, **cell_options) for _", "rng=rng, **(cell_options if k == 0 else {})) for _"),),
           (*UNROLL, "-k", "forget_bias")),
    Mutant("dropout without making up for what is dropped", "layers.py", ((" / (1 - self.dropout)", ""),), DROPOUT),
    Mutant("the gradient ignores dropout", "layers.py", (("dx * trace.masks[k - 1]", "dx"),), DROPOUT),
    Mutant("a layer that is loaded shares memory with what was given", "layers.py",
           (("value.astype(array.dtype)", "value.astype(array.dtype, copy=False)"),), LOADING),
    # -- losses
    Mutant("softmax cross-entropy: gradient without the - 1 at the target", "losses.py",
           (("axis=2) - 1, axis=2)", "axis=2), axis=2)"),), LOSSES),
    Mutant("losses: mean over all steps, counted or not", "losses.py",
           (("mask / mask.sum()", "mask / mask.size"),), LOSSES),
    Mutant("mean squared error: gradient without the 2", "losses.py",
           (("2 * weights * error", "weights * error"),), LOSSES),
    Mutant("binary cross-entropy: gradient of the wrong sign", "losses.py",
           (("sigmoid(logits) - targets", "targets - sigmoid(logits)"),), LOSSES),
    # -- optimizers, clipping, training
    Mutant("clipping of each array by its own length", "optim.py",
           (("g * (threshold / norm)", "g * min(1, threshold / np.sqrt(np.vdot(g, g)))"),), OPTIM),
    Mutant("clipping stretches what is short", "optim.py", (("if norm <= threshold:", "if norm == 0:"),), OPTIM),
    Mutant("Adam without bias correction", "optim.py",
           (("m / (1 - b1**self.steps)", "m"), ("v / (1 - b2**self.steps)", "v")), OPTIM),
    Mutant("Adam without the square root", "optim.py", (("np.sqrt(v_hat)", "v_hat"),), OPTIM),
    Mutant("SGD that never forgets its momentum", "optim.py", (("        v *= self.momentum\n", ""),), OPTIM),
    Mutant("the state is not carried from batch to batch", "training.py",
           (("None if batch.start else self.state", "None"),), TRAINING),
    Mutant("the state is carried into sequences that start", "training.py",
           (("None if batch.start else self.state", "self.state"),), TRAINING),
    # -- PyTorch
    Mutant("only one of PyTorch's biases is loaded", "reference/convert.py",
           (('source.get("bias_ih" + suffix, zero) + source.get("bias_hh" + suffix, zero)',
             'source.get("bias_ih" + suffix, zero)'),), TORCH),
    Mutant("the bias is exported twice", "reference/convert.py",
           (('getattr(module, "bias_hh" + suffix).zero_()',
             'getattr(module, "bias_hh" + suffix).copy_(torch.from_numpy(array))'),), TORCH),
    Mutant("the report never finds a difference", "reference/verify.py",
           (("ok = bool((error <= atol + rtol * np.abs(theirs)).all())", "ok = True"),), TORCH),
]  # fmt: skip


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    caught_by: str | None  # the first test that failed
    problem: str | None  # why nothing can be said
    seconds: float


def copy_package(folder):
    """The package's source, without what no formula is in."""
    ignored = shutil.ignore_patterns("__pycache__", "*.npz", "*.json", "plots", "diagrams", "widgets")
    shutil.copytree(ROOT / "lstm_tutor", Path(folder) / "lstm_tutor", ignore=ignored)


def plant(mutant, folder):
    """Edit the copy in `folder`; the problem, if an edit does not match exactly once."""
    path = Path(folder) / "lstm_tutor" / mutant.file
    text = path.read_text(encoding="utf-8")
    for old, new in mutant.edits:
        if text.count(old) != 1:
            return f"expected {old!r} once in {mutant.file}, found it {text.count(old)} times"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return None


def python(folder, *arguments):
    """Run Python with the copy in `folder` in front of the installed package."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def run_tests(folder, tests):
    """(name of the first failing test or None, problem or None) of a run that stops at the first failure."""
    options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    options += ["-o", "addopts=--import-mode=importlib -rf"]
    words = (f"tests/{word}" if word.endswith(".py") else word for word in tests)
    finished = python(folder, "-m", "pytest", *options, *words)
    failed = re.search(r"^FAILED (?:tests/)?(.+?)(?: - .*)?$", finished.stdout, re.MULTILINE)
    if finished.returncode == 0:
        return None, None
    if finished.returncode == 1 and failed:
        return failed[1], None
    return None, f"the tests did not run: {(finished.stdout + finished.stderr)[-400:]}"


def judge(mutant):
    """Plant a mutant and see what becomes of it; a mutant without edits is the package as it is."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy_package(folder)
        problem = plant(mutant, folder) if mutant.edits else None
        caught_by = None
        if problem is None:
            caught_by, problem = run_tests(folder, mutant.tests)
    return Verdict(mutant, caught_by, problem, time.perf_counter() - start)


def unchanged(mutants):
    """The package as it is, once for each file of tests: these must be green, or red would mean nothing."""
    files = dict.fromkeys(name for mutant in mutants for name in mutant.tests if name.endswith(".py"))
    return [Mutant(f"(nothing planted: {name})", "", (), (name,)) for name in files]


def table(verdicts):
    """The verdicts as text."""
    width = max(len(v.mutant.name) for v in verdicts)
    lines = []
    for v in verdicts:
        said = v.problem or (f"caught by {v.caught_by}" if v.caught_by else "SURVIVED")
        lines.append(f"{v.mutant.name:<{width}}  {v.seconds:5.1f} s  {said}")
    return "\n".join(lines)


def main(arguments=None):
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python tests/mutants.py", description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="only mutants whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (default 2)")
    options = parser.parse_args(arguments)
    chosen = [m for m in MUTANTS if not options.words or any(word in m.name for word in options.words)]
    if not chosen:
        parser.error(f"no mutant's name contains any of {options.words}")
    with tempfile.TemporaryDirectory() as folder:  # that the copy, and not the installed package, is what is tested
        copy_package(folder)
        place = python(folder, "-c", "import lstm_tutor; print(lstm_tutor.__file__)").stdout.strip()
        if Path(folder) not in Path(place).parents:
            print(f"the tests would import {place or 'nothing'}, not the copy in {folder}", file=sys.stderr)
            return 1
    with ThreadPoolExecutor(options.jobs) as pool:
        everything = unchanged(chosen) + chosen
        verdicts = list(tqdm(pool.map(judge, everything), total=len(everything), desc="mutants", disable=None))
    sound, planted = verdicts[: -len(chosen)], verdicts[-len(chosen) :]
    print(table(planted))
    broken = [v for v in sound if v.caught_by or v.problem]
    if broken:
        print(f"\nwithout any mutant, tests fail:\n{table(broken)}")
    caught = sum(v.caught_by is not None for v in planted)
    print(f"\n{caught} of {len(planted)} wrong formulas caught")
    return 1 if broken or caught < len(planted) else 0


if __name__ == "__main__":
    sys.exit(main())
