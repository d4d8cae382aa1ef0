"""The cells drawn small, one step after the other: the same grammar without the wires."""

from functools import partial

from lstm_tutor.diagrams._cells import LSTM, LSTM1997, RNN
from lstm_tutor.diagrams._grammar import THIN, curve_box, flow, junction, label, rail, tap, valve, wall, wire

_MEMORY = 24  # the memory rail, narrower than in the single cell
MARGIN = 12
_O = 164  # the valve on the read-out path


def _rnn_step(x, is_last, number):
    y, box = 62, 36
    center, outlet = x + 30, x + 48
    end = outlet + (36 if is_last else 24)
    return (
        wall("rail-h", "h", [(outlet, y), (end, y)], THIN, tip=is_last),
        flow("h", "h", "h", [(outlet, y), (end - (8 if is_last else 0), y)], THIN),
        wire("wire-x", "x", [(center, 112), (center, y + box / 2 + 2)], arrow=True),
        curve_box("box-tanh", "h", (center, y), box),
        label("label-h", "h", (outlet + 12, 36), str(number), anchor="middle"),
        label("label-x", "x", (center, 140), key="x", anchor="middle"),
    )


def _lstm_step(x, is_last, number, forgets=True):
    top, low, box = 52, 270, 36
    forget, write, out = x + 22, x + 64, x + 112
    end = x + (152 if is_last else 140)
    keep = (
        (
            flow("c-prev", "c", "c_prev", [(x, top), (forget, top)], _MEMORY, scaled=True),
            flow("kept", "c", "kept", [(forget, top), (write, top)], _MEMORY, scaled=True),
        )
        if forgets
        else (flow("c-prev", "c", "c_prev", [(x, top), (write, top)], _MEMORY, scaled=True),)
    )
    return (
        *keep,
        flow(
            "candidate",
            "g",
            "g",
            [(write, 184), (write, 128)],
            _MEMORY,
            pipe=[(write, 184), (write, 128)],
            scaled=True,
        ),
        flow(
            "write",
            "g",
            "write",
            [(write, 128), (write, top)],
            _MEMORY,
            pipe=[(write, 128), (write, 64)],
            scaled=True,
        ),
        flow("c", "c", "c", [(write, top), (end - (10 if is_last else 0), top)], _MEMORY, scaled=True),
        flow("read", "c", "c", [(out, top), (out, 84)], THIN, pipe=[(out, 64), (out, 84)], scaled=True),
        flow("squashed", "c", "squashed", [(out, 112), (out, _O)], THIN, pipe=[(out, 112), (out, _O)]),
        curve_box("box-tanh", "c", (out, 98), 28),
        wall("rail-h", "h", [(out, _O), (out, low), (end + (0 if is_last else 64), low)], THIN, tip=is_last),
        flow("h", "h", "h", [(out, _O), (out, low), (end - 8 if is_last else end + 64, low)], THIN),
        wire("wire-g", "g", [(write, low), (write, 184 + box + 2)], arrow=True),
        wire("wire-x", "x", [(write, 322), (write, low + 8)], arrow=True),
        curve_box("box-g", "g", (write, 184 + box / 2), box),
        *((valve("valve-f", "f", (forget, top), _MEMORY, knob=None),) if forgets else ()),
        valve("valve-i", "i", (write, 128), _MEMORY, across=True, knob=None),
        valve("valve-o", "o", (out, _O), THIN, across=True, knob=None),
        junction("sum", "c", (write, top), radius=17),
        tap("join", "x", (write, low)),
        label("label-x", "x", (write, 350), key="x", anchor="middle"),
    )


def _rnn_stage(width):
    return (wall("rail-h-start", "h", [(MARGIN - 4, 62), (MARGIN + 12, 62)], THIN, notch=True),)


def _lstm_stage(width):
    return (
        rail("rail-c", "c", 52, MARGIN - 4, width - 4, _MEMORY),
        wall("rail-h-start", "h", [(MARGIN - 4, 270), (MARGIN + 64, 270)], THIN, notch=True),
        flow("h-prev", "h", "h_prev", [(MARGIN + 4, 270), (MARGIN + 64, 270)], THIN),
    )


# name: (cell, width of a step, height, parts that stand once, parts of a step)
CHAINS = {
    "rnn": (RNN, 72, 156, _rnn_stage, _rnn_step),
    "lstm1997": (LSTM1997, 140, 366, _lstm_stage, partial(_lstm_step, forgets=False)),
    "lstm": (LSTM, 140, 366, _lstm_stage, _lstm_step),
}
