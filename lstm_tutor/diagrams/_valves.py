"""Valves: a gate multiplies what flows through its opening."""

from lstm_tutor.diagrams._grammar import KNOB, Part, Point, Scene, knob
from lstm_tutor.diagrams._svg import coordinate, el, path, text


def _frame(width: float) -> str:
    """Return the caps and the seat that the blades of a valve slide in, on a path to the right."""
    half, reach = width / 2, _reach(width)
    caps = (el("rect", x=-14, y=top, width=28, height=reach - half, rx=5, class_="cap") for top in (-reach, half))
    seat = path([(-14, -half), (-14, half)]) + path([(14, -half), (14, half)])
    return "".join(caps) + el("path", d=seat, class_="seat")


def _reach(width: float) -> float:
    return width + 5.0  # from the axis of a valve to the end of a cap


def blades(scene: Scene, letter: str, at: Point, width: float, across: bool, *, rest: bool = False) -> str:
    """Two blades that leave `opening * width` of the path free; with `rest` what the gate does not let through."""
    x, y = at
    half = width / 2
    opening = scene.opening(letter, rest)

    def blade(side: int) -> str:
        return el(
            "rect",
            x=-8.0,
            y=-half if side < 0 else 0.0,
            width=16,
            height=half,
            class_=f"blade {'near' if side < 0 else 'far'}",
            transform=f"translate(0 {coordinate(float(side * half * opening))})",
        )

    return el(
        "g",
        el("g", _frame(width), blade(-1), blade(1), transform=f"rotate({90 if across else 0})"),
        transform=f"translate({coordinate(float(x))} {coordinate(float(y))})",
        class_="body",
        data_valve=("1-" if rest else "") + letter + scene.suffix,
        style=f"--open:{coordinate(float(opening))};--half:{coordinate(half)}",
    )


def valve(
    name: str,
    letter: str,
    at: Point,
    width: float,
    *,
    across: bool = False,
    side: str | None = "below",
    note: str = "",
    value: str = "below",
) -> Part:
    """A valve on the path that gate `letter` multiplies: two blades that leave `opening * width` of the path free.

    The path runs to the right, or up and down if `across`. `side` says where the letter sits, or None for a
    small valve with the letter beside it.
    """
    x, y = at
    reach = _reach(width)
    dx, dy = {"below": (0, 1), "above": (0, -1), "left": (-1, 0), None: (-1, 0) if across else (0, 1)}[side]
    away = reach + 7 + KNOB if side else reach + 14
    kx, ky = x + dx * away, y + dy * away

    def draw(scene: Scene) -> str:
        body = blades(scene, letter, at, width, across)
        if side is None:
            return body + el("text", text(letter), x=kx, y=ky, dy="0.3em", class_="letter small")
        stem = el("path", d=path([(x + dx * reach, y + dy * reach), (kx, ky)]), class_="stem")
        texts = _gate_texts(scene, letter, kx, ky, note, value, beside=side == "above")
        return body + stem + knob(letter, kx, ky) + texts

    return Part(name, "gate", letter, draw, symbol=letter)


def two_way(
    name: str,
    letter: str,
    rail_at: Point,
    path_at: Point,
    widths: tuple[float, float],
    *,
    opens: str = "rail",
    note: str = "",
    hue: str | None = None,
) -> Part:
    """A two-way valve: as far as it opens the one of rail and path, so far it shuts the other.

    The rail runs to the right through `rail_at`, the path upwards through `path_at`; `opens` says which of them is open
    as far as the gate, `hue` whose color the valve has, if not its letter's. The knob moves both and sits where their
    stems meet; with no `note` it is a small valve.
    """
    (rx, ry), (px, py) = rail_at, path_at
    to_rail, to_path = (_reach(width) for width in widths)

    def draw(scene: Scene) -> str:
        bodies = blades(scene, letter, rail_at, widths[0], False, rest=opens != "rail")
        bodies += blades(scene, letter, path_at, widths[1], True, rest=opens == "rail")
        joint = path([(rx, ry + to_rail), (rx, py), (px - to_path, py)])
        stem = el("path", d=joint, class_="stem")
        if not note:
            return bodies + stem + el("text", text(letter), x=rx - 12, y=py, dy="0.3em", class_="letter small")
        words = text("1 − ") + el("tspan", text(letter), class_="sym")
        x, y = (px + to_path + 8, py + 6) if opens == "rail" else (rx + 22, ry + to_rail + 2)
        rest = el("text", words, x=x, y=y, class_="word quiet")
        return bodies + stem + knob(letter, rx, py) + _gate_texts(scene, letter, rx, py, note, "below") + rest

    return Part(name, "gate", hue or letter, draw, symbol=letter)


def _gate_texts(scene: Scene, key: str, x: float, y: float, note: str, value: str, beside: bool = False) -> str:
    """What squashes the wire from below, on its right; the value on its left, or above the knob."""
    base = y + KNOB + 20
    spot = {"x": x - 8, "y": base, "class_": "value end"}
    if value == "above":
        spot = {"x": x, "y": y - KNOB - 9, "class_": "value middle"}
    printed = el("text", text(scene.printed(key)), data_value=key, **spot)
    place = {"x": x + KNOB + 6, "y": y + 6} if beside else {"x": x + 9, "y": base}
    return printed + (el("text", text(note), **place, class_="word quiet") if note else "")
