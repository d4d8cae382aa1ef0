"""One time step of each cell, forward and backward: the equations, and nothing else.

Every cell splits its step in two. What depends on the input alone, ``z = W_x x_t + b``, a layer computes for all steps
in one product. What depends on the past is the cell's :meth:`step`, which reads like the equations in the book, and
:meth:`step_backward`, in which a line ``df = dc * prev.c`` is the derivative of the line that used ``f``.

Shapes: N sequences side by side, D inputs, H hidden units, G blocks of weights (four in an LSTM). Weights are stored
with their blocks one below the other, (G*H, D) and (G*H, H); what is computed from them has its blocks apart,
(G, N, H), so that ``i, f, g, o = z`` names the gates.
"""

from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import relu, relu_slope, sigmoid, sigmoid_slope, tanh, tanh_slope

__all__ = ["State", "LSTMState", "Cell", "RNNCell", "LSTM1997Cell", "LSTMCell"]

Array = np.ndarray


class State(NamedTuple):
    """What an RNN carries from step to step: ``h``, the hidden state."""

    h: Array


class LSTMState(NamedTuple):
    """What an LSTM carries from step to step: ``h``, the hidden state, and ``c``, the cell state; in that order."""

    h: Array
    c: Array


class Cell:
    """What all cells share: named parameters, the input's share of a step, and the gradients of the weights.

    A cell adds ``blocks`` (names of the row blocks of its weights, in order), ``State`` (what it carries from step to
    step), ``Step`` (what a step records: its gates and its state), :meth:`step` and :meth:`step_backward`.

    Parameters
    ----------
    input_size : int, D
    hidden_size : int, H
    dtype : numpy dtype, float64 or float32
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    weight_ih : array (G*H, D), weights of the input, drawn from U(-1/sqrt(H), 1/sqrt(H))
    weight_hh : array (G*H, H), weights of the previous hidden state, drawn likewise
    bias : array (G*H,), zeros
    """

    blocks: tuple[str, ...]
    State: type = State
    Step: type

    def __init__(self, input_size, hidden_size, *, dtype=np.float64, rng=None):
        for name, size in (("input_size", input_size), ("hidden_size", hidden_size)):
            if not isinstance(size, int | np.integer) or size < 1:
                raise ValueError(f"{type(self).__name__}: expected {name} to be a positive int, got {size!r}")
        self.input_size, self.hidden_size = int(input_size), int(hidden_size)
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"{type(self).__name__}: expected dtype float32 or float64, got {self.dtype}")
        rng = np.random.default_rng(rng)
        for name, shape in self.shapes().items():
            bound = 1 / np.sqrt(self.hidden_size) if name.startswith("weight") else 0.0
            setattr(self, name, rng.uniform(-bound, bound, shape).astype(self.dtype))

    def shapes(self):
        """Shape of each parameter, by name."""
        rows = len(self.blocks) * self.hidden_size
        return {"weight_ih": (rows, self.input_size), "weight_hh": (rows, self.hidden_size), "bias": (rows,)}

    def parameters(self):
        """The cell's parameters by name; live arrays, so writing into one changes the cell."""
        return {name: getattr(self, name) for name in self.shapes()}

    def rows(self, block):
        """The rows of the weights and the bias that belong to `block`, as a slice."""
        k = self.blocks.index(block)
        return slice(k * self.hidden_size, (k + 1) * self.hidden_size)

    def record(self, gates, state):
        """What a step leaves behind, by name: its gates, the G blocks of `gates`, and its state."""
        return self.Step(**(dict(zip(self.blocks, gates, strict=True)) | state._asdict()))

    def initial_state(self, batch_size):
        """A state of zeros, each field (N, H)."""
        return self.State(*(np.zeros((batch_size, self.hidden_size), self.dtype) for _ in self.State._fields))

    def by_block(self, weight):
        """A weight (G*H, K) as G matrices that rows of K values are multiplied by: (G, K, H), a copy.

        A copy and not a view, because BLAS is up to twice as fast at a matrix as at the transpose of one.
        """
        return np.ascontiguousarray(weight.reshape(len(self.blocks), self.hidden_size, -1).swapaxes(1, 2))

    def from_input(self, x):
        """The input's share of every step, ``W_x x + b``: (..., D) to (G, ..., H), all steps in one product."""
        z = x.reshape(-1, self.input_size) @ self.by_block(self.weight_ih)
        z += self.bias.reshape(-1, 1, self.hidden_size)
        return z.reshape(-1, *x.shape[:-1], self.hidden_size)

    def step(self, z, prev, W_h):
        """The cell's equations, one step forward.

        Parameters
        ----------
        z : array (G, N, H); comes in as the input's share ``W_x x + b`` and is *overwritten* by the gates, block by
            block, so that the trace needs no memory of its own for them
        prev : state before this step, fields (N, H)
        W_h : array (G, H, H), the recurrent weights :meth:`by_block`, the same at every step

        Returns
        -------
        State after this step
        """
        raise NotImplementedError

    def step_backward(self, step, prev, d, dz):
        """The cell's equations, one step backward.

        Parameters
        ----------
        step : this step's record, fields (N, H)
        prev : state before this step
        d : state of gradients, dL/d(state after this step), as far as the loss and the next step pass it on
        dz : array (N, G*H) that is *overwritten* by dL/dz, blocks side by side

        Returns
        -------
        d_state : dL/d(state after this step), complete
        d_prev : dL/d(state before this step), as far as this step passes it on
        """
        raise NotImplementedError

    def parameter_gradients(self, trace, dz):
        """dL/d(each parameter) from dL/dz of all steps, (T, N, G*H): one product per weight."""
        dz = dz.reshape(-1, dz.shape[-1])
        return {  # (x^T dz)^T equals dz^T x; BLAS is faster at the first
            "weight_ih": (trace.x.reshape(-1, self.input_size).T @ dz).T,
            "weight_hh": (trace.before.h.reshape(-1, self.hidden_size).T @ dz).T,
            "bias": dz.sum(axis=0),
        }

    def forward(self, x, state=None):
        """One step from the input itself: x (N, D) and a state (zeros if None) to the step's record.

        >>> step = LSTMCell(3, 2, rng=0).forward(np.ones((1, 3)))
        >>> step._fields, step.c.shape
        (('i', 'f', 'g', 'o', 'c', 'h'), (1, 2))
        """
        x = np.asarray(x, self.dtype)
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"{type(self).__name__}: expected x of shape (N, {self.input_size}), got {x.shape}")
        state = self.initial_state(len(x)) if state is None else state
        fields, shape = self.State._fields, (len(x), self.hidden_size)
        if not isinstance(state, tuple | list) or len(state) != len(fields):
            raise ValueError(f"{type(self).__name__}: expected state to be a tuple ({', '.join(fields)})")
        state = self.State(*(np.asarray(value, self.dtype) for value in state))
        for name, value in state._asdict().items():
            if value.shape != shape:
                raise ValueError(f"{type(self).__name__}: expected {name} of shape {shape}, got {value.shape}")
        gates = self.from_input(x)
        state = self.step(gates, state, self.by_block(self.weight_hh))
        return self.record(gates, state)


