"""The cells drawn small, one step after the other: the same grammar without the wires."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from lstm_tutor.diagrams._cells import LSTM, LSTM1997, PEEPHOLE, RNN, Cell
from lstm_tutor.diagrams._grammar import (
    THIN,
    Part,
    curve_box,
    flow,
    junction,
    label,
    peephole,
    rail,
    tap,
    wall,
    weights,
    wire,
)
from lstm_tutor.diagrams._gru import GRU, GRU_BEFORE
from lstm_tutor.diagrams._valves import two_way, valve

_MEMORY = 24  # the memory rail, narrower than in the single cell
MARGIN = 12
_O = 164  # the valve on the read-out path


def _rnn_step(x: float, is_last: bool, number: int) -> tuple[Part, ...]:
    y, box = 62, 36
    center, outlet = x + 30, x + 48
    end = outlet + 36  # the last rail points onward, every other joins the next box
    return (
        wall("rail-h", "h", [(outlet, y), (end, y)], THIN, tip=is_last),
        flow("h", "h", "h", [(outlet, y), (end - (8 if is_last else 0), y)], THIN),
        wire("wire-x", "x", [(center, 112), (center, y + box / 2 + 2)], arrow=True),
        curve_box("box-tanh", "h", (center, y), box),
        label("label-h", "h", (outlet + 12, 36), str(number), anchor="middle"),
        label("label-x", "x", (center, 140), key="x", anchor="middle"),
    )


def _lstm_step(x: float, is_last: bool, number: int, forgets: bool = True, peeps: bool = False) -> tuple[Part, ...]:
    top, low, box = 52, 270, 36
    start, step = (x + 8, 158) if peeps else (x, 140)  # the taps of the peepholes need some room
    forget, write, out = start + 22, start + 64, start + (122 if peeps else 112)
    end = out + 40 if is_last else x + step
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
        wall("rail-h", "h", [(out, _O), (out, low), (end if is_last else write + step, low)], THIN, tip=is_last),
        flow("h", "h", "h", [(out, _O), (out, low), (end - 8 if is_last else write + step, low)], THIN),
        wire("wire-g", "g", [(write, low), (write, 184 + box + 2)], arrow=True),
        wire("wire-x", "x", [(write, 322), (write, low + 8)], arrow=True),
        curve_box("box-g", "g", (write, 184 + box / 2), box),
        *((valve("valve-f", "f", (forget, top), _MEMORY, side=None),) if forgets else ()),
        valve("valve-i", "i", (write, 128), _MEMORY, across=True, side=None),
        valve("valve-o", "o", (out, _O), THIN, across=True, side=None),
        junction("sum", "c", (write, top), radius=17),
        tap("join", "x", (write, low)),
        label("label-x", "x", (write, 350), key="x", anchor="middle"),
        *(_peepholes(x, top) if peeps else ()),
    )


def _peepholes(x: float, top: float) -> tuple[Part, ...]:
    return (
        peephole("peep-f", "f", [(x + 4, top), (x + 4, 97), (x + 21, 97)]),
        peephole("peep-i", "i", [(x + 4, top), (x + 4, 128), (x + 21, 128)]),
        peephole("peep-o", "o", [(x + 109, top), (x + 109, _O - 15)]),
    )


def _gru_step(x: float, is_last: bool, number: int, reset_after: bool = True) -> tuple[Part, ...]:
    top, low, box, path = 52, 270, 36, 128
    down, keep, write = x + 12, x + 48, x + 98
    end = x + (152 if is_last else 140)
    product, gate = (x + 40, x + 70) if reset_after else (x + 70, x + 40)
    names = {"h_prev": "back", "past": "past", "reset": "reset"}
    first, second, third = ("h_prev", "past", "reset") if reset_after else ("h_prev", "reset", "past")
    enters, leaves = product - 13, product + 13  # the sides of the box
    inner = [(leaves, low), (gate, low)] if reset_after else [(gate, low), (enters, low)]
    return (
        wall("rail-back", "h", [(down, top + 12), (down, low), (enters, low)], THIN),
        wall("rail-past", "h", [(leaves, low), (write, low)], THIN),
        flow(names[first], "h", first, [(down, top), (down, low), (enters if reset_after else gate, low)], THIN),
        flow(names[second], "h", second, inner, THIN, scaled=reset_after),
        flow(names[third], "h", third, [(gate if reset_after else leaves, low), (write, low)], THIN, scaled=True),
        flow("h-prev", "h", "h_prev", [(x, top), (keep, top)], _MEMORY),
        flow("kept", "h", "kept", [(keep, top), (write, top)], _MEMORY),
        flow("candidate", "n", "n", [(write, 184), (write, path)], _MEMORY, pipe=[(write, 184), (write, path)]),
        flow("write", "n", "write", [(write, path), (write, top)], _MEMORY, pipe=[(write, path), (write, 64)]),
        flow("h", "h", "h", [(write, top), (end - (10 if is_last else 0), top)], _MEMORY),
        wire("wire-n", "n", [(write, low), (write, 184 + box + 2)], arrow=True),
        wire("wire-x", "x", [(write, 322), (write, low + 8)], arrow=True),
        curve_box("box-n", "n", (write, 184 + box / 2), box),
        weights("box-past", "h", (product, low), "W", size=(26, 30)),
        valve("valve-r", "r", (gate, low), THIN, side=None),
        two_way("valve-z", "z", (keep, top), (write, path), (_MEMORY, _MEMORY)),
        junction("sum", "h", (write, top), radius=17),
        tap("join", "x", (write, low)),
        label("label-x", "x", (write, 350), key="x", anchor="middle"),
    )


def _gru_stage(width: float) -> tuple[Part, ...]:
    return (rail("rail-h", "h", 52, MARGIN - 4, width - 4, _MEMORY),)


def _rnn_stage(width: float) -> tuple[Part, ...]:
    return (wall("rail-h-start", "h", [(MARGIN - 4, 62), (MARGIN + 12, 62)], THIN, notch=True),)


def _lstm_stage(width: float, write: float = 64) -> tuple[Part, ...]:
    return (
        rail("rail-c", "c", 52, MARGIN - 4, width - 4, _MEMORY),
        wall("rail-h-start", "h", [(MARGIN - 4, 270), (MARGIN + write, 270)], THIN, notch=True),
        flow("h-prev", "h", "h_prev", [(MARGIN + 4, 270), (MARGIN + write, 270)], THIN),
    )


# name: (cell, width of a step, height, parts that stand once, parts of a step)
Parts: TypeAlias = tuple[Part, ...]
CHAINS: dict[str, tuple[Cell, int, int, Callable[[float], Parts], Callable[[float, bool, int], Parts]]] = {
    "rnn": (RNN, 72, 156, _rnn_stage, _rnn_step),
    "lstm1997": (LSTM1997, 140, 366, _lstm_stage, partial(_lstm_step, forgets=False)),
    "lstm": (LSTM, 140, 366, _lstm_stage, _lstm_step),
    "peephole": (PEEPHOLE, 158, 366, partial(_lstm_stage, write=72), partial(_lstm_step, peeps=True)),
    "gru": (GRU, 140, 366, _gru_stage, _gru_step),
    "gru_before": (GRU_BEFORE, 140, 366, _gru_stage, partial(_gru_step, reset_after=False)),
}
