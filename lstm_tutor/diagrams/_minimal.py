"""The minimal cells on the stage of the GRU: a rail, a two-way valve, a candidate, and no way back."""

from lstm_tutor.diagrams._cells import FREE, Cell
from lstm_tutor.diagrams._grammar import BROAD, Part, flow, junction, label, rail, squash, wire
from lstm_tutor.diagrams._valves import two_way

_LEFT, _RIGHT = 10, 550
_RAIL, _FORK, _GATE = 84, 344, 178
_X, _KEEP, _WRITE = 84, 154, 300  # columns


def _parts(gate: str, hue: str, candidate: str, opens: str, note: str) -> tuple[Part, ...]:
    rising = [(_WRITE, 238), (_WRITE, _GATE)]
    into = [(_WRITE, _GATE), (_WRITE, _RAIL)]
    return (
        rail("rail-h", "h", _RAIL, _LEFT, _RIGHT, BROAD),
        wire("wire-x", "x", [(_X, 404), (_X, _FORK)]),
        wire(f"wire-{gate}", hue, [(_X, _FORK), (_X, _GATE), (_KEEP - 19, _GATE)]),
        wire(f"wire-{candidate}", candidate, [(_X, _FORK), (_WRITE, _FORK), (_WRITE, 287)], arrow=True),
        flow("h-prev", "h", "h_prev", [(_LEFT + 14, _RAIL), (_KEEP, _RAIL)], BROAD, scaled=True),
        flow("kept", "h", "kept", [(_KEEP, _RAIL), (_WRITE, _RAIL)], BROAD, scaled=True),
        flow("candidate", candidate, candidate, rising, BROAD, pipe=rising, scaled=True),
        flow("write", candidate, "write", into, BROAD, pipe=[(_WRITE, _GATE), (_WRITE, 101)], scaled=True),
        flow("h", "h", "h", [(_WRITE, _RAIL), (_RIGHT - 14, _RAIL)], BROAD, scaled=True),
        squash(f"box-{candidate}", candidate, (_WRITE, 262), "positive", key=candidate, size=(96, 46)),
        two_way(
            f"valve-{gate}", gate, (_KEEP, _RAIL), (_WRITE, _GATE), (BROAD, BROAD), opens=opens, note=note, hue=hue
        ),
        junction("sum", "h", (_WRITE, _RAIL)),
        label("label-h-prev", "h", (_LEFT + 4, 48), "t−1", key="h_prev", value_at=(_LEFT + 58, 48)),
        label("label-h", "h", (_RIGHT - 4, 48), "t", key="h", anchor="end", value_at=(_RIGHT - 40, 48)),
        label("label-x", "x", (_X, 432), "t", key="x", anchor="middle"),
    )


_DESC = (
    "One broad rail along the top carries the hidden state h from left to right; there is no other memory, and nothing "
    "leads back from it. The input x alone sets the candidate {n}, which a box keeps positive, and the two-way valve "
    "{z} on the rail and on the path by which the candidate rises to it: as far as {z} opens the {open}, so far it "
    "shuts the {shut}, and the junction adds what passes both."
)

MINGRU = Cell(
    name="mingru",
    height=450,
    title="One step of a minGRU",
    short="A minGRU",
    chain="",
    desc=_DESC.format(n="n", z="z", open="path", shut="rail"),
    parts=_parts("z", "z", "n", "path", "σ"),
    quantities={
        "kept": lambda v: (1 - v["z"]) * v["h_prev"],
        "write": lambda v: v["z"] * v["n"],
        "h": lambda v: v["kept"] + v["write"],
    },
    letters=("z", "n", "h", "h_prev"),
    previous="gru",
    free=(*FREE, "n", "h", "h_prev"),
)

MINLSTM = Cell(
    name="minlstm",
    height=450,
    title="One step of a minLSTM",
    short="A minLSTM",
    chain="",
    desc=_DESC.format(n="g", z="k", open="rail", shut="path") + " The share k is f / (f + i).",
    parts=_parts("k", "f", "g", "rail", "f / (f + i)"),
    quantities={
        "k": lambda v: v["f"] / (v["f"] + v["i"]) if v["f"] + v["i"] else 0.5,
        "kept": lambda v: v["k"] * v["h_prev"],
        "write": lambda v: (1 - v["k"]) * v["g"],
        "h": lambda v: v["kept"] + v["write"],
    },
    letters=("i", "f", "k", "g", "h", "h_prev"),
    previous="mingru",
    free=(*FREE, "g", "h", "h_prev"),
)
