"""The cells, each a short list of parts. All stand on one stage, so that a reader sees what stayed and what came."""

from dataclasses import dataclass, replace

from lstm_tutor.diagrams._grammar import (
    BROAD,
    THIN,
    Part,
    flow,
    junction,
    label,
    peephole,
    rail,
    squash,
    tap,
    wall,
    wire,
)
from lstm_tutor.diagrams._quantities import Quantity, cifg_quantities, lstm1997_quantities, lstm_quantities
from lstm_tutor.diagrams._valves import two_way, valve

FREE = ("c_prev", "c", "kept", "write", "past")


@dataclass(frozen=True)
class Cell:
    """A drawing: its parts in drawing order, what its quantities are made of, what it adds to which cell."""

    name: str
    height: int
    title: str
    short: str
    chain: str
    desc: str
    parts: tuple[Part, ...]
    quantities: dict[str, Quantity]
    letters: tuple[str, ...]  # quantities that a caller may give
    previous: str | None = None
    new: tuple[str, ...] = ()
    free: tuple[str, ...] = FREE  # quantities that can pass 1: the drawing's limit is their largest
    wired: tuple[str, ...] = ()  # quantities of any size that wires carry: they flow nowhere


WIDTH = 560
_LEFT, _RIGHT = 10, 550  # where the past comes in and the future goes out
_C, _H = 84, 344  # the memory rail on top, the hidden rail at the bottom
_I, _O = 178, 236  # the valves on the write path and on the read-out path
_JOIN, _F, _WRITE, _OUT = 84, 154, 300, 476  # columns: x joins, forget valve, write path, read-out path

_RNN_H = 74
RNN = Cell(
    name="rnn",
    height=180,
    title="One step of a vanilla RNN",
    short="A vanilla RNN",
    chain="The hidden state h runs along one thin rail from each tanh box to the next.",
    desc=(
        "Time runs left to right. The hidden state h of the step before comes in from the left along a thin rail "
        "and is met by the input x from below. Both go through one tanh box; what comes out is the new hidden "
        "state h, which leaves to the right."
    ),
    parts=(
        wall("rail-h-prev", "h", [(_LEFT, _RNN_H), (_JOIN, _RNN_H)], THIN, notch=True),
        flow("h-prev", "h", "h_prev", [(_LEFT + 8, _RNN_H), (_JOIN, _RNN_H)], THIN),
        wire("wire-x", "x", [(_JOIN, 134), (_JOIN, _RNN_H + 8)], arrow=True),
        wire("wire-tanh", "h", [(_JOIN, _RNN_H), (_WRITE - 41, _RNN_H)], arrow=True),
        wall("rail-h", "h", [(_WRITE + 40, _RNN_H), (_RIGHT, _RNN_H)], THIN, tip=True),
        flow("h", "h", "h", [(_WRITE + 40, _RNN_H), (_RIGHT - 8, _RNN_H)], THIN),
        squash("box-tanh", "h", (_WRITE, _RNN_H), "tanh"),
        tap("join", "x", (_JOIN, _RNN_H)),
        label("label-h-prev", "h", (_LEFT + 4, 48), "t−1", key="h_prev", value_at=(_LEFT + 58, 48)),
        label("label-h", "h", (_RIGHT - 4, 48), "t", key="h", anchor="end", value_at=(_RIGHT - 40, 48)),
        label("label-x", "x", (_JOIN, 164), "t", key="x", anchor="middle"),
    ),
    quantities={},
    letters=("h_prev", "h"),
)

_STAGE = (
    rail("rail-c", "c", _C, _LEFT, _RIGHT, BROAD),
    wall("rail-h-prev", "h", [(_LEFT, _H), (_JOIN, _H)], THIN, notch=True),
    flow("h-prev", "h", "h_prev", [(_LEFT + 8, _H), (_JOIN, _H)], THIN),
    wire("wire-x", "x", [(_JOIN, 404), (_JOIN, _H + 8)], arrow=True),
)
_WRITE_PATH = (
    flow(
        "candidate",
        "g",
        "g",
        [(_WRITE, 240), (_WRITE, _I)],
        BROAD,
        pipe=[(_WRITE, 238), (_WRITE, _I)],
        scaled=True,
    ),
    flow(
        "write",
        "g",
        "write",
        [(_WRITE, _I), (_WRITE, _C)],
        BROAD,
        pipe=[(_WRITE, _I), (_WRITE, 101)],
        scaled=True,
    ),
    flow("c", "c", "c", [(_WRITE, _C), (_RIGHT - 14, _C)], BROAD, scaled=True),
    wire("wire-g", "g", [(_WRITE, _H), (_WRITE, 286)], arrow=True),
    wire("wire-i", "i", [(_WRITE - 65, _H), (_WRITE - 65, _I + 18)]),
    squash("box-g", "g", (_WRITE, 262), "tanh", key="g"),
    valve("valve-i", "i", (_WRITE, _I), BROAD, across=True, side="left", note="σ", value="above"),
)
_READ_PATH = (
    flow("read", "c", "c", [(_OUT, _C), (_OUT, 132)], THIN, pipe=[(_OUT, 101), (_OUT, 132)], scaled=True),
    flow("squashed", "c", "squashed", [(_OUT, 172), (_OUT, _O)], THIN, pipe=[(_OUT, 172), (_OUT, _O)]),
    wall("rail-h", "h", [(_OUT, _O), (_OUT, _H), (_RIGHT, _H)], THIN, tip=True),
    flow("h", "h", "h", [(_OUT, _O), (_OUT, _H), (_RIGHT - 8, _H)], THIN),
    wire("wire-o", "o", [(_JOIN, _H), (_OUT - 49, _H), (_OUT - 49, _O + 18)]),
    squash("box-tanh", "c", (_OUT, 152), "tanh", size=(70, 40)),
    valve("valve-o", "o", (_OUT, _O), THIN, across=True, side="left", note="σ", value="above"),
)
_LABELS = (
    junction("sum", "c", (_WRITE, _C)),
    tap("join", "x", (_JOIN, _H)),
    label("label-c-prev", "c", (_LEFT + 4, 48), "t−1", key="c_prev", value_at=(_LEFT + 58, 48)),
    label("label-c", "c", (_RIGHT - 4, 48), "t", key="c", anchor="end", value_at=(_RIGHT - 40, 48)),
    label("label-h-prev", "h", (_LEFT + 4, 322), "t−1", key="h_prev", value_at=(_LEFT + 58, 322)),
    label("label-h", "h", (_RIGHT - 4, 322), "t", key="h", anchor="end", value_at=(_RIGHT - 4, 380)),
    label("label-x", "x", (_JOIN, 432), "t", key="x", anchor="middle"),
)

