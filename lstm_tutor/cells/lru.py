"""The linear recurrent unit, a diagonal state-space layer: every step multiplies its memory by the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell
from lstm_tutor.cells.variants import linear, linear_derivative
from lstm_tutor.checks import check_number
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LRUCell", "LRUState"]

ACTIVATIONS: dict[str, tuple[Callable[..., Array], Callable[[Array], Any]]] = {
    "linear": (linear, linear_derivative),
    "tanh": (tanh, tanh_derivative),
}


class LRUState(NamedTuple):
    """What an LRU carries from step to step: ``h``, its output; ``re`` and ``im``, the halves of its complex memory.

    The next step reads the memory alone: h is there because it is what a layer hands on.
    """

    h: Array
    re: Array
    im: Array


def linear_scan(keep: Array, write: Array) -> Array:
    """``m_t = keep_t m_(t-1) + write_t`` for all t from ``m_(-1) = 0``, in log2(T) rounds and without logarithms.

    Two steps in a row, ``m -> k m + w`` and then ``m -> k' m + w'``, are one of the same form, ``m -> k' k m + (k' w +
    w')``. A round joins each step with the one that lies 1, 2, 4, 8, ... steps before it.

    The minimal cells have their paper's scan, ``log_space_scan``, one running sum in place of rounds. It needs the
    logarithms of `keep` and `write`, which are above zero there, and complex in an LRU.

    Parameters
    ----------
    keep, write : arrays (T, ...), real or complex, of any sign

    Returns
    -------
    array (T, ...)

    References
    ----------
    Hillis & Steele (1986), Communications of the ACM 29: partial sums in log2(T) rounds.
    """
    keep, write = keep.copy(), write.copy()
    distance = 1
    while distance < len(write):
        write[distance:] += keep[distance:] * write[:-distance]  # the right-hand sides are computed in full first
        keep[distance:] *= keep[:-distance].copy()
        distance *= 2
    return write


class LRUCell(Cell):
    r"""The linear recurrent unit: H complex numbers of memory, each turned and shrunk at every step, and no gate.

    Equations: with the complex numbers ``lambda = exp(-exp(nu_log) + i exp(theta_log))``, one per unit,

    - ``u = exp(gamma_log) (B x + b)``, what is written, complex;
    - ``m = lambda m_prev + u``, the memory, complex;
    - ``h = Re(C m) + D x + d``, the output, real; or the tanh of it.

    As ``|lambda| = exp(-exp(nu_log))``, it is below 1 whatever is learned. All complex numbers are pairs of real ones,
    here and in files: ``re`` and ``im`` of the memory, ``u_re`` and ``u_im`` of what is written.

    At first the numbers lambda lie evenly in a ring of the complex plane, and ``gamma = sqrt(1 - |lambda|^2)`` keeps
    the size of the memory that of its input. The paper has no biases b and d: here they are zeros at first.

    Parameters
    ----------
    r_min, r_max : float
        The radii between which lambda starts, from 0 to 1.
    max_phase : float
        Lambda starts at an angle from 0 to this, at most 2 pi. Small angles make long waves.
    nonlinearity : {"linear", "tanh"}
        Of the output. Without one a stack of such layers is linear; the paper puts a small network between two.
    parallel : bool
        Whether a layer does all steps at once by a scan, or one after the other; the trace is the same, and so is the
        way back.

    Attributes
    ----------
    weight_ih : array (3H, D)
        Its rows are B's real half, B's imaginary half, D.
    bias : array (3H,)
        Those of b, real and imaginary, and d.
    weight_out : array (H, 2H)
        C: its real half, its imaginary half.
    nu_log, theta_log, gamma_log : arrays (H,)

    References
    ----------
    Orvieto et al. (2023), ICML, section 3 and appendix A; D is diagonal there, since their layers have as many inputs
    as outputs.
    """

    blocks = ("u_re", "u_im", "skip")
    State = LRUState
    weight_out: Array
    nu_log: Array
    theta_log: Array
    gamma_log: Array

    class Step(NamedTuple):
        u_re: Array
        u_im: Array
        skip: Array
        re: Array
        im: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, r_min: float = 0.0, r_max: float = 1.0,
        max_phase: float = 2 * np.pi, nonlinearity: str = "linear", parallel: bool = False,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        what = type(self).__name__
        if nonlinearity not in tuple(ACTIVATIONS):
            raise ValueError(f"{what}: expected nonlinearity 'linear' or 'tanh', got {nonlinearity!r}")
        check_number(what, "r_max", r_max, "from above 0 to 1", lambda r: 0 < r <= 1)
        check_number(what, "r_min", r_min, "from 0 to below r_max", lambda r: 0 <= r < r_max)
        check_number(what, "max_phase", max_phase, "from above 0 to 2 pi", lambda phase: 0 < phase <= 2 * np.pi)
        rng = np.random.default_rng(rng)
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.r_min, self.r_max, self.max_phase = float(r_min), float(r_max), float(max_phase)
        self.nonlinearity, self.parallel = nonlinearity, bool(parallel)
        self.activation, self.derivative = ACTIVATIONS[nonlinearity]
        squared = rng.uniform(self.r_min**2, self.r_max**2, self.hidden_size)  # |lambda|^2: even over the ring's area
        self.nu_log[:] = np.log(-0.5 * np.log(squared))
        self.theta_log[:] = np.log(self.max_phase * rng.uniform(0, 1, self.hidden_size))
        self.gamma_log[:] = 0.5 * np.log(1 - squared)
        deviations = {"u_re": 1 / np.sqrt(2 * self.input_size), "u_im": 1 / np.sqrt(2 * self.input_size),
                      "skip": 1 / np.sqrt(self.input_size)}  # fmt: skip
        for block, deviation in deviations.items():
            self.weight_ih[self.rows(block)] = rng.normal(0, deviation, (self.hidden_size, self.input_size))
        self.weight_out[:] = rng.normal(0, 1 / np.sqrt(self.hidden_size), self.weight_out.shape)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        H, of_input = self.hidden_size, super().shapes()
        return {
            "weight_ih": of_input["weight_ih"], "bias": of_input["bias"], "weight_out": (H, 2 * H),
            "nu_log": (H,), "theta_log": (H,), "gamma_log": (H,),
        }  # fmt: skip

    def eigenvalues(self) -> tuple[Array, Array]:
        """The real and the imaginary part of lambda, (H,) each."""
        size, angle = np.exp(-np.exp(self.nu_log)), np.exp(self.theta_log)
        return size * np.cos(angle), size * np.sin(angle)

    def recurrent_weights(self) -> Any:
        """What :meth:`step` multiplies by: lambda's halves and gamma, (H,) each, and C's halves, (H, H) each."""
        C_re, C_im = np.ascontiguousarray(self.weight_out.T).reshape(2, self.hidden_size, self.hidden_size)
        return *self.eigenvalues(), np.exp(self.gamma_log), C_re, C_im

    def step(self, a: Array, prev: LRUState, W_h: Any) -> LRUState:
        u_re, u_im, skip = a
        lambda_re, lambda_im, gamma, C_re, C_im = W_h
        u_re *= gamma
        u_im *= gamma
        re = lambda_re * prev.re - lambda_im * prev.im + u_re
        im = lambda_im * prev.re + lambda_re * prev.im + u_im
        h = self.activation(re @ C_re - im @ C_im + skip)
        return LRUState(h, re, im)

    def scan(self, a: Array, state: LRUState, valid: Array | None) -> LRUState:
        u_re, u_im, skip = a  # each (T, N, H)
        lambda_re, lambda_im, gamma, C_re, C_im = self.recurrent_weights()
        u_re *= gamma
        u_im *= gamma
        keep, write = np.broadcast_to(lambda_re + 1j * lambda_im, u_re.shape), u_re + 1j * u_im
        if valid is not None:
            keep, write = np.where(valid, keep, 1), np.where(valid, write, 0)
        write[0] += keep[0] * (state.re + 1j * state.im)
        memory = linear_scan(keep, write)
        re, im = memory.real.astype(self.dtype), memory.imag.astype(self.dtype)
        h = self.activation(re @ C_re - im @ C_im + skip)
        if valid is None:
            return LRUState(h, re, im)
        last = np.maximum.accumulate(np.where(valid, np.arange(1, len(h) + 1)[:, None, None], 0), axis=0)
        with_first = (np.concatenate([first[None], steps]) for first, steps in zip(state, (h, re, im), strict=True))
        return LRUState(*(np.take_along_axis(values, last, axis=0) for values in with_first))  # the last that counted

    def step_backward(self, step: Any, prev: LRUState, d: LRUState, da: Array) -> tuple[LRUState, LRUState]:
        H = self.hidden_size
        lambda_re, lambda_im = self.eigenvalues()
        gamma = np.exp(self.gamma_log)
        d_skip = d.h * self.derivative(step.h)
        d_re = d.re + d_skip @ self.weight_out[:, :H]
        d_im = d.im - d_skip @ self.weight_out[:, H:]
        np.concatenate([gamma * d_re, gamma * d_im, d_skip], axis=1, out=da)  # (N, 3H)
        d_prev = LRUState(
            np.zeros_like(d.h), re=lambda_re * d_re + lambda_im * d_im, im=lambda_re * d_im - lambda_im * d_re
        )
        return LRUState(d.h, d_re, d_im), d_prev

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        lambda_re, lambda_im = self.eigenvalues()
        of_u, d_skip = da[..., : 2 * self.hidden_size], da[..., 2 * self.hidden_size :]
        d_re, d_im = np.split(of_u / np.tile(np.exp(self.gamma_log), 2), 2, axis=-1)  # those of u, and of the memory
        step, prev, over = trace.record, trace.before, (0, 1)
        d_lambda_re = (d_re * prev.re + d_im * prev.im).sum(axis=over)
        d_lambda_im = (d_im * prev.re - d_re * prev.im).sum(axis=over)
        halves = np.concatenate([step.re, -step.im], axis=2).reshape(-1, 2 * self.hidden_size)  # (T N, 2H)
        return self.input_gradients(trace, da) | {
            "weight_out": d_skip.reshape(-1, self.hidden_size).T @ halves,
            "nu_log": -np.exp(self.nu_log) * (d_lambda_re * lambda_re + d_lambda_im * lambda_im),
            "theta_log": np.exp(self.theta_log) * (d_lambda_im * lambda_re - d_lambda_re * lambda_im),
            "gamma_log": (d_re * step.u_re + d_im * step.u_im).sum(axis=over),
        }
