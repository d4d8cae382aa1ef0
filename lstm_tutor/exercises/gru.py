"""Exercises of the chapter on the GRU."""

import numpy as np

from lstm_tutor.activations import sigmoid
from lstm_tutor.cells import GRUCell, State
from lstm_tutor.exercises.marker import Exercise, with_parameters

__all__ = ["EXERCISES"]

N, D, H = 3, 4, 5


# -- the step ----------------------------------------------------------------------------------------------------------


def _gru_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "W_x": draw((3 * H, D)), "W_h": draw((3 * H, H)),
            "b": draw(3 * H), "b_hn": draw(H)}  # fmt: skip


def _gru_step(x, h_prev, W_x, W_h, b, b_hn):
    cell = with_parameters(GRUCell(D, H, rng=0), weight_ih=W_x, weight_hh=W_h, bias=b, bias_hn=b_hn)
    return cell.forward(x, State(h_prev)).h


def _past_after(r, h_prev, W_n, b_hn):
    return r * (h_prev @ W_n.T + b_hn)


def _mix(z, n, h_prev):
    return (1 - z) * n + z * h_prev


def _gru_with(*, past=_past_after, mix=_mix, candidate=np.tanh, gate=sigmoid, order="rzn"):
    """A GRU step with one line in another way: a mistake in one line."""

    def step(x, h_prev, W_x, W_h, b, b_hn):
        from_x = dict(zip(order, np.split(x @ W_x.T + b, 3, axis=1), strict=True))
        W = dict(zip(order, np.split(W_h, 3), strict=True))
        r, z = (gate(from_x[name] + h_prev @ W[name].T) for name in "rz")
        n = candidate(from_x["n"] + past(r=r, h_prev=h_prev, W_n=W["n"], b_hn=b_hn))
        return mix(z, n, h_prev)

    return step


GRU_STEP = Exercise(
    arguments=_gru_arguments,
    returns=("h",),
    solution=_gru_step,
    mistakes=(
        (
            "Your reset gate multiplies h_prev before the product with W_h: that is the published cell. PyTorch's "
            "multiplies the product, and b_hn with it: r * (W_h h_prev + b_hn).",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: (r * h_prev) @ W_n.T + b_hn),
        ),
        (
            "Your reset gate multiplies h_prev before the product with W_h, and the bias b_hn after it. Here it "
            "multiplies the sum of both: r * (W_h h_prev + b_hn).",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: (r * h_prev) @ W_n.T + r * b_hn),
        ),
        (
            "Your reset gate multiplies h_prev before the product with W_h, and b_hn is missing. This is the published "
            "cell; here it is r * (W_h h_prev + b_hn).",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: (r * h_prev) @ W_n.T),
        ),
        (
            "b_hn is out of the reset gate's reach: r should multiply W_h h_prev + b_hn, not W_h h_prev alone.",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: r * (h_prev @ W_n.T) + b_hn),
        ),
        (
            "The bias b_hn is missing: the candidate's past is r * (W_h h_prev + b_hn).",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: r * (h_prev @ W_n.T)),
        ),
        (
            "There is no reset gate: the candidate sees the whole past. It should see r * (W_h h_prev + b_hn).",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: h_prev @ W_n.T + b_hn),
        ),
        (
            "Your reset gate is the wrong way round: open, at 1, it lets the past through.",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: (1 - r) * (h_prev @ W_n.T + b_hn)),
        ),
        (
            "The candidate does not see the past: r * (W_h h_prev + b_hn) is missing in it.",
            _gru_with(past=lambda r, h_prev, W_n, b_hn: 0.0),
        ),
        (
            "z is swapped with 1 - z: here, as in PyTorch, z keeps the old state, h = (1 - z) n + z h_prev. (Chung et "
            "al. have it your way.)",
            _gru_with(mix=lambda z, n, h_prev: z * n + (1 - z) * h_prev),
        ),
        (
            "The candidate is written in full: n should be multiplied by 1 - z. That is what makes z one gate for two.",
            _gru_with(mix=lambda z, n, h_prev: n + z * h_prev),
        ),
        (
            "The old state is lost: h = (1 - z) n + z h_prev.",
            _gru_with(mix=lambda z, n, h_prev: (1 - z) * n),
        ),
        (
            "The old state is kept in full: h_prev should be multiplied by z.",
            _gru_with(mix=lambda z, n, h_prev: (1 - z) * n + h_prev),
        ),
        (
            "Your gates are crossed: r belongs on the candidate's past, z on the rail. Rows of the weights are in the "
            "order r, z, n; Keras has z, r, n.",
            _gru_with(order="zrn"),
        ),
        (
            "The candidate n goes through the sigmoid; it needs tanh, so that it can be negative.",
            _gru_with(candidate=sigmoid),
        ),
        ("The candidate n lacks its tanh: n = tanh(...).", _gru_with(candidate=lambda a: a)),
        (
            "The gates go through tanh; they need the sigmoid, so that they lie between 0 and 1.",
            _gru_with(gate=np.tanh),
        ),
        (
            "The blocks are in another order: rows of the weights are r, z, n; you took n, z, r.",
            _gru_with(order="nzr"),
        ),
        (
            "The recurrence is missing: the gates and the candidate look at h_prev too.",
            lambda x, h_prev, W_x, W_h, b, b_hn: _gru_with()(x, h_prev, W_x, np.zeros_like(W_h), b, b_hn),
        ),
        (
            "The gates do not see the past: W_h h_prev is missing in r and z.",
            lambda x, h_prev, W_x, W_h, b, b_hn: _gru_with()(
                x, h_prev, W_x, np.concatenate([np.zeros((2 * H, H)), W_h[2 * H :]]), b, b_hn
            ),
        ),
        (
            "The bias b is missing.",
            lambda x, h_prev, W_x, W_h, b, b_hn: _gru_with()(x, h_prev, W_x, W_h, np.zeros_like(b), b_hn),
        ),
    ),
    praise="That is PyTorch's GRU, to rounding error.",
)