class RNNCell(Cell):
    """The vanilla recurrent cell.

    Equations: ``h = tanh(W_x x + W_h h_prev + b)``, or relu in place of tanh.

    Source: Elman (1990), Cognitive Science 14, figure 2; the form with tanh is PyTorch's ``nn.RNNCell``.
    """

    blocks = ("h",)

    class Step(NamedTuple):
        h: Array

    def __init__(self, input_size, hidden_size, *, nonlinearity="tanh", dtype=np.float64, rng=None):
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: expected nonlinearity 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.nonlinearity = nonlinearity
        self.squash, self.slope = (tanh, tanh_slope) if nonlinearity == "tanh" else (relu, relu_slope)

    def step(self, z, prev, W_h):
        z += prev.h @ W_h  # (1, N, H)
        (a,) = z
        return State(h=self.squash(a, out=a))

    def step_backward(self, step, prev, d, dz):
        dz[:] = d.h * self.slope(step.h)  # (N, H)
        return d, State(h=dz @ self.weight_hh)


class LSTM1997Cell(Cell):
    """The long short-term memory as first published: a cell that can be written and read, and never forgets.

    Equations: ``i, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h h_prev + b``;
    ``c = c_prev + i g``; ``h = o tanh(c)``.

    Source: Hochreiter & Schmidhuber (1997), Neural Computation 9, section 4 and appendix A.1, with tanh for the paper's
    scaled logistic squashings.
    """

    blocks = ("i", "g", "o")
    State = LSTMState

    class Step(NamedTuple):
        i: Array
        g: Array
        o: Array
        c: Array
        h: Array

    def step(self, z, prev, W_h):
        z += prev.h @ W_h  # (3, N, H)
        i, g, o = z
        i, g, o = sigmoid(i, out=i), tanh(g, out=g), sigmoid(o, out=o)
        c = prev.c + i * g
        h = o * tanh(c)
        return LSTMState(h, c)

    def step_backward(self, step, prev, d, dz):
        i, g, o, c, _ = step
        tanh_c = tanh(c)
        do = d.h * tanh_c
        dc = d.c + d.h * o * tanh_slope(tanh_c)
        di = dc * g
        dg = dc * i
        blocks = di * sigmoid_slope(i), dg * tanh_slope(g), do * sigmoid_slope(o)
        np.concatenate(blocks, axis=1, out=dz)  # (N, 3H)
        return LSTMState(d.h, dc), LSTMState(h=dz @ self.weight_hh, c=dc)


class LSTMCell(Cell):
    """The LSTM of today: three gates and a candidate around a cell state.

    Equations: ``i, f, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h h_prev + b``;
    ``c = f c_prev + i g``; ``h = o tanh(c)``.

    Parameters
    ----------
    forget_bias : float, the initial bias of the forget gate; 1 lets a fresh cell keep its memory

    Source: Gers, Schmidhuber & Cummins (2000), Neural Computation 12, section 3.1 (the forget gate is theirs).
    """

    blocks = ("i", "f", "g", "o")
    State = LSTMState

    class Step(NamedTuple):
        i: Array
        f: Array
        g: Array
        o: Array
        c: Array
        h: Array

    def __init__(self, input_size, hidden_size, *, forget_bias=1.0, dtype=np.float64, rng=None):
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.forget_bias = float(forget_bias)
        self.bias[self.rows("f")] = forget_bias

    def step(self, z, prev, W_h):
        z += prev.h @ W_h  # (4, N, H)
        i, f, g, o = z
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        h = o * tanh(c)
        return LSTMState(h, c)

    def step_backward(self, step, prev, d, dz):
        i, f, g, o, c, _ = step
        tanh_c = tanh(c)
        do = d.h * tanh_c
        dc = d.c + d.h * o * tanh_slope(tanh_c)
        di = dc * g
        df = dc * prev.c
        dg = dc * i
        blocks = di * sigmoid_slope(i), df * sigmoid_slope(f), dg * tanh_slope(g), do * sigmoid_slope(o)
        np.concatenate(blocks, axis=1, out=dz)  # (N, 4H)
        return LSTMState(d.h, dc), LSTMState(h=dz @ self.weight_hh, c=dc * f)
