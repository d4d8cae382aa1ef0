"""Cells of today on the stage of the LSTM: its rail, and around it gates, a key and a query, or nothing but numbers."""

from lstm_tutor.diagrams._cells import _C, _F, _H, _JOIN, _LEFT, _O, _OUT, _RIGHT, _WRITE, FREE, Cell
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
    weights,
    wire,
)
from lstm_tutor.diagrams._valves import valve

_I, _BOX, _QUERY, _SUM = 178, 262, 140, 290  # heights: valve i, what is written, what is asked, where D x is added
_WIDE = 96  # of the box that makes what is written
_V, _K, _Q = 285, 315, 356  # columns of the wires of value, key and query

_STAGE = (
    rail("rail-c", "c", _C, _LEFT, _RIGHT, BROAD),
    wire("wire-x", "x", [(_JOIN, 404), (_JOIN, _H)]),
    flow("c-prev", "c", "c_prev", [(_LEFT + 14, _C), (_F, _C)], BROAD, scaled=True),
    flow("kept", "c", "kept", [(_F, _C), (_WRITE, _C)], BROAD, scaled=True),
    flow("c", "c", "c", [(_WRITE, _C), (_RIGHT - 14, _C)], BROAD, scaled=True),
)
_FORGET = (wire("wire-f", "f", [(_F, _H), (_F, 168)]), valve("valve-f", "f", (_F, _C), BROAD, note="σ"))
_LABELS = (
    junction("sum", "c", (_WRITE, _C)),
    tap("join", "x", (_JOIN, _H)),
    label("label-c-prev", "c", (_LEFT + 4, 48), "t−1", key="c_prev", value_at=(_LEFT + 58, 48)),
    label("label-c", "c", (_RIGHT - 4, 48), "t", key="c", anchor="end", value_at=(_RIGHT - 40, 48)),
    label("label-h", "h", (_RIGHT - 4, 384), "t", key="h", anchor="end", value_at=(_RIGHT + 6, 412)),
    label("label-x", "x", (_JOIN, 432), "t", key="x", anchor="middle"),
)
_KEYS = (
    wire("wire-v", "x", [(_JOIN, _H), (_V, _H), (_V, _BOX + 25)], arrow=True),
    wire("wire-k", "x", [(_V, _H), (_K, _H), (_K, _BOX + 25)], arrow=True),
    wire("wire-q", "x", [(_K, _H), (_Q, _H), (_Q, _QUERY), (_OUT - 36, _QUERY)], arrow=True),
    label("label-v", "v", (_V - 8, 326), key="v", anchor="end", value_at=(_V - 2, 372)),
    label("label-k", "k", (_K + 8, 326), key="k", anchor="start", value_at=(_K - 18, 372)),
    label("label-q", "q", (_Q + 8, 326), key="q", anchor="start", value_at=(_Q + 18, 372)),
)


def _written(words: str, gate: str, note: str = "") -> tuple[Part, ...]:
    """The way up to the rail: a box, and on the way a valve if there is a gate."""
    rising, into = [(_WRITE, 238), (_WRITE, _I)], [(_WRITE, _I), (_WRITE, _C)]
    if not gate:
        way = [(_WRITE, 238), (_WRITE, 101)]
        return (
            flow("write", "g", "write", [way[0], into[1]], BROAD, pipe=way, scaled=True),
            squash("box-write", "g", (_WRITE, _BOX), words, size=(_WIDE, 46)),
        )
    return (
        flow("candidate", "g", "candidate", rising, BROAD, pipe=rising, scaled=True),
        flow("write", "g", "write", into, BROAD, pipe=[(_WRITE, _I), (_WRITE, 101)], scaled=True),
        wire("wire-i", "i", [(_WRITE - 65, _H), (_WRITE - 65, _I + 18)]),
        squash("box-write", "g", (_WRITE, _BOX), words, size=(_WIDE, 46)),
        valve("valve-i", "i", (_WRITE, _I), BROAD, across=True, side="left", note=note, value="above"),
    )


