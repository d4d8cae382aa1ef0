"""The sLSTM on the stage of the LSTM: a second rail for the normalizer, below, and a wire for the stabilizer."""

from lstm_tutor.diagrams._cells import (
    _C,
    _F,
    _H,
    _JOIN,
    _LEFT,
    _O,
    _OUT,
    _RIGHT,
    _STAGE,
    _WRITE,
    _WRITE_PATH,
    FREE,
    Cell,
)
from lstm_tutor.diagrams._grammar import BROAD, THIN, Part, Point, Scene, flow, junction, label, rail, tap, wall, wire
from lstm_tutor.diagrams._svg import el, path, text
from lstm_tutor.diagrams._valves import valve

_N, _ONE = 494, 442  # the normalizer's rail, and the valve on the way to it
_BOX = (116, 252, 256, 296)  # what takes m off i and f: left, right, top, bottom
_DISK = 20
_I, _TOP = _WRITE - 65, 178  # the column of the wire of i, and the height of its valve


def _through(name: str, letter: str, column: float, end: float) -> Part:
    """A wire from below that goes through the box of m, to a gate."""
    below, above = path([(column, _H), (column, _BOX[3])]), path([(column, _BOX[2]), (column, end)])
    line = el("path", d=below + above, class_="line")
    return Part(name, "wire", letter, lambda scene: line)


def _dashed(name: str, points: list[Point], head: str = "") -> Part:
    line = el("path", d=path(points), class_="line", stroke_dasharray="7 5") + head
    return Part(name, "wire", "m", lambda scene: line)


def _stabilizer() -> tuple[Part, ...]:
    """The wire of m: in from the step before, through the box that takes it off i and f, out to the next step."""
    left, right, top, bottom = _BOX
    middle, out, way = (top + bottom) / 2, right - 8, bottom + 16
    frame = el("rect", x=left, y=top, width=right - left, height=bottom - top, rx=10, class_="box")
    words = el("text", text("exp(a − m)"), x=(left + right) / 2, y=middle, dy="0.32em", class_="word middle")
    head = el("path", d=path([(_RIGHT, way), (_RIGHT - 12, way - 6), (_RIGHT - 12, way + 6)]) + "Z", class_="head")
    return (
        _dashed("wire-m-prev", [(_LEFT + 4, middle), (left, middle)]),
        _dashed("wire-m", [(out, bottom), (out, way), (_RIGHT - 11, way)], head),
        Part("box-m", "squash", "m", lambda scene: frame + words, symbol="m"),
    )


def _divided(scene: Scene) -> str:
    """A quotient: what comes from above is divided by what comes from below."""
    sign = path([(_OUT - 10, _H), (_OUT + 10, _H)])
    dots = "".join(path([(_OUT, y), (_OUT, y + 0.1)]) for y in (_H - 9, _H + 9))
    return el("circle", cx=_OUT, cy=_H, r=_DISK, class_="disk") + el("path", d=sign + dots, class_="plus")


_CANDIDATE = tuple(part for part in _WRITE_PATH if part.name not in ("wire-i", "valve-i"))
_ONE_PIPE, _ONE_IN = [(_WRITE, 412), (_WRITE, _ONE)], [(_WRITE, _ONE), (_WRITE, _N - 17)]
_READ, _SHOWN = [(_OUT, 101), (_OUT, _O)], [(_OUT, _O), (_OUT, _H - _DISK)]
_UP = [(_OUT, _N - 17), (_OUT, _H + _DISK)]