LSTM1997 = Cell(
    name="lstm1997",
    height=450,
    title="One step of the LSTM of 1997",
    short="The LSTM of 1997",
    chain=(
        "The memory c runs along the broad rail on top; at each step valve i lets the candidate in and valve o lets "
        "the memory out into the thin rail of the hidden state h below."
    ),
    desc=(
        "A broad rail along the top carries the memory c from left to right; nothing on it takes anything away. "
        "Below, a tanh box makes the candidate g, and valve i decides how much of it rises to the junction that "
        "adds it to the memory. On the right the memory is read through tanh and valve o and becomes the hidden "
        "state h, a thin rail along the bottom. The previous h and the input x together set both valves and the "
        "candidate."
    ),
    parts=(
        *_STAGE,
        flow("c-prev", "c", "c_prev", [(_LEFT + 14, _C), (_WRITE, _C)], BROAD, scaled=True),
        *_WRITE_PATH,
        *_READ_PATH,
        *_LABELS,
    ),
    quantities=lstm1997_quantities(),
    letters=("i", "g", "o", "c", "h", "c_prev", "h_prev"),
    previous="rnn",
    new=("i", "o", "c"),
)

LSTM = Cell(
    name="lstm",
    height=450,
    title="One step of an LSTM",
    short="An LSTM",
    chain=(
        "The memory c runs along the broad rail on top, through one valve f per step; valve i lets the candidate in "
        "and valve o lets the memory out into the thin rail of the hidden state h below."
    ),
    desc=(
        "A broad rail along the top carries the memory c from left to right. Valve f sits on the rail itself and "
        "decides how much of the old memory passes. Below, a tanh box makes the candidate g, and valve i decides "
        "how much of it rises to the junction that adds it to the memory. On the right the memory is read through "
        "tanh and valve o and becomes the hidden state h, a thin rail along the bottom. The previous h and the "
        "input x together set the three valves and the candidate."
    ),
    parts=(
        *_STAGE,
        flow("c-prev", "c", "c_prev", [(_LEFT + 14, _C), (_F, _C)], BROAD, scaled=True),
        flow("kept", "c", "kept", [(_F, _C), (_WRITE, _C)], BROAD, scaled=True),
        wire("wire-f", "f", [(_F, _H), (_F, 168)]),
        valve("valve-f", "f", (_F, _C), BROAD, side="below", note="σ"),
        *_WRITE_PATH,
        *_READ_PATH,
        *_LABELS,
    ),
    quantities=lstm_quantities(),
    letters=("i", "f", "g", "o", "c", "h", "c_prev", "h_prev"),
    previous="lstm1997",
    new=("f",),
)

PEEPHOLE = replace(
    LSTM,
    name="peephole",
    title="One step of an LSTM with peepholes",
    short="An LSTM with peepholes",
    chain=f"{LSTM.chain} Thin taps let the valves see the memory.",
    desc=(
        f"{LSTM.desc} Three thin taps lead from the memory rail to the valves, which so see the memory they guard: "
        "valves f and i see the old memory, before valve f; valve o sees the new memory, after the junction."
    ),
    parts=(
        *LSTM.parts,
        peephole("peep-i", "i", [(82, _C), (82, 206), (196, 206), (196, _I), (214, _I)]),
        peephole("peep-f", "f", [(112, _C), (112, 149), (133, 149)]),
        peephole("peep-o", "o", [(386, _C), (386, _O), (406, _O)]),
    ),
    previous="lstm",
    new=("peep-i", "peep-f", "peep-o"),
)

_COUPLED = ("valve-i", "wire-i", "valve-f", "wire-f")
CIFG = replace(
    LSTM,
    name="cifg",
    title="One step of an LSTM with coupled input and forget gate",
    short="An LSTM with coupled input and forget gate",
    chain="",
    desc=(
        "A broad rail along the top carries the memory c from left to right. One two-way valve i sits on the rail and "
        "on the path by which the candidate g, made by a tanh box below, rises to it: as far as it opens the path, so "
        "far it shuts the rail, and the junction adds what passes both. On the right the memory is read through tanh "
        "and valve o and becomes the hidden state h, a thin rail along the bottom. The previous h and the input x "
        "together set the two valves and the candidate."
    ),
    parts=(
        *(part for part in LSTM.parts if part.name not in _COUPLED),
        wire("wire-i", "i", [(_F, _H), (_F, _I + 18)]),
        two_way("valve-i", "i", (_F, _C), (_WRITE, _I), (BROAD, BROAD), opens="path", note="σ"),
    ),
    quantities=cifg_quantities(),
    letters=("i", "g", "o", "c", "h", "c_prev", "h_prev"),
    previous="lstm",
    new=("valve-i",),
)