def _read(gate: bool, lowest: float) -> tuple[Part, ...]:
    """The way down from the rail through the query, and from height `lowest` on to h."""
    down, way = [(_OUT, _C), (_OUT, _QUERY - 18)], [(_OUT, 101), (_OUT, _QUERY - 18)]
    turn = _O if gate else lowest
    above = [flow("asked", "c", "asked", [(_OUT, lowest), (_OUT, _O)], THIN, pipe=[(_OUT, lowest), (_OUT, _O)],
                  scaled=True)] if gate else []  # fmt: skip
    valves = [
        wire("wire-o", "o", [(_Q, _H), (_OUT - 49, _H), (_OUT - 49, _O + 18)]),
        valve("valve-o", "o", (_OUT, _O), THIN, across=True, side="left", note="σ", value="below"),
    ]
    return (
        flow("read", "c", "c", down, THIN, pipe=way, scaled=True),
        *above,
        wall("rail-h", "h", [(_OUT, turn), (_OUT, _H), (_RIGHT, _H)], THIN, tip=True),
        flow("h", "h", "h", [(_OUT, turn), (_OUT, _H), (_RIGHT - 8, _H)], THIN, scaled=True),
        squash("box-query", "c", (_OUT, _QUERY), "· q", size=(70, 36)),
        *(valves if gate else []),
    )


_STORED = (
    "The broad rail on top carries one number c of a matrix. The input x alone makes a value v, a key k and a query q; "
    "no wire leads back from the memory to them. A box below the rail multiplies v by k, and the product rises to a "
    "junction on the rail that adds it. On the right the memory comes down and is multiplied by the query"
)
_OF_KEYS = ("v", "k", "q", "c", "asked", "h", "c_prev")
_LOOSE = (*FREE, "v", "k", "q", "candidate", "asked", "h")

FASTWEIGHTS = Cell(
    name="fastweights",
    height=450,
    title="One step of linear attention, the oldest fast weights",
    short="Linear attention",
    chain="",
    desc=f"{_STORED}, and this is the output h. There is no valve: nothing is ever forgotten.",
    parts=(*_STAGE, *_KEYS, *_written("v k", ""), *_read(False, _QUERY + 18), *_LABELS),
    quantities={
        "kept": lambda v: v["c_prev"],
        "write": lambda v: v["v"] * v["k"],
        "c": lambda v: v["kept"] + v["write"],
        "h": lambda v: v["asked"],
    },
    letters=_OF_KEYS,
    previous="lstm",
    new=("box-write", "box-query", "wire-v", "wire-k", "wire-q", "label-v", "label-k", "label-q"),
    free=_LOOSE,
)

DELTA = Cell(
    name="delta",
    height=450,
    title="One step of the gated delta rule",
    short="A gated delta rule",
    chain="",
    desc=(
        f"{_STORED}, and this is the output h. Two valves, both set by x: f on the rail, which the paper calls α, and "
        "i on the way up, which it calls β. A tap leads from the rail into the box: what the memory already says "
        "about the key, c k, is subtracted from the value before it is written."
    ),
    parts=(
        *_STAGE,
        *_KEYS,
        *_FORGET,
        *_written("(v−ck) k", "i", "σ"),
        peephole("peep-c", "c", [(212, _C), (212, _BOX), (_WRITE - _WIDE / 2, _BOX)]),
        *_read(False, _QUERY + 18),
        *_LABELS,
    ),
    quantities={
        "kept": lambda v: v["f"] * v["c_prev"],
        "candidate": lambda v: (v["v"] - v["kept"] * v["k"]) * v["k"],
        "write": lambda v: v["i"] * v["candidate"],
        "c": lambda v: v["kept"] + v["write"],
        "h": lambda v: v["asked"],
    },
    letters=("i", "f", *_OF_KEYS),
    previous="fastweights",
    new=("f", "i", "peep-c"),
    free=_LOOSE,
)

