"""One vector drawing per cell, in one grammar, with every part addressable by name.

Time runs left to right. The memory c is a broad rail along the top, the hidden state h a thin rail along the bottom, x
comes from below. A gate is a valve on the path that it multiplies, a candidate a squashing box, a sum a junction. Wires
are thin: they tell valves and boxes what to do.

Every part is a group ``<g data-part="valve-f" class="part gate f">``. A script lights it by adding the class ``lit``,
and lets it fade by adding ``is-faded``. A part that stands for a quantity, such as a gate, a candidate, a state's rail
or a label, names it: ``data-symbol="f"``.

A script drives a drawing live by writing to what carries one of three attributes, each of which names a quantity; no
list of parts is needed. With v the value of the quantity and M the limit (``data-limit`` of the ``<svg>``):

``.body[data-valve="f"]``
    style property ``--open`` = v, from 0 (shut) to 1 (open). ``data-valve="1-z"`` is the other mouth of a two-way
    valve: ``--open`` = 1 - z.
``.stream[data-flow="c"]``
    style property ``--size`` = min(abs(v) / S, 1), where S = M if the element has the attribute ``data-scaled`` and 1
    if not; attribute ``data-sign``, where there is one, = "-" if v < 0, "+" if not, "" for a sketch without a value.
``text[data-value="f"]``
    text = v with two decimals and a real minus sign (U+2212), never a negative zero; "" without a value.

Gates lie in [0, 1], g, n and h in [-1, 1], in the minimal cells on either side of them. M is 1, or the largest absolute
value of what can pass 1: ``c_prev``, ``c``, ``kept``, ``write`` and ``past``, in the minimal cells all but the gates. A
script that plays many steps sets M once, for the whole sequence, so that its pictures can be compared, and writes it to
``data-limit``. After the sentence "Values of one unit:" the ``<desc>`` tells the values; whoever changes them writes it
anew.

The quantities are the letters that the functions below take, and what follows from them:

=====================  =================================================================================================
drawing                what follows
=====================  =================================================================================================
``lstm1997``           kept = c_prev; write = i g; c = kept + write; squashed = tanh(c); h = o squashed
``lstm, peephole``     kept = f c_prev; the rest as above
``cifg``               kept = (1 - i) c_prev; the rest as above
``gru``                kept = z h_prev; write = (1 - z) n; h = kept + write; reset = r past, where past is the unit's
                       entry of W_h h_prev + b_hn
``gru_before``         reset = r h_prev; past is the unit's entry of W_h (r h_prev); the rest as above
``slstm``              kept = f c_prev; write = i g; c = kept + write; kept_n = f n_prev; n = kept_n + i;
                       shown = o c; h = shown / n; one = 1
``mingru``             kept = (1 - z) h_prev; write = z n; h = kept + write
``minlstm``            kept = k h_prev; write = (1 - k) g; h = kept + write; k = f / (f + i)
``fastweights``        kept = c_prev; write = v k; c = kept + write; h = asked, where asked is what the query gets
``delta``              kept = f c_prev; candidate = (v - kept k) k; write = i candidate; c = kept + write; h = asked
``mlstm``              kept = f c_prev; candidate = v k; write = i candidate; c = kept + write; h = o asked
``lru``                c = kept + write; kept = lambda c_prev
``attention``          sum-j = weight-1 + ... + weight-j
=====================  =================================================================================================

In a chain the quantities have the step's number behind, from 1: ``c-3`` and, for what came into the step, ``c_prev-3``;
what comes into the first step along a rail of its own is ``h_prev``. In a drawing of layers the name stands between:
``h_l0-3``, ``h_l1_reverse-3``, ``c_l0-3``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lstm_tutor.diagrams._ablated import ABLATED
from lstm_tutor.diagrams._alignment import alignment
from lstm_tutor.diagrams._attention import attention
from lstm_tutor.diagrams._cells import CIFG, LSTM, LSTM1997, PEEPHOLE, RNN, WIDTH, Cell
from lstm_tutor.diagrams._corners import Corners
from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._gradient import unrolled_gradient
from lstm_tutor.diagrams._grammar import Scene
from lstm_tutor.diagrams._gru import GRU, GRU_BEFORE
from lstm_tutor.diagrams._handed import handed_on
from lstm_tutor.diagrams._layers import in_layers
from lstm_tutor.diagrams._looking import looking_back, wirings
from lstm_tutor.diagrams._matrix import DELTA, FASTWEIGHTS, LRU, MLSTM
from lstm_tutor.diagrams._minimal import MINGRU, MINLSTM
from lstm_tutor.diagrams._pooled import pooled
from lstm_tutor.diagrams._slstm import SLSTM
from lstm_tutor.diagrams._unrolled import CHAINS, MARGIN
from lstm_tutor.diagrams._values import SKETCH, checked, choose, complete, each_step, number_within
from lstm_tutor.diagrams._values import limit as largest
from lstm_tutor.diagrams._way_back import way_back
from lstm_tutor.palette import visible

__all__ = [
    "Corners", "Diagram", "diagram", "unrolled", "unrolled_gradient", "way_back", "handed_on", "reset_gates",
    "ablated", "alignment", "attention", "looking_back", "wirings", "pooled",
]  # fmt: skip

RESET = (14, 226, 378, 220)  # the corner of the reset gate in both drawings of the GRU: left, top, width, height

CELLS = {
    cell.name: cell
    for cell in (RNN, LSTM1997, LSTM, PEEPHOLE, CIFG, GRU, GRU_BEFORE, SLSTM, MINGRU, MINLSTM, FASTWEIGHTS, DELTA,
                 MLSTM, LRU)
}  # fmt: skip


def diagram(
    cell: str = "lstm",
    *,
    values: Mapping[str, float] | None = None,
    new: str | Sequence[str] | bool = (),
    labels: Mapping[str, str] | None = None,
    limit: float | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw one step of a cell.

    Parameters
    ----------
    cell : {"rnn", "lstm1997", "lstm", "peephole", "cifg", "gru", "gru_before", "slstm", "mingru", "minlstm", \
            "fastweights", "delta", "mlstm", "lru"}
        The name of a layer is understood too, in upper or lower case. ``cifg`` is the LSTM with f = 1 - i;
        ``gru_before`` is the GRU as published, whose reset gate comes before the product with W_h; ``gru`` has it
        after, as PyTorch. ``fastweights`` is linear attention, ``delta`` the gated delta rule.
    values : mapping of str to float, optional
        Numbers of one unit: ``i, f, o, r, z`` from 0 to 1, ``g, n`` and the states ``c, h, c_prev, h_prev``, and for
        the GRU ``past``, the unit's entry of the product that the candidate adds to its input, for the sLSTM its
        ``n, m, n_prev, m_prev``. They set how far
        the valves open, how wide the flows are and, by color and dashes, their signs; each is printed. What follows
        from them by the cell's equations (what is kept, the new memory) follows; the rest stays a sketch.
    new : tuple of str or bool
        Letters or names of parts that are new in this cell: they are lit, the rest fades. True means what the cell
        adds to the previous cell of the book.
    labels : mapping of str to str, optional
        Plain texts in place of the symbols of ``x, c, h, c_prev, h_prev``, such as ``{"x": "f"}``.
    limit : float, optional
        The size at which a flow is as wide as its rail, from 1; by default the largest of the values. Drawings that are
        to be compared, as the frames of a flipbook, have one limit.
    title, desc : str, optional
        Text alternative; by default the cell's own.

    Returns
    -------
    Diagram

    Raises
    ------
    ValueError
        If a name is unknown, or a value is not finite or out of its range.

    Examples
    --------
    >>> picture = diagram("lstm", values={"f": 0.93, "c_prev": -1.2})
    >>> "valve-f" in picture.parts, "−1.20" in picture.svg
    (True, True)
    """
    drawn = choose("diagram", "cell", _name(cell), CELLS)
    known = complete(drawn, checked("diagram", drawn.letters, values, free=drawn.free + drawn.wired))
    return _one_step(drawn, known, _limit("diagram", limit), _labels(labels), _lit(drawn, new), title, desc)


