"""The gradient lab's random networks, drawn as the page draws them, and their Jacobians through time."""

from typing import Any

import numpy as np

from lstm_tutor.analysis import jacobians
from lstm_tutor.initialization import orthogonal_part
from lstm_tutor.layers import GRU, LSTM, RNN
from lstm_tutor.types import Array
from lstm_tutor.widgets._page_random import PageRandom

__all__ = ["COMPARISONS", "KINDS", "clip_factor", "inputs", "lookout", "measure", "network", "sizes"]

KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
INPUTS = 4  # D
RUNS = 64  # no seed has as many: one seed's streams never meet another's

# What each comparison draws: label -> (cell, what of it); None: |dh_T/dh_t| of the cells that are chosen.
COMPARISONS = {
    "cells": None,
    "bound": {"RNN": ("RNN", "sizes"), "bound": ("RNN", "bound"), "radius": ("RNN", "radius")},
    "forget": {"dh_T/dh_t": ("LSTM", "sizes"), "dc_T/dc_t": ("LSTM", "memory"), "product of f": ("LSTM", "gates")},
    "update": {"dh_T/dh_t": ("GRU", "sizes"), "product of z": ("GRU", "gates")},
    "clipping": None,
}


def _stream(lab: Any, run: int, purpose: int) -> PageRandom:
    """A stream for each purpose: 0 the inputs, 1 to 3 the cells, 4 the loss."""
    return PageRandom((lab.seed * RUNS + run) * 8 + purpose)


def inputs(lab: Any, run: int) -> Array:
    """The inputs of one run, (T, 1, D): uniform, of variance 1, times `input_scale`."""
    bound = lab.input_scale * np.sqrt(3)
    return _stream(lab, run, 0).uniform(-bound, bound, (lab.length, 1, INPUTS))


def lookout(lab: Any, run: int) -> Array:
    """v of length 1, (H,), in the loss L = v . h_T that clipping is shown for."""
    v = _stream(lab, run, 4).uniform(-1.0, 1.0, (lab.hidden_size,))
    return v / np.linalg.norm(v)


def network(lab: Any, kind: str, run: int) -> RNN | LSTM | GRU:
    """The layer of one run; each gate's block of W_h has the spectral radius that is asked for."""
    H, random = lab.hidden_size, _stream(lab, run, 1 + list(KINDS).index(kind))
    options = {"nonlinearity": lab.nonlinearity} if kind == "RNN" else {}
    layer = KINDS[kind](INPUTS, H, rng=0, **options)
    parameters = {name: np.zeros_like(array) for name, array in layer.parameters().items()}
    bound = 1 / np.sqrt(H)
    for rows in np.split(parameters["weight_hh_l0"], len(parameters["weight_hh_l0"]) // H):  # views
        rows[:] = (
            orthogonal_part(random.normal((H, H)))
            if lab.matrix == "orthogonal"
            else random.uniform(-bound, bound, (H, H))
        )
        rows *= lab.spectral_radius / np.abs(np.linalg.eigvals(rows)).max()
    parameters["weight_ih_l0"] = random.uniform(-bound, bound, parameters["weight_ih_l0"].shape)
    if kind != "RNN":
        parameters["bias_l0"][H : 2 * H] = lab.forget_bias if kind == "LSTM" else lab.update_bias
    layer.load_parameters(parameters)
    return layer


def sizes(J: Array) -> Array:
    """Spectral norms of (T, H, H), the largest singular values, by lag: (T,), the last step first."""
    return np.linalg.norm(J, 2, axis=(1, 2))[::-1]


def measure(lab: Any, kind: str, run: int, what: str) -> Array:
    """One quantity of one run by lag, (T,); see :meth:`GradientLab.sizes`."""
    layer, x = network(lab, kind, run), inputs(lab, run)
    W_h = layer.parameters()["weight_hh_l0"]
    if what in ("bound", "radius"):
        base = np.linalg.norm(W_h, 2) if what == "bound" else np.abs(np.linalg.eigvals(W_h)).max()
        return base ** np.arange(lab.length)
    if what == "gates":
        gate = layer.forward(x)["f" if kind == "LSTM" else "z"][:0:-1, 0]  # from the last step to the second
        return np.concatenate([[1.0], np.cumprod(gate, axis=0).max(axis=1)])
    return sizes(jacobians(layer, x, "c" if what == "memory" else "h"))


def clip_factor(lab: Any, kind: str, run: int) -> float:
    """What clipping multiplies all of the gradient of L = v . h_T by: min(1, clip / its length)."""
    layer, x = network(lab, kind, run), inputs(lab, run)
    trace = layer.forward(x)
    d_output = np.zeros(trace.output.shape)
    d_output[-1, 0] = lookout(lab, run)
    gradients = layer.backward(trace, d_output).parameters.values()
    norm = np.sqrt(sum(np.square(g).sum() for g in gradients))
    return lab.clip / norm if norm > lab.clip else 1.0