MLSTM = Cell(
    name="mlstm",
    height=450,
    title="One step of an mLSTM",
    short="An mLSTM",
    chain="",
    desc=(
        f"{_STORED}, divided by what the same query finds among the stored keys, and let through valve o: the output "
        "h. Valve f is on the rail and valve i on the way up, as in the LSTM, but i is an exponential."
    ),
    parts=(
        *_STAGE,
        *_KEYS,
        *_FORGET,
        *_written("v k", "i", "exp"),
        *_read(True, 209),
        squash("box-divide", "n", (_OUT, 190), "÷ |n·q|", size=(96, 34)),
        *_LABELS,
    ),
    quantities={
        "kept": lambda v: v["f"] * v["c_prev"],
        "candidate": lambda v: v["v"] * v["k"],
        "write": lambda v: v["i"] * v["candidate"],
        "c": lambda v: v["kept"] + v["write"],
        "h": lambda v: v["o"] * v["asked"],
    },
    letters=("i", "f", "o", *_OF_KEYS),
    previous="lstm",
    new=("box-write", "box-query", "box-divide", "wire-v", "wire-k", "wire-q", "label-v", "label-k", "label-q"),
    free=_LOOSE,
)

LRU = Cell(
    name="lru",
    height=450,
    title="One step of a diagonal state-space layer",
    short="A state-space layer",
    chain="",
    desc=(
        "The broad rail on top carries the memory c, a complex number of which one half is drawn. On the rail there is "
        "no valve, but a box: every step multiplies the memory by the same number λ, whatever comes in. The input x "
        "goes through a box of weights B and is added. On the right the memory comes down through weights C, the input "
        "through weights D is added, and the sum is the output h."
    ),
    parts=(
        *_STAGE,
        wire("wire-b", "x", [(_JOIN, _H), (_WRITE, _H), (_WRITE, _BOX + 25)], arrow=True),
        flow("write", "g", "write", [(_WRITE, 238), (_WRITE, _C)], BROAD, pipe=[(_WRITE, 238), (_WRITE, 101)],
             scaled=True),
        flow("read", "c", "c", [(_OUT, _C), (_OUT, _QUERY - 18)], THIN, pipe=[(_OUT, 101), (_OUT, _QUERY - 18)],
             scaled=True),
        flow("asked", "c", "asked", [(_OUT, _QUERY + 18), (_OUT, _SUM)], THIN,
             pipe=[(_OUT, _QUERY + 18), (_OUT, _SUM - 16)], scaled=True),
        wall("rail-h", "h", [(_OUT, _SUM), (_OUT, _H), (_RIGHT, _H)], THIN, tip=True),
        flow("h", "h", "h", [(_OUT, _SUM), (_OUT, _H), (_RIGHT - 8, _H)], THIN, scaled=True),
        wire("wire-d", "x", [(_WRITE, _H), (_Q, _H), (_Q, _SUM), (_OUT - 17, _SUM)], arrow=True),
        weights("box-lambda", "f", (_F, _C), "λ", size=(46, 46)),
        weights("box-b", "g", (_WRITE, _BOX), "B", size=(56, 46)),
        weights("box-c", "c", (_OUT, _QUERY), "C", size=(56, 36)),
        weights("box-d", "x", (_Q + 46, _SUM), "D", size=(40, 32)),
        junction("sum-h", "h", (_OUT, _SUM), radius=16),
        *_LABELS,
    ),
    quantities={"c": lambda v: v["kept"] + v["write"]},
    letters=("c", "h", "kept", "write", "asked", "c_prev"),
    previous="lstm",
    new=("box-lambda", "box-b", "box-c", "box-d", "wire-b", "wire-d", "sum-h"),
    free=(*FREE, "asked", "h"),
)  # fmt: skip