def ablated(variant: str = "LSTM", *, values: Mapping[str, float] | None = None, limit: float | None = None) -> Diagram:
    """Draw one step of the LSTM with peepholes when one part has been taken out.

    Parameters
    ----------
    variant : {"LSTM", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP"}
        The whole cell, or what is left of it, by the names of ``lt.LSTMVariant``. Where the part was there is a dashed
        outline; "CIFG", which loses a gate and couples the others, has the two-way valve of its own drawing.
    values : mapping of str to float, optional
        As in :func:`diagram`; a gate that is missing has none.
    limit : float, optional
        As in :func:`diagram`.

    Returns
    -------
    Diagram

    Examples
    --------
    >>> picture = ablated("NIG", values={"f": 0.9, "g": -0.5, "c_prev": 0.8})
    >>> "no-i" in picture.parts, "valve-i" in picture.parts, "0.22" in picture.svg
    (True, False, True)
    """
    drawn = choose("ablated", "variant", variant, ABLATED)
    known = complete(drawn, checked("ablated", drawn.letters, values, free=drawn.free))
    return _one_step(drawn, known, _limit("ablated", limit))


def _one_step(
    drawn: Cell,
    known: Mapping[str, float],
    limit: float | None,
    labels: Mapping[str, str] | None = None,
    new: frozenset[str] = frozenset(),
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    scene = Scene(
        given=dict(known),
        sketch=complete(drawn, SKETCH),
        labels=dict(labels or {}),
        new=new,
        limit=largest([known], drawn.free) if limit is None else limit,
    )

    def draw(uid: str) -> str:
        return "".join(replace(scene, uid=uid).render(part) for part in drawn.parts)

    return Diagram(
        drawn.name,
        draw,
        size=(WIDTH, drawn.height),
        title=title or drawn.title,
        desc=desc or " ".join([drawn.desc, *_values_in_words(scene, drawn)]),
        parts=[part.name for part in drawn.parts],
        limit=scene.limit,
    )


def unrolled(
    cell: str = "rnn",
    *,
    text: str,
    values: Mapping[str, Sequence[float]] | None = None,
    num_layers: int = 1,
    bidirectional: bool = False,
    new: bool = False,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw a cell over several steps, one per character of a text.

    Parameters
    ----------
    cell : str
        As in :func:`diagram`, but for ``cifg``, ``slstm`` and the cells that came after it.
    text : str
        One character per step, written under its step; white space is made visible.
    values : mapping of str to sequence of float, optional
        For each letter as in :func:`diagram` (without ``c_prev`` and ``h_prev``) one number per step. With several
        layers or directions the states only, named as the layer names its parameters: ``h_l0``, ``h_l0_reverse``,
        ``h_l1``, and ``c_l0`` of the LSTMs.
    num_layers : int
        How many layers. Several are drawn as one box per step and layer: what is in the box has its own drawing.
    bidirectional : bool
        Whether both directions are drawn, again as one box per step.
    new : bool
        Whether what is new is lit and the rest fades: the backward direction; without one, the layers above the
        first; in one layer, what the cell adds to the previous cell of the book.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts are named as in :func:`diagram` with the step's number behind: ``valve-f-3`` (from 1); with several
        layers or directions ``box-l0-3``, ``h-l1-reverse-3``.

    Raises
    ------
    ValueError
        If a name is unknown, a number is out of its range, or there is not one number per character.

    Examples
    --------
    >>> picture = unrolled("rnn", text="for i")
    >>> "box-tanh-5" in picture.parts
    True
    >>> "box-l1-reverse-3" in unrolled("lstm", text="for", num_layers=2, bidirectional=True).parts
    True
    """
    cell = _name(cell)
    drawn, step, height, stage, chain = choose("unrolled", "cell", cell, CHAINS)
    if not text:
        raise ValueError("unrolled: expected text of at least one character, got an empty one")
    if not isinstance(num_layers, int) or num_layers < 1:
        raise ValueError(f"unrolled: expected num_layers to be an integer from 1, got {num_layers!r}")
    if num_layers > 1 or bidirectional:
        return in_layers(cell, drawn, text, values, num_layers, bool(bidirectional), new, title, desc)
    steps = _carried(drawn, each_step("unrolled", drawn.letters, values, len(text)))
    full = largest(steps)
    sketch = complete(drawn, SKETCH)
    width = 2 * MARGIN + step * len(text)
    lefts = [MARGIN + step * position for position in range(len(text))]
    groups = [stage(width), *(chain(x, x == lefts[-1], position) for position, x in enumerate(lefts, 1))]
    lit = frozenset(p.name for group in groups for p in group if new and {p.name, p.letter} & set(drawn.new))
    scenes = [Scene(given=steps[0], sketch=sketch, limit=full, new=lit)]
    for position, (character, known) in enumerate(zip(text, steps, strict=True), 1):
        labels = {"x": visible(character), "h": ""}
        scenes.append(replace(scenes[0], given=known, labels=labels, suffix=f"-{position}"))

    def draw(uid: str) -> str:
        pairs = zip(scenes, groups, strict=True)
        return "".join(replace(scene, uid=uid).render(part) for scene, parts in pairs for part in parts)

    return Diagram(
        f"unrolled-{cell}",
        draw,
        size=(width, height),
        title=title or f"{drawn.short} over {len(text)} steps",
        desc=desc or f"One copy of the cell per character, left to right, reading {text!r}. {drawn.chain}",
        parts=[part.name + scene.suffix for scene, parts in zip(scenes, groups, strict=True) for part in parts],
        limit=full,
    )


def reset_gates(*, before: Mapping[str, float] | None = None, after: Mapping[str, float] | None = None) -> Corners:
    """Draw the corner in which the two GRUs differ: the reset gate before the product with W_h, and after it.

    Parameters
    ----------
    before, after : mapping of str to float, optional
        Numbers of one unit, as in :func:`diagram`, for the published GRU and for PyTorch's.

    Returns
    -------
    Corners

    Examples
    --------
    >>> list(reset_gates(before={"r": 0.0}, after={"r": 0.0}).svgs)
    ['before the product', 'after the product']
    """
    drawings = {
        "before the product": diagram("gru_before", values=before),
        "after the product": diagram("gru", values=after),
    }
    return Corners(drawings, RESET)


def _name(cell: str) -> str:
    """Return the drawing's name for what the package calls a layer or a cell."""
    name = cell.lower() if isinstance(cell, str) else cell
    return "peephole" if name == "peepholelstm" else name


def _carried(drawn: Cell, steps: list[dict[str, float]]) -> list[dict[str, float]]:
    """Return all quantities of each step; its previous states are the states of the step before."""
    full, before = [], {"c_prev": 0.0, "h_prev": 0.0} if steps[0] else {}
    for given in steps:
        known = complete(drawn, {**given, **before})
        full.append(known)
        before = {f"{name}_prev": known[name] for name in ("c", "h") if name in known}
    return full


def _limit(function: str, limit: float | None) -> float | None:
    return None if limit is None else number_within(function, "limit", limit, low=1)


def _labels(labels: Mapping[str, str] | None) -> dict[str, str]:
    for name in labels or {}:
        choose("diagram", "a name in labels", name, dict.fromkeys(("x", "c", "h", "c_prev", "h_prev")))
    return {name: str(words) for name, words in (labels or {}).items()}


def _lit(drawn: Cell, new: str | Sequence[str] | bool) -> frozenset[str]:
    """Return the names of the parts that `new` (letters or names of parts) means."""
    words = drawn.new if new is True else (new,) if isinstance(new, str) else tuple(new or ())
    names = [part.name for part in drawn.parts]
    letters = sorted({part.letter for part in drawn.parts})
    for word in words:
        if word not in letters and word not in names:
            raise ValueError(f"diagram: expected new to name letters {letters} or parts {names}, got {word!r}")
    return frozenset(part.name for part in drawn.parts if part.name in words or part.letter in words)


def _values_in_words(scene: Scene, drawn: Cell) -> list[str]:
    """Return the sentences that add the values to the text alternative."""
    shown = [f"{name} = {scene.printed(name)}" for name in drawn.letters if name in scene.given]
    return [f"Values of one unit: {', '.join(shown)}."] if shown else []
