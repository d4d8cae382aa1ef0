"""LSTMs with regularization inside the recurrence: layer normalization, recurrent dropout, zoneout."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array
from lstm_tutor.cells.lstm import LSTMCell, LSTMState
from lstm_tutor.checks import check_number
from lstm_tutor.normalization import normalize, normalize_backward
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LayerNormLSTMCell", "NoisyLSTMCell"]


class LayerNormLSTMCell(LSTMCell):
    """The LSTM with layer normalization in three places: of ``W_x x``, of ``W_h h_prev``, and of c on its way to h.

    Equations: with ``LN(a) = (a - mean) / deviation``, over the 4H sums of all gates together, or the H units of c,

    - ``i, f, o = sigmoid(...)``, ``g = tanh(...)``, each a quarter of
      ``gain_ih LN(W_x x) + gain_hh LN(W_h h_prev) + b``;
    - ``c = f c_prev + i g``, which is not normalized: the sum on the rail stays a sum;
    - ``h = o tanh(gain_c LN(c) + shift_c)``.

    The paper has a shift of its own in each of the first two normalizations, and a bias; b is the sum of all three.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    Attributes
    ----------
    gain_ih, gain_hh : arrays (4H,)
        Ones at first, as gain_c.
    gain_c, shift_c : arrays (H,)
        The shift is zeros at first.

    References
    ----------
    Ba, Kiros & Hinton (2016), supplementary material, equations 20 to 22.
    """

    gain_ih: Array
    gain_hh: Array
    gain_c: Array
    shift_c: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, forget_bias=forget_bias, dtype=dtype, rng=rng)
        for gain in (self.gain_ih, self.gain_hh, self.gain_c):
            gain[:] = 1

    def shapes(self) -> dict[str, tuple[int, ...]]:
        H = self.hidden_size
        return super().shapes() | {"gain_ih": (4 * H,), "gain_hh": (4 * H,), "gain_c": (H,), "shift_c": (H,)}

    def blocks_apart(self, rows: Array) -> Array:
        """Rows (R, 4H) as (4, R, H)."""
        return np.ascontiguousarray(rows.reshape(len(rows), 4, self.hidden_size).swapaxes(0, 1))

    def from_input(self, x: Array, rng: RNG = None) -> Array:
        n, _ = normalize(x.reshape(-1, self.input_size) @ self.weight_ih.T)  # (T N, 4H)
        return self.blocks_apart(self.gain_ih * n + self.bias).reshape(4, *x.shape[:-1], self.hidden_size)

    def recurrent_weights(self) -> Array:
        """``W_h`` turned round, (H, 4H): the sums of all gates are normalized together."""
        return np.ascontiguousarray(self.weight_hh.T)

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        n, _ = normalize(prev.h @ W_h)  # (N, 4H)
        a += self.blocks_apart(self.gain_hh * n)  # (4, N, H)
        i, f, g, o = a
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        n_c, _ = normalize(c)
        h = o * tanh(self.gain_c * n_c + self.shift_c)
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, f, g, o, c, _ = step
        n_c, s_c = normalize(c)
        tanh_y = tanh(self.gain_c * n_c + self.shift_c)
        do = d.h * tanh_y
        dy = d.h * o * tanh_derivative(tanh_y)
        dc = d.c + normalize_backward(n_c, s_c, self.gain_c * dy)
        di, df, dg = dc * g, dc * prev.c, dc * i
        da_i, da_f = di * sigmoid_derivative(i), df * sigmoid_derivative(f)
        da_g, da_o = dg * tanh_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([da_i, da_f, da_g, da_o], axis=1, out=da)  # (N, 4H)
        n, s = normalize(prev.h @ self.weight_hh.T)
        dh_prev = normalize_backward(n, s, self.gain_hh * da) @ self.weight_hh
        return LSTMState(d.h, dc), LSTMState(h=dh_prev, c=dc * f)

    def input_slopes(self, trace: CellTrace, da: Array) -> Array:
        n, s = normalize(trace.x @ self.weight_ih.T)
        return normalize_backward(n, s, self.gain_ih * da)

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        da = da.reshape(-1, da.shape[-1])
        gradients = {"bias": da.sum(axis=0)}
        for end, values in (("ih", trace.x), ("hh", trace.before.h)):
            rows = values.reshape(len(da), -1)
            n, s = normalize(rows @ getattr(self, f"weight_{end}").T)
            gradients[f"weight_{end}"] = normalize_backward(n, s, getattr(self, f"gain_{end}") * da).T @ rows
            gradients[f"gain_{end}"] = (da * n).sum(axis=0)
        return gradients

    def output_gradients(self, trace: CellTrace, d: LSTMState) -> dict[str, Array]:
        n, _ = normalize(trace.record.c)
        dy = d.h * trace.record.o * tanh_derivative(tanh(self.gain_c * n + self.shift_c))  # (T, N, H)
        return {"gain_c": (dy * n).sum(axis=(0, 1)), "shift_c": dy.sum(axis=(0, 1))}


class NoisyLSTMCell(LSTMCell):
    """The LSTM with noise in its recurrence while it trains: two forms of recurrent dropout, and zoneout.

    Equations: with ``m_h, m_g`` 0 where something is dropped and else ``1 / (1 - p)``, and ``k_c, k_h`` 1 where a unit
    stays as it was and else 0,

    - ``i, f, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h (m_h h_prev) + b``;
    - ``c_new = f c_prev + i m_g g``, ``c = k_c c_prev + (1 - k_c) c_new``;
    - ``h = k_h h_prev + (1 - k_h) o tanh(c_new)``.

    All four are drawn in training, when ``forward`` is given a source of randomness: m_h once for a whole sequence, the
    others at every step. Otherwise the masks are 1, and k_c, k_h are the chances themselves. The trace holds them as
    ``mask_h``, ``mask_g``, ``keep_c`` and ``keep_h``.

    Parameters
    ----------
    dropout_h : float in [0, 1)
        The chance that a unit of the past is hidden from all gates, for a whole sequence.
    dropout_g : float in [0, 1)
        The chance that a unit's candidate is dropped, so that a step writes nothing and forgets as ever.
    zoneout_c, zoneout_h : float in [0, 1)
        The chance that a unit of c, or of h, stays what it was a step ago.
    forget_bias : float
        The initial bias of the forget gate.

    References
    ----------
    dropout_h: Gal & Ghahramani (2016); dropout_g: Semeniuta, Severyn & Barth (2016), section 3; zoneout: Krueger et al.
    (2017), section 3.
    """

    extras = noise = ("mask_h", "mask_g", "keep_c", "keep_h")

    dropout_h: float
    dropout_g: float
    zoneout_c: float
    zoneout_h: float

    class Step(NamedTuple):
        i: Array
        f: Array
        g: Array
        o: Array
        mask_h: Array
        mask_g: Array
        keep_c: Array
        keep_h: Array
        c: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, dropout_h: float = 0.0, dropout_g: float = 0.0,
        zoneout_c: float = 0.0, zoneout_h: float = 0.0, forget_bias: float = 1.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        chances = {"dropout_h": dropout_h, "dropout_g": dropout_g, "zoneout_c": zoneout_c, "zoneout_h": zoneout_h}
        for name, chance in chances.items():
            check_number(type(self).__name__, name, chance, "in [0, 1)", lambda p: 0 <= p < 1)
            setattr(self, name, float(chance))
        super().__init__(input_size, hidden_size, forget_bias=forget_bias, dtype=dtype, rng=rng)

    def from_input(self, x: Array, rng: RNG = None) -> Array:
        a = super().from_input(x)
        mask_h, mask_g, keep_c, keep_h = a[4:]  # each (..., N, H)
        if rng is None:
            mask_h[:], mask_g[:], keep_c[:], keep_h[:] = 1, 1, self.zoneout_c, self.zoneout_h
        else:
            rng = np.random.default_rng(rng)
            mask_h[:] = (rng.random(mask_h.shape[-2:]) >= self.dropout_h) / (1 - self.dropout_h)
            mask_g[:] = (rng.random(mask_g.shape) >= self.dropout_g) / (1 - self.dropout_g)
            keep_c[:] = rng.random(keep_c.shape) < self.zoneout_c
            keep_h[:] = rng.random(keep_h.shape) < self.zoneout_h
        return a

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        i, f, g, o, mask_h, mask_g, keep_c, keep_h = a
        a[:4] += (mask_h * prev.h) @ W_h  # (4, N, H)
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c_new = f * prev.c + i * mask_g * g
        c = keep_c * prev.c + (1 - keep_c) * c_new
        h = keep_h * prev.h + (1 - keep_h) * o * tanh(c_new)
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, f, g, o, mask_h, mask_g, keep_c, keep_h, _, _ = step
        tanh_c = tanh(f * prev.c + i * mask_g * g)  # of c_new, which nothing has kept
        dh_new = d.h * (1 - keep_h)
        do = dh_new * tanh_c
        dc_new = d.c * (1 - keep_c) + dh_new * o * tanh_derivative(tanh_c)
        di = dc_new * mask_g * g
        df = dc_new * prev.c
        dg = dc_new * i * mask_g
        da_i, da_f = di * sigmoid_derivative(i), df * sigmoid_derivative(f)
        da_g, da_o = dg * tanh_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([da_i, da_f, da_g, da_o], axis=1, out=da)  # (N, 4H)
        dh_prev = d.h * keep_h + mask_h * (da @ self.weight_hh)
        return d, LSTMState(h=dh_prev, c=d.c * keep_c + dc_new * f)

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        h_seen = (trace.record.mask_h * trace.before.h).reshape(-1, self.hidden_size)
        return self.input_gradients(trace, da) | {"weight_hh": da.reshape(-1, da.shape[-1]).T @ h_seen}