SLSTM = Cell(
    name="slstm",
    height=566,
    title="One step of an sLSTM",
    short="An sLSTM",
    chain="",
    desc=(
        "On top the LSTM: a broad rail carries the memory c from left to right, through valve f; the candidate g rises "
        "through valve i to the junction that adds it. Below there is a second rail, the normalizer n: the same two "
        "valves f and i act on it, and what is added is the number 1 in place of g. On the right the memory comes down "
        "through valve o, is divided by n, which comes up, and becomes the hidden state h. A dashed wire carries the "
        "stabilizer m from step to step; it goes through a box that takes m off the sums a of the gates i and f before "
        "the exponential function makes gates of them."
    ),
    parts=(
        *_STAGE,
        rail("rail-n", "n", _N, _LEFT, _RIGHT, BROAD),
        *_stabilizer(),
        flow("c-prev", "c", "c_prev", [(_LEFT + 14, _C), (_F, _C)], BROAD, scaled=True),
        flow("kept", "c", "kept", [(_F, _C), (_WRITE, _C)], BROAD, scaled=True),
        flow("n-prev", "n", "n_prev", [(_LEFT + 14, _N), (_F, _N)], BROAD, scaled=True, signed=False),
        flow("kept-n", "n", "kept_n", [(_F, _N), (_WRITE, _N)], BROAD, scaled=True, signed=False),
        flow("n", "n", "n", [(_WRITE, _N), (_RIGHT - 14, _N)], BROAD, scaled=True, signed=False),
        _through("wire-f", "f", _F, 168),
        _through("wire-i", "i", _I, 196),
        valve("valve-f", "f", (_F, _C), BROAD, side="below"),
        *_CANDIDATE,
        valve("valve-i", "i", (_WRITE, _TOP), BROAD, across=True, side="left", value="above"),
        Part("one", "label", "n", lambda scene: el("text", "1", x=_WRITE, y=404, class_="value middle")),
        flow("one-in", "n", "one", _ONE_PIPE, BROAD, pipe=_ONE_PIPE, scaled=True, signed=False),
        flow("write-n", "n", "i", [_ONE_IN[0], (_WRITE, _N)], BROAD, pipe=_ONE_IN, scaled=True, signed=False),
        valve("valve-f-n", "f", (_F, _N), BROAD, side=None),
        valve("valve-i-n", "i", (_WRITE, _ONE), BROAD, across=True, side=None),
        flow("read", "c", "c", [(_OUT, _C), (_OUT, _O)], THIN, pipe=_READ, scaled=True),
        flow("shown", "c", "shown", _SHOWN, THIN, pipe=_SHOWN, scaled=True),
        flow("read-n", "n", "n", [(_OUT, _N), _UP[1]], THIN, pipe=_UP, scaled=True, signed=False),
        wall("rail-h", "h", [(_OUT, _H), (_RIGHT, _H)], THIN, tip=True),
        flow("h", "h", "h", [(_OUT, _H), (_RIGHT - 8, _H)], THIN),
        wire("wire-o", "o", [(_JOIN, _H), (_OUT - 49, _H), (_OUT - 49, _O + 18)]),
        valve("valve-o", "o", (_OUT, _O), THIN, across=True, side="left", note="σ", value="above"),
        junction("sum", "c", (_WRITE, _C)),
        junction("sum-n", "n", (_WRITE, _N)),
        Part("divide", "quotient", "h", _divided),
        tap("join", "x", (_JOIN, _H)),
        label("label-c-prev", "c", (_LEFT + 4, 48), "t−1", key="c_prev", value_at=(_LEFT + 58, 48)),
        label("label-c", "c", (_RIGHT - 4, 48), "t", key="c", anchor="end", value_at=(_RIGHT - 40, 48)),
        label("label-m-prev", "m", (_LEFT + 4, 246), "t−1", key="m_prev", value_at=(_LEFT + 66, 246)),
        label("label-m", "m", (_RIGHT - 4, 298), "t", key="m", anchor="end", value_at=(_RIGHT - 4, 268)),
        label("label-h-prev", "h", (_LEFT + 4, 322), "t−1", key="h_prev", value_at=(_LEFT + 58, 322)),
        label("label-h", "h", (_RIGHT - 4, 384), "t", key="h", anchor="end", value_at=(_RIGHT + 6, 412)),
        label("label-n-prev", "n", (_LEFT + 4, 549), "t−1", key="n_prev", value_at=(_LEFT + 58, 549)),
        label("label-n", "n", (_RIGHT - 4, 549), "t", key="n", anchor="end", value_at=(_RIGHT - 40, 549)),
        label("label-x", "x", (_JOIN, 432), "t", key="x", anchor="middle"),
    ),
    quantities={
        "write": lambda v: v["i"] * v["g"],
        "kept": lambda v: v["f"] * v["c_prev"],
        "c": lambda v: v["kept"] + v["write"],
        "kept_n": lambda v: v["f"] * v["n_prev"],
        "n": lambda v: v["kept_n"] + v["i"],
        "shown": lambda v: v["o"] * v["c"],
        "h": lambda v: v["shown"] / v["n"],
        "one": lambda v: 1.0,
    },
    letters=("i", "f", "g", "o", "c", "n", "m", "h", "c_prev", "n_prev", "m_prev", "h_prev"),
    previous="lstm",
    new=("n", "m", "valve-f-n", "valve-i-n", "divide"),
    free=(*FREE, "shown", "n", "n_prev", "kept_n"),
    wired=("m", "m_prev"),
)