# -- two biases into one and a third -----------------------------------------------------------------------------------


def _bias_arguments(rng):
    draw = rng.standard_normal
    return {"bias_ih": draw(3 * H), "bias_hh": draw(3 * H)}


def _merged(bias_ih, bias_hh):
    inner = bias_hh[2 * H :]
    return bias_ih + np.concatenate([bias_hh[: 2 * H], np.zeros(H)]), inner


GRU_BIASES = Exercise(
    arguments=_bias_arguments,
    returns=("bias", "bias_hn"),
    solution=_merged,
    mistakes=(
        (
            "You added the n rows of bias_hh to bias and kept them as bias_hn as well: they count twice now.",
            lambda bias_ih, bias_hh: (bias_ih + bias_hh, bias_hh[2 * H :]),
        ),
        (
            "You added both biases in all rows, and bias_hn is zero. In the n rows they cannot be merged: the reset "
            "gate multiplies one and not the other.",
            lambda bias_ih, bias_hh: (bias_ih + bias_hh, np.zeros(H)),
        ),
        (
            "bias is bias_ih alone; in the rows of r and z, bias_hh belongs to it.",
            lambda bias_ih, bias_hh: (bias_ih, bias_hh[2 * H :]),
        ),
        (
            "bias_hn should be the n rows of bias_hh, the last H; you took the first H, those of r.",
            lambda bias_ih, bias_hh: (_merged(bias_ih, bias_hh)[0], bias_hh[:H]),
        ),
        (
            "bias_hn should be the n rows of bias_hh, the last H; you took those of z.",
            lambda bias_ih, bias_hh: (_merged(bias_ih, bias_hh)[0], bias_hh[H : 2 * H]),
        ),
        (
            "bias_hn comes from bias_hh, the bias of the past; you took the n rows of bias_ih.",
            lambda bias_ih, bias_hh: (_merged(bias_ih, bias_hh)[0], bias_ih[2 * H :]),
        ),
        (
            "The two are exchanged: bias_ih stands outside of the reset gate, the n rows of bias_hh within.",
            lambda bias_ih, bias_hh: _merged(bias_hh, bias_ih),
        ),
        (
            "bias is right in the rows of r and z, but its n rows are zero: there it is bias_ih.",
            lambda bias_ih, bias_hh: (
                np.concatenate([(bias_ih + bias_hh)[: 2 * H], np.zeros(H)]),
                bias_hh[2 * H :],
            ),
        ),
    ),
    praise="Two biases where they can be told apart, one where only their sum matters.",
)


# -- from Keras --------------------------------------------------------------------------------------------------------


def _keras_arguments(rng):
    draw = rng.standard_normal
    return {"kernel": draw((D, 3 * H)), "recurrent_kernel": draw((H, 3 * H)), "bias": draw((2, 3 * H))}


def _from_keras(kernel, recurrent_kernel, bias, *, order=(1, 0, 2), merge=True):
    """W_x, W_h, b, b_hn; the blocks of Keras are z, r, n."""
    W_x, W_h, b_x, b_h = (
        np.concatenate([np.split(a, 3)[k] for k in order]) for a in (kernel.T, recurrent_kernel.T, bias[0], bias[1])
    )
    b, b_hn = _merged(b_x, b_h) if merge else (b_x + b_h, np.zeros(H))
    return W_x, W_h, b, b_hn


def _turned(**arguments):
    W_x, W_h, b, b_hn = _from_keras(**arguments)
    gate = np.repeat([1.0, -1.0, 1.0], H)
    return W_x * gate[:, None], W_h * gate[:, None], b * gate, b_hn


GRU_KERAS = Exercise(
    arguments=_keras_arguments,
    returns=("W_x", "W_h", "b", "b_hn"),
    solution=_from_keras,
    mistakes=(
        (
            "The blocks are still in the order of Keras, z, r, n; here it is r, z, n.",
            lambda **arguments: _from_keras(**arguments, order=(0, 1, 2)),
        ),
        (
            "The blocks are in the order n, r, z: you reversed them. Only the first two change places.",
            lambda **arguments: _from_keras(**arguments, order=(2, 1, 0)),
        ),
        (
            "Weights and order are right, but both biases are added in the n rows too; there the second is b_hn.",
            lambda **arguments: _from_keras(**arguments, merge=False),
        ),
        (
            "You turned z into 1 - z. No need: the z of Keras keeps the old state, as ours does.",
            _turned,
        ),
    ),
    praise="That is the GRU of Keras: z and r change places, and the inner bias stays within reach of r.",
)

EXERCISES = {"gru-step": GRU_STEP, "gru-biases": GRU_BIASES, "gru-keras": GRU_KERAS}
