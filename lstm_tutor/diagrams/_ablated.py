"""The LSTM with peepholes, and what is left of it when one part has been taken out: the empty place is dashed."""

from dataclasses import replace

from lstm_tutor.diagrams._cells import _C, _F, _H, _I, _JOIN, _O, _OUT, _WRITE, CIFG, FREE, PEEPHOLE, Cell
from lstm_tutor.diagrams._grammar import KNOB, THIN, Part, Point, Scene, flow, knob, peephole, wire
from lstm_tutor.diagrams._quantities import Quantity
from lstm_tutor.diagrams._svg import el, path, text

_CANDIDATE, _READ_OUT = ((_WRITE, 262), (78, 46)), ((_OUT, 152), (70, 40))  # the squashing boxes: place and size


def _outline(at: Point, size: Point) -> str:
    (x, y), (width, height) = at, size
    return el(
        "rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=10, fill="none",
        stroke="currentColor", stroke_width=2.25, stroke_dasharray="5 4",
    )  # fmt: skip


def _dashed(name: str, letter: str, at: Point, size: Point, words: str = "", words_at: Point = (0, 0)) -> Part:
    """The place where a part was, and what holds in its stead."""
    frame = _outline(at, size)
    said = el("text", text(words), x=words_at[0], y=words_at[1], class_="value middle") if words else ""
    return Part(name, "gone", letter, lambda scene: frame + said)


def _dashed_wire(name: str, letter: str, points: list[Point]) -> Part:
    line = el(
        "path", d=path(points), fill="none", stroke="currentColor", stroke_width=2, stroke_dasharray="5 4", opacity=0.5
    )
    return Part(name, "gone", letter, lambda scene: line)


def _quantities(squashed: bool = True) -> dict[str, Quantity]:
    """What follows from the gates, the candidate and the memory before; the output's tanh is there if `squashed`."""
    shown: Quantity = PEEPHOLE.quantities["squashed"] if squashed else (lambda v: v["c"])
    return {
        "write": lambda v: v.get("i", 1.0) * v["g"],
        "kept": lambda v: v.get("f", 1.0) * v["c_prev"],
        "c": lambda v: v["kept"] + v["write"],
        "squashed": shown,
        "h": lambda v: v.get("o", 1.0) * v["squashed"],
    }


def _without(
    name: str, words: str, gone: tuple[str, ...], instead: tuple[Part, ...], letter: str = "", squashed: bool = True
) -> Cell:
    """The cell without the parts that are `gone`; `letter` is the gate that is missing."""
    return replace(
        PEEPHOLE,
        name=f"peephole-{name.lower()}",
        title=f"One step of an LSTM with peepholes, {words}",
        desc=f"{PEEPHOLE.desc} But here it has {words}: where the part was, there is a dashed outline.",
        parts=(*(part for part in PEEPHOLE.parts if part.name not in gone), *instead),
        quantities=_quantities(squashed),
        letters=tuple(known for known in PEEPHOLE.letters if known != letter),
        free=(*FREE, "g", "h", "squashed"),
    )


def _no_gate(name: str, words: str, gate: str, at: Point, size: Point, words_at: Point) -> Cell:
    place = _dashed(f"no-{gate}", gate, at, size, f"{gate} = 1", words_at)
    told = wire("wire-join", "x", [(_JOIN, _H), (_WRITE, _H)])  # what the output gate's wire shares with the others
    instead = (told, place) if gate == "o" else (place,)
    return _without(name, words, (f"valve-{gate}", f"wire-{gate}", f"peep-{gate}"), instead, gate)


_PEEPHOLES = {
    "i": [(82.0, float(_C)), (82, 206), (196, 206), (196, _I), (214, _I)],
    "f": [(112.0, float(_C)), (112, 149), (133, 149)],
    "o": [(386.0, float(_C)), (386, _O), (406, _O)],
}


def _no_box(scene: Scene) -> str:
    """The candidate without its box: its knob and value stay."""
    (x, y), (width, height) = _CANDIDATE
    right = x + width / 2 + KNOB - 5
    value = el(
        "text", text(scene.printed("g")), x=right + 2, y=y + KNOB + 19, class_="value middle", data_value="g"
    )  # fmt: skip
    return _outline((x, y), (width, height)) + knob("g", right, y) + value


ABLATED = {
    "LSTM": PEEPHOLE,
    "NIG": _no_gate("NIG", "no input gate", "i", (_WRITE, _I), (84, 36), (_WRITE - 72, _I + 7)),
    "NFG": _no_gate("NFG", "no forget gate", "f", (_F, _C), (36, 84), (_F, _C + 66)),
    "NOG": _no_gate("NOG", "no output gate", "o", (_OUT, _O), (58, 34), (_OUT - 74, _O + 7)),
    "NIAF": _without(
        "NIAF", "no tanh on the way in", ("box-g",), (Part("no-box-g", "gone", "g", _no_box, symbol="g"),)
    ),
    "NOAF": _without(
        "NOAF",
        "no tanh on the way out",
        ("box-tanh", "squashed", "valve-o"),
        (
            flow("squashed", "c", "squashed", [(_OUT, 132), (_OUT, _O)], THIN,
                 pipe=[(_OUT, 132), (_OUT, _O)], scaled=True),
            next(part for part in PEEPHOLE.parts if part.name == "valve-o"),
            _dashed("no-box-tanh", "c", *_READ_OUT),
        ),
        squashed=False,
    ),
    "CIFG": replace(
        CIFG,
        name="peephole-cifg",
        parts=(
            *CIFG.parts,
            peephole("peep-i", "i", [(82, _C), (82, _I), (_F - 21, _I)]),
            peephole("peep-o", "o", _PEEPHOLES["o"]),
        ),
        desc=f"{CIFG.desc} Thin taps lead from the memory rail to both valves.",
    ),
    "NP": _without(
        "NP",
        "no peepholes",
        ("peep-i", "peep-f", "peep-o"),
        tuple(_dashed_wire(f"no-peep-{gate}", gate, points) for gate, points in _PEEPHOLES.items()),
    ),
}  # fmt: skip
