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
ATTENTION, INIT = ("test_attention.py",), ("test_initialization.py",)
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
    Mutant("RNN without recurrence: tanh(W x + b) (7)", "cells/rnn.py",
           (("        a += prev.h @ W_h  # (1, N, H)\n", ""),)),
    Mutant("RNN: backward without the slope of the squashing", "cells/rnn.py",
           (("da[:] = d.h * self.slope(step.h)", "da[:] = d.h"),)),
    Mutant("RNN: the gradient is not handed to the step before", "cells/rnn.py",
           (("return d, State(h=da @ self.weight_hh)", "return d, State(h=0 * d.h)"),)),
    # -- the LSTM of 1997
    Mutant("LSTM1997: the cell is overwritten, not added to", "cells/lstm.py", (("c = prev.c + i * g", "c = i * g"),)),
    Mutant("LSTM1997: the carry of dc is forgotten", "cells/lstm.py",
           (("LSTMState(h=da @ self.weight_hh, c=dc)", "LSTMState(h=da @ self.weight_hh, c=0 * dc)"),)),
    Mutant("LSTM1997: the candidate goes through a sigmoid", "cells/lstm.py",
           (("tanh(g, out=g), sigmoid(o, out=o)\n        c = prev.c",
             "sigmoid(g, out=g), sigmoid(o, out=o)\n        c = prev.c"),)),
    # -- the LSTM
    Mutant("LSTM: h = tanh(g), cell and output gate never reach h (8)", "cells/lstm.py",
           (("c = f * prev.c + i * g\n        h = o * tanh(c)", "c = f * prev.c + i * g\n        h = tanh(g)"),)),
    Mutant("LSTM: the forget gate multiplies g, the input gate c (8)", "cells/lstm.py",
           (("c = f * prev.c + i * g\n        h", "c = i * prev.c + f * g\n        h"),)),
    Mutant("LSTM: no input gate, c = f c + (1 - f) g", "cells/lstm.py",
           (("c = f * prev.c + i * g\n        h", "c = f * prev.c + (1 - f) * g\n        h"),)),
    Mutant("LSTM: the candidate goes through a sigmoid", "cells/lstm.py",
           (("tanh(g, out=g), sigmoid(o, out=o)\n        c = f",
             "sigmoid(g, out=g), sigmoid(o, out=o)\n        c = f"),)),
    Mutant("LSTM: h = o c, without tanh", "cells/lstm.py",
           (("c = f * prev.c + i * g\n        h = o * tanh(c)", "c = f * prev.c + i * g\n        h = o * c"),)),
    Mutant("LSTM: gates in the order i, g, f, o, forward and backward alike", "cells/lstm.py",
           (('blocks = ("i", "f", "g", "o")', 'blocks = ("i", "g", "f", "o")'),
            ("        i, f, g, o = a\n        i, f", "        i, g, f, o = a\n        i, f"),
            ("df * sigmoid_slope(f), dg * tanh_slope(g)", "dg * tanh_slope(g), df * sigmoid_slope(f)"))),
    Mutant("LSTM: gradients of the blocks in the order i, g, f, o", "cells/lstm.py",
           (("df * sigmoid_slope(f), dg * tanh_slope(g)", "dg * tanh_slope(g), df * sigmoid_slope(f)"),)),
    Mutant("LSTM: the carry of dc is forgotten", "cells/lstm.py", (("c=dc * f)", "c=0 * dc)"),)),
    Mutant("LSTM: the carry of dc skips the forget gate", "cells/lstm.py", (("c=dc * f)", "c=dc)"),)),
    Mutant("LSTM: dc without the slope of tanh", "cells/lstm.py",
           ((lstm(DC), lstm(DC.replace(" * tanh_slope(tanh_c)", ""))),)),
    Mutant("LSTM: dc without the way through h", "cells/lstm.py",
           ((lstm(DC), lstm(DC.replace(" + d.h * o * tanh_slope(tanh_c)", ""))),)),
    Mutant("LSTM: the output gate's gradient with c for tanh(c)", "cells/lstm.py",
           ((lstm("        do = d.h * tanh_c\n" + DC), lstm("        do = d.h * c\n" + DC)),)),
    Mutant("LSTM: the forget gate's gradient with c_t for c_(t-1)", "cells/lstm.py",
           (("        df = dc * prev.c\n", "        df = dc * c\n"),)),
    Mutant("LSTM: the forget bias in the candidate's block", "cells/lstm.py", (('self.rows("f")', 'self.rows("g")'),)),
    # -- the LSTM with peepholes
    Mutant("peephole: the output gate looks at the old cell state", "cells/lstm.py",
           (("o += p_o * c\n", "o += p_o * prev.c\n"),)),
    Mutant("peephole: rows of the weights as f, i, o", "cells/lstm.py",
           (("i += p_i * prev.c\n        f += p_f * prev.c\n", "i += p_f * prev.c\n        f += p_i * prev.c\n"),)),
    Mutant("peephole: no gradient from the output gate into the cell", "cells/lstm.py", ((" + da_o * p_o", ""),)),
    Mutant("peephole: no gradient back through the taps", "cells/lstm.py", ((" + da_i * p_i + da_f * p_f", ""),)),
    Mutant("peephole: the output gate's weight learns from the old cell state", "cells/lstm.py",
           (('"o": trace.record.c}', '"o": trace.before.c}'),), UNROLL),
    # -- the GRU
    Mutant("GRU without its reset gate (12)", "cells/gru.py",
           (("n += r * (past[2] + self.bias_hn)", "n += past[2] + self.bias_hn"),)),
    Mutant("GRU: z and 1 - z exchanged", "cells/gru.py",
           (("State(h=(1 - z) * n + z * prev.h)", "State(h=z * n + (1 - z) * prev.h)"),)),
    Mutant("GRU: the inner bias outside the reset gate's reach", "cells/gru.py",
           (("r * (past[2] + self.bias_hn)", "r * past[2] + self.bias_hn"),)),
    Mutant("GRU: reset after the product where it should be before", "cells/gru.py",
           (("n += (r * prev.h) @ W_h[2]", "n += r * (prev.h @ W_h[2])"),)),
    Mutant("GRU: the candidate's gradient reaches the past without the reset gate", "cells/gru.py",
           (("self.to_past(da, r) @ self.weight_hh", "da @ self.weight_hh"),)),
    Mutant("GRU: the update gate's own way back is forgotten", "cells/gru.py",
           (("h=d.h * z + self.to_past", "h=0 * d.h + self.to_past"),)),
    Mutant("GRU: the inner bias learns without the reset gate", "cells/gru.py",
           (('da_n = (da[..., rows] * r)', 'da_n = (da[..., rows] * 1)'),), UNROLL),
    # -- what all cells share
    Mutant("the bias is dropped", "cells/base.py",
           (("        a += self.bias.reshape(-1, 1, self.hidden_size)\n", ""),)),
    Mutant("the weight's gradient with h_t for h_(t-1)", "cells/base.py",
           (("trace.before.h", "trace.record.h"),), UNROLL),
    Mutant("the bias's gradient is a mean", "cells/base.py", (("da.sum(axis=0)", "da.mean(axis=0)"),), UNROLL),
    # -- unrolling
    Mutant("the output is the state before the step", "layers/unrolling.py",
           (("for k in (slice(0, T), slice(1, None), T))", "for k in (slice(0, T), slice(0, T), T))"),), UNROLL),
    Mutant("the final state is that before the last step", "layers/unrolling.py",
           (("slice(1, None), T))", "slice(1, None), T - 1))"),), UNROLL),
    Mutant("the reverse direction reads the future state before it is computed (13)", "layers/unrolling.py",
           (("cell.step(a[:, t], state, W_h)",
             "cell.step(a[:, t], cell.initial_state(N) if reverse else state, W_h)"),), UNROLL),
    Mutant("the reverse direction runs forward", "layers/unrolling.py", (("        x = x[::-1]\n", ""),), UNROLL),
    Mutant("lengths are ignored in the reverse direction", "layers/unrolling.py",
           (("valid = None if valid is None else valid[::-1]", "valid = None"),), UNROLL),
    Mutant("the final state of the reverse direction at the wrong end", "layers/unrolling.py",
           (("slice(1, None), T))", "slice(1, None), 1 if reverse else T))"),), UNROLL),
    Mutant("padding moves the state on", "layers/unrolling.py",
           (("np.where(valid[t], new, old) for new, old in zip(state, prev", "new for new, old in zip(state, prev"),),
           UNROLL),
    Mutant("padding reaches the weights' gradients", "layers/unrolling.py", (("            da[t] *= valid[t]\n", ""),), UNROLL),
    Mutant("padding stops the gradient", "layers/unrolling.py",
           (("new, old) for new, old in zip(d_prev", "new, 0) for new, old in zip(d_prev"),), UNROLL),
    Mutant("the gradient of the final state is ignored", "layers/unrolling.py",
           (("    d = d_final\n", "    d = cell.State(*(0 * value for value in d_final))\n"),), UNROLL),
    Mutant("the gradient of the outputs arrives one step late", "layers/unrolling.py",
           (("d.h + d_output[t]", "d.h + d_output[t - 1]"),), UNROLL),
    Mutant("dL/dx of the reverse direction is not turned round", "layers/unrolling.py",
           (("return dx[::-1] if trace.reverse else dx, d,", "return dx, d,"),), UNROLL),
    Mutant("dL/dx is that of one direction only", "layers/recurrent.py",
           (("dx_j if dx is None else dx + dx_j", "dx_j"),), UNROLL),
    Mutant("rows of the initial state's gradient from the last layer to the first", "layers/recurrent.py",
           (("for r in sorted(rows))", "for r in sorted(rows, reverse=True))"),), UNROLL),
    Mutant("layers beyond the first ignore forget_bias", "layers/recurrent.py",
           (("rng=rng, **cell_options) for _", "rng=rng, **(cell_options if k == 0 else {})) for _"),),
           (*UNROLL, "-k", "forget_bias")),
    Mutant("dropout without making up for what is dropped", "layers/recurrent.py", ((" / (1 - self.dropout)", ""),), DROPOUT),
    Mutant("the gradient ignores dropout", "layers/recurrent.py", (("dx * trace.masks[k - 1]", "dx"),), DROPOUT),
    Mutant("a layer that is loaded shares memory with what was given", "layers/parameters.py",
           (("value.astype(array.dtype)", "value.astype(array.dtype, copy=False)"),), LOADING),
    # -- CTC, the other optimizers, schedules, initial weights
    Mutant('CTC: a blank between equal labels may be skipped', 'losses.py',
           (('labels[:, 1:] != labels[:, :-1]', 'True'),), LOSSES),
    Mutant('CTC: no blank is ever skipped', 'losses.py',
           (('labels[:, 1:] != labels[:, :-1]', 'False'),), LOSSES),
    Mutant('CTC: blanks, too, are reached from the blank before', 'losses.py',
           (('    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]\n', '    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]\n    skips[:, 2::2] = True\n'),), LOSSES),
    Mutant('CTC: paths start at the first blank only', 'losses.py',
           (('place < 2', 'place < 1'),), LOSSES),
    Mutant('CTC: paths end at the last label only', 'losses.py',
           (('(place == ends) | (place == ends - 1)', '(place == np.maximum(ends - 1, 0))'),), LOSSES),
    Mutant('CTC: beta counts the label at t, as alpha does', 'losses.py',
           (('log_alpha + log_beta - log_p[:, None]', 'log_alpha + log_beta + log_y_spaced - log_p[:, None]'),), LOSSES),
    Mutant("CTC: steps past a sequence's end are counted", 'losses.py',
           (('ways, end)', 'ways, ways)'),), LOSSES),
    Mutant('CTC: the end one step late', 'losses.py',
           (('(t < steps - 1)[:, None]', '(t < steps)[:, None]'),), LOSSES),
    Mutant("CTC: gradient past a sequence's end", 'losses.py',
           (('np.where(valid, (np.exp', 'np.where(True, (np.exp'),), LOSSES),
    Mutant('CTC: gradient of the log-probabilities, without the softmax', 'losses.py',
           (('(np.exp(log_y) - by_class.swapaxes(0, 1))', '-by_class.swapaxes(0, 1)'),), LOSSES),
    Mutant('CTC: what is past the end overflows', 'losses.py',
           (('np.exp(np.where(valid, log_alpha + log_beta - log_p[:, None], -np.inf))', 'np.exp(log_alpha + log_beta - log_p[:, None])'),), LOSSES),
    Mutant('CTC: mean over sequences, not per label', 'losses.py',
           (('1 / (N * np.maximum(counts, 1))', 'np.full(N, 1 / N)'),), LOSSES),
    Mutant('CTC: mean over all labels together', 'losses.py',
           (('1 / (N * np.maximum(counts, 1))', 'np.full(N, 1 / max(counts.sum(), 1))'),), LOSSES),
    Mutant('CTC: the blank is always class 0', 'losses.py',
           (('2 * labels.shape[1] + 1), blank)', '2 * labels.shape[1] + 1), 0)'),), LOSSES),
    Mutant('CTC: the way back skips where the way forward does', 'losses.py',
           (('np.roll(skips, -2, axis=1)[:, ::-1]', 'skips[:, ::-1]'),), LOSSES),
    Mutant('CTC: products of probabilities underflow', 'losses.py',
           (('log_y = log_softmax(logits.astype(np.float64))', 'log_y = np.log(np.exp(log_softmax(logits.astype(np.float64))))'),), LOSSES),
    Mutant('CTC: repeated labels need no step more', 'losses.py',
           (('count + (labels[1:] == labels[:-1]).sum()', 'count'),), LOSSES),
    Mutant('CTC decoding: blanks out first, then repetitions merged', 'losses.py',
           (('    new[1:] = paths[1:] != paths[:-1]\n', '    for n in range(paths.shape[1]):\n        some = np.flatnonzero(paths[:, n] != blank)\n        new[some[1:], n] = np.diff(paths[some, n]) != 0\n'),), LOSSES),
    Mutant('CTC decoding: repetitions stay', 'losses.py',
           (('new & (paths', '(paths'),), LOSSES),
    Mutant('label weights: mean over the number of steps', 'losses.py',
           (('return weights / weights.sum()', 'return weights'),), LOSSES),
    Mutant("label weights: those of the class at the step's place", 'losses.py',
           (('label_weights[targets][..., None]', 'label_weights[targets[::-1]][..., None]'),), LOSSES),
    Mutant('AdamW: decay added to the gradient', 'optim.py',
           (('        parameter *= 1 - self.learning_rate * self.weight_decay\n        super().update(parameter, gradient, m, v)', '        super().update(parameter, gradient + self.weight_decay * parameter, m, v)'),), OPTIM),
    Mutant('AdamW: decay without the learning rate', 'optim.py',
           (('1 - self.learning_rate * self.weight_decay', '1 - self.weight_decay'),), OPTIM),
    Mutant('AdamW: decay after the step', 'optim.py',
           (('        parameter *= 1 - self.learning_rate * self.weight_decay\n        super().update(parameter, gradient, m, v)', '        super().update(parameter, gradient, m, v)\n        parameter *= 1 - self.learning_rate * self.weight_decay'),), OPTIM),
    Mutant('RMSProp without the square root', 'optim.py',
           (('gradient / (np.sqrt(v) + self.eps)', 'gradient / (v + self.eps)'),), OPTIM),
    Mutant('RMSProp: eps within the root', 'optim.py',
           (('(np.sqrt(v) + self.eps)\n        parameter -= self.learning_rate * u', 'np.sqrt(v + self.eps)\n        parameter -= self.learning_rate * u'),), OPTIM),
    Mutant('RMSProp sums squares for ever', 'optim.py',
           (('        v *= self.decay\n', ''),), OPTIM),
    Mutant('Rprop steps on after a turn', 'optim.py',
           (('np.where(same < 0, 0, gradient)', 'gradient'),), OPTIM),
    Mutant('Rprop: shrinks while the sign stays', 'optim.py',
           (('shrink, grow = self.factors', 'grow, shrink = self.factors'),), OPTIM),
    Mutant('Rprop: steps without bounds', 'optim.py',
           (('        np.clip(delta, *self.bounds, out=delta)\n', ''),), OPTIM),
    Mutant("Rprop: steps of the gradient's size", 'optim.py',
           (('np.sign(g_prev) * delta', 'g_prev * delta'),), OPTIM),
    Mutant('cosine: a whole one, up again', 'optim.py',
           (('np.cos(np.pi * min', 'np.cos(2 * np.pi * min'),), OPTIM),
    Mutant('cosine rises again past its end', 'optim.py',
           (('np.pi * min(k, updates)', 'np.pi * k'),), OPTIM),
    Mutant('linear decay goes below its floor', 'optim.py',
           (('min(k / updates, 1)', 'k / updates'),), OPTIM),
    Mutant('warm-up starts at a rate of 0', 'optim.py',
           (('lambda k: min(1, (k + 1) / updates)', 'lambda k: min(1, k / updates)'),), OPTIM),
    Mutant('step decay without steps', 'optim.py',
           (('factor ** (k // every)', 'factor ** (k / every)'),), OPTIM),
    Mutant('orthogonal without the signs of R', 'initialization.py',
           (('np.where(np.diag(r) < 0, -1.0, 1.0)', '1'),), INIT),
    Mutant('orthogonal: the gain squared', 'initialization.py',
           (('q *= gain *', 'q *= gain**2 *'),), INIT),
    Mutant("xavier with the variance's bound of a normal", 'initialization.py',
           (('np.sqrt(6 /', 'np.sqrt(2 /'),), INIT),
    Mutant('fan-in counts outputs', 'initialization.py',
           (('gain / np.sqrt(columns)', 'gain / np.sqrt(rows)'),), INIT),
    Mutant('forget bias in the first layer only', 'initialization.py',
           (('        if forget_bias is not None:\n            cell.bias', '        if forget_bias is not None and cell is cells[0]:\n            cell.bias'),), INIT),
    Mutant("forget bias in the candidate's block", 'initialization.py',
           (('cell.rows("f")', 'cell.rows("g")'),), INIT),
    Mutant('every block the same draw', 'initialization.py',
           (('weight.shape[1]), rng=rng)', 'weight.shape[1]), rng=0)'),), INIT),
    Mutant('all blocks orthogonal as one matrix', 'initialization.py',
           (('                for block in cell.blocks:\n                    weight[cell.rows(block)] = SCHEMES[scheme]((cell.hidden_size, weight.shape[1]), rng=rng)', '                weight[:] = SCHEMES[scheme](weight.shape, rng=rng)'),), INIT),
    # -- attention
    Mutant("attention: softmax over the queries, not the keys", "attention.py",
           (("alpha = softmax(e)", "alpha = softmax(e.swapaxes(1, 2)).swapaxes(1, 2)"),), ATTENTION),
    Mutant("attention: a masked score is zero, not minus infinity", "attention.py",
           (("e, -np.inf)", "e, 0.0)"),), ATTENTION),
    Mutant("attention: the slope of softmax as if it were a sigmoid's", "attention.py",
           (("(d_alpha - (alpha * d_alpha).sum(axis=2, keepdims=True))", "(1 - alpha) * d_alpha"),), ATTENTION),
    Mutant("attention: the gradient of the weights is ignored", "attention.py",
           (("d_alpha += self._check(", "d_alpha += 0 * self._check("),), ATTENTION),
    Mutant("attention: keys that are values lose their gradient as values", "attention.py",
           (("dh, dr = dh + dr, None", "dr = None"),), ATTENTION),
    Mutant("additive attention: the slope of tanh is forgotten", "attention.py",
           (("da = tanh_slope(m)", "da = np.ones_like(m)"),), ATTENTION),
    Mutant("additive attention: W s times U h for their sum", "attention.py",
           (("W_s[:, :, None] + U_h[:, None]", "W_s[:, :, None] * U_h[:, None]"),), ATTENTION),
    Mutant("additive attention: no tanh, v . (W s + U h)", "attention.py",
           (("        m = tanh(m, out=m)\n", ""),), ATTENTION),
    Mutant("scaled dot: divided by K, not by its square root", "attention.py",
           (("1 / math.sqrt(h.shape[2]) if", "1 / h.shape[2] if"),), ATTENTION),
    Mutant("scaled dot: the gradient ignores the scale", "attention.py",
           (("        de = de * self._scale(h)\n", ""),), ATTENTION),
    Mutant("general attention: the gradient of the keys is lost", "attention.py",
           (("dW_h @ self.weight, {", "0 * h, {"),), ATTENTION),
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
           (('source["bias" + suffix] = bias_ih + bias_hh', 'source["bias" + suffix] = bias_ih'),), TORCH),
    Mutant("the bias is exported twice", "reference/convert.py",
           (('getattr(module, "bias_hh" + suffix).zero_()',
             'getattr(module, "bias_hh" + suffix).copy_(torch.from_numpy(cell.bias))'),), TORCH),
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
