"""What all widgets share: the bundle with their JavaScript, their name in links, and a still picture."""

import os
import pathlib
from html import escape
from typing import TYPE_CHECKING, Any

import anywidget

from lstm_tutor.widgets._traits import Tasks, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Still", "Widget"]

STATIC = pathlib.Path(__file__).parent / "static"


class Widget(anywidget.AnyWidget):
    """A widget of the book: ``class Welcome(Widget, bundle="welcome")``.

    Attributes
    ----------
    name : str
        How links call this widget: ``#lt:name?unit=3`` sets its trait ``unit``. By default the bundle's name; two
        widgets on one page need two names.
    tasks : list of dict
        What the reader is asked to do in the widget, ticked when it is done: ``{"task": "Press play.", "when":
        {"playing": True}, "shows": "..."}``. `when` names some of the class's ``FACTS`` and says what each has to be: a
        value, ``{"min": 0.9}``, ``{"max": 0.1}`` or ``{"not": 0}``. By default the class's ``TASKS``.
    FACTS : tuple of str
        The facts that tasks can ask for; the page says how they are.
    TASKS : tuple of dict
        Tasks that fit the widget as it comes.
    HEIGHTS : tuple of two ints
        Heights of the live view in px, in a window of 1280 and of 390 px: the page keeps that much room for it, so
        that nothing jumps when it starts.
    """

    FACTS: tuple[str, ...] = ()
    TASKS: tuple[dict[str, Any], ...] = ()
    HEIGHTS: tuple[int, int] = (0, 0)

    name = Text(longest=40, shortest=1)
    tasks = Tasks()

    def __init_subclass__(cls, bundle: str | None = None, **kwargs: Any) -> None:
        if bundle is not None:
            cls._esm, cls._css = code_of(bundle)
            cls._bundle = bundle
        super().__init_subclass__(**kwargs)

    def __init__(self, **traits: Any) -> None:
        known = {name for name in self.trait_names(sync=True) if not name.startswith("_")}
        unknown = sorted(traits.keys() - known)
        if unknown:
            own = sorted(known - set(anywidget.AnyWidget.class_trait_names()))
            raise ValueError(f"{type(self).__name__}: expected keywords of {own}, got {unknown}")
        super().__init__(**({"name": self._bundle, "tasks": list(self.TASKS)} | traits))

    def figure(self) -> "Still":
        """The widget's still picture: a :class:`Still` that shows the present traits."""
        raise NotImplementedError(f"{type(self).__name__} needs a figure()")

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        """The live view, and for a viewer without widgets the still picture."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return data | {"text/html": self.figure().html(self.model_id, self.HEIGHTS)}, metadata

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r})"


def code_of(bundle: str) -> tuple[str, str]:
    """Return a bundle's JavaScript and style, or in a kernel that makes pages of the site the bundle's name.

    The site has each bundle once, in a file of its own that the pages share. So no notebook depends on it.
    """
    if os.environ.get("LSTM_TUTOR_BUNDLES") == "by name":
        return f"bundle:{bundle}", f"bundle:{bundle}"
    script, style = ((STATIC / f"{bundle}{suffix}").read_text(encoding="utf-8") for suffix in (".js", ".css"))
    return script, style


class Still:
    """A still picture with its text alternative.

    Parameters
    ----------
    content : str
        HTML or SVG, made by the package itself.
    alt : str
        What the picture shows, in words.
    caption : str, optional
    """

    def __init__(self, content: str, alt: str, caption: str = "") -> None:
        if not alt.strip():
            raise ValueError("Still: expected alt, a sentence that says what the picture shows, got none")
        self.content, self.alt, self.caption = content, alt, caption

    @classmethod
    def of_figure(cls, figure: "Figure", alt: str, caption: str = "") -> "Still":
        """The still picture of a matplotlib figure, which is closed."""
        from io import StringIO

        import matplotlib.pyplot as plt

        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
        plt.close(figure)
        svg = text.getvalue()
        svg = svg[svg.index("<svg") :].replace("<svg", '<svg style="max-width:100%;height:auto"', 1)
        return cls(svg, alt, caption)

    def html(self, model_id: str | None = None, heights: tuple[int, int] = (0, 0)) -> str:
        """The picture as HTML; `model_id` says which widget's view takes its place in the page.

        `heights` are those of the view, wide and on a phone.
        """
        mark = f' data-still-of="{escape(model_id)}"' if model_id else ""
        wide, phone = heights
        room = f";--lt-wide:{wide}px;--lt-phone:{phone}px" if model_id else ""
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure class="lt-still"{mark} style="margin:1.25rem 0{room}">'
            f'<div role="img" aria-label="{escape(self.alt)}">{self.content}</div>{caption}</figure>'
        )

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"Still({self.alt!r})"
