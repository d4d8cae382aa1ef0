"""The GRU on the stage of the LSTM: one rail, one two-way valve, and a valve on the way back to the candidate."""

from lstm_tutor.diagrams._cells import Cell
from lstm_tutor.diagrams._grammar import (
    BROAD,
    THIN,
    Part,
    flow,
    junction,
    label,
    rail,
    squash,
    tap,
    wall,
    weights,
    wire,
)
from lstm_tutor.diagrams._valves import two_way, valve

_LEFT, _RIGHT = 10, 550
_RAIL, _BACK, _GATE = 84, 344, 178  # the rail of h, the way back, the two-way valve's lower mouth
_DOWN, _JOIN, _KEEP, _WRITE = 44, 84, 154, 300  # columns
_ENTRY, _X = _WRITE - 30, _WRITE + 16  # where the past and the input enter the candidate's box
_END = 285  # the lower side of the candidate's box


def _way_back(reset_after: bool) -> tuple[Part, ...]:
    """The past on its way to the candidate: through the weights and the valve r, in one order or the other."""
    product, gate = (142, 216) if reset_after else (216, 142)
    first, second = ("h_prev", "past") if reset_after else ("h_prev", "reset")
    third = "reset" if reset_after else "past"
    names = {"h_prev": "back", "past": "past", "reset": "reset"}
    enters, leaves = product - 23, product + 23  # the sides of the box
    way = [(_DOWN, _RAIL), (_DOWN, _BACK)], [(_ENTRY, _BACK), (_ENTRY, _END)]
    inner = [(leaves, _BACK), (gate, _BACK)] if reset_after else [(gate, _BACK), (enters, _BACK)]
    return (
        wall("rail-back", "h", [(_DOWN, 101), (_DOWN, _BACK), (enters, _BACK)], THIN),
        wall("rail-past", "h", [(leaves, _BACK), *way[1]], THIN),
        flow(names[first], "h", first, [*way[0], (enters if reset_after else gate, _BACK)], THIN),
        flow(names[second], "h", second, inner, THIN, scaled=reset_after),
        flow(names[third], "h", third, [(gate if reset_after else leaves, _BACK), *way[1]], THIN, scaled=True),
        wire("wire-x", "x", [(_JOIN, 404), (_JOIN, _BACK + 8)], arrow=True),
        wire("wire-n", "n", [(_JOIN, 384), (_X, 384), (_X, _END + 2)], arrow=True),
        wire("wire-z", "z", [(_JOIN, _BACK), (_JOIN, _GATE), (_KEEP - 19, _GATE)]),
        wire("wire-r", "r", [(_JOIN, 295), (gate - 19, 295)]),
        weights("box-past", "h", (product, _BACK), "W", "h"),
        valve("valve-r", "r", (gate, _BACK), THIN, side="above", note="σ", value="above"),
    )


def _parts(reset_after: bool) -> tuple[Part, ...]:
    rising = [(_WRITE, 238), (_WRITE, _GATE)]
    return (
        rail("rail-h", "h", _RAIL, _LEFT, _RIGHT, BROAD),
        *_way_back(reset_after),
        flow("h-prev", "h", "h_prev", [(_LEFT + 14, _RAIL), (_KEEP, _RAIL)], BROAD),
        flow("kept", "h", "kept", [(_KEEP, _RAIL), (_WRITE, _RAIL)], BROAD),
        flow("candidate", "n", "n", rising, BROAD, pipe=rising),
        flow("write", "n", "write", [(_WRITE, _GATE), (_WRITE, _RAIL)], BROAD, pipe=[(_WRITE, _GATE), (_WRITE, 101)]),
        flow("h", "h", "h", [(_WRITE, _RAIL), (_RIGHT - 14, _RAIL)], BROAD),
        squash("box-n", "n", (_WRITE, 262), "tanh", key="n", size=(96, 46)),
        two_way("valve-z", "z", (_KEEP, _RAIL), (_WRITE, _GATE), (BROAD, BROAD), note="σ"),
        junction("sum", "h", (_WRITE, _RAIL)),
        tap("join", "x", (_JOIN, _BACK)),
        label("label-h-prev", "h", (_LEFT + 4, 48), "t−1", key="h_prev", value_at=(_LEFT + 58, 48)),
        label("label-h", "h", (_RIGHT - 4, 48), "t", key="h", anchor="end", value_at=(_RIGHT - 40, 48)),
        label("label-x", "x", (_JOIN, 432), "t", key="x", anchor="middle"),
    )


def _gru(name, title, reset_after):
    order = (
        "goes through its weights first and through valve r afterwards"
        if reset_after
        else "goes through valve r first and through its weights afterwards"
    )
    source = "past" if reset_after else "h_prev"
    return Cell(
        name=name,
        height=450,
        title=title,
        short="A GRU",
        chain=(
            "The hidden state h runs along one broad rail; at each step the two-way valve z shuts the rail as far as "
            "it opens the path of the candidate n, and valve r stands on the way back from h to the candidate."
        ),
        desc=(
            "One broad rail along the top carries the hidden state h from left to right; there is no other memory. "
            "The two-way valve z sits on the rail and on the path by which the candidate n rises to it: as far as "
            "it opens the one, so far it shuts the other, and the junction adds what passes both. A thin way back "
            f"leads from the rail down to the tanh box of the candidate; on it the previous h {order}. The input x "
            "from below and the previous h set both valves; x goes to the tanh box as well."
        ),
        parts=_parts(reset_after),
        quantities={
            "kept": lambda v: v["z"] * v["h_prev"],
            "write": lambda v: (1 - v["z"]) * v["n"],
            "h": lambda v: v["kept"] + v["write"],
            "reset": lambda v: v["r"] * v[source],
        },
        letters=("r", "z", "n", "h", "h_prev", "past"),
        previous="lstm",
        new=("r", "z"),
    )


GRU = _gru("gru", "One step of a GRU, reset after the product", True)
GRU_BEFORE = _gru("gru_before", "One step of a GRU, reset before the product", False)
