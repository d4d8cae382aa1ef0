"""The texts of parameters that several plots share, written once and put into their docstrings."""

from collections.abc import Callable
from typing import TypeVar

__all__ = ["with_shared_parameters"]

Function = TypeVar("Function", bound=Callable)

TEXTS = {
    "trace": """trace : Trace or CellTrace
        Steps past a sequence's length are not drawn.""",
    "sequence": """sequence : int
        Which of the N sequences.""",
    "text": """text : str, optional
        One character per step of the sequence, written under it.""",
    "place": """layer : int
        Which layer of a Trace, from 0.
    direction : {"forward", "reverse"}
        Which direction of a Trace.""",
    "colorbar": """colorbar : bool
        Whether the colors are explained beside the picture.""",
    "ax": """ax : matplotlib Axes, optional
        Where to draw; by default on a new figure.""",
    "image_settings": """**kwargs
        For ``Axes.imshow``.""",
    "line_settings": """**kwargs
        For ``Axes.plot`` of the lines that carry the message.""",
    "axes": """matplotlib Axes
        Its artists hold the data, each labeled by what it shows.""",
}


def with_shared_parameters(function: Function) -> Function:
    """Replace each ``%(name)s`` in the docstring of `function` by the shared text of that name.

    Parameters
    ----------
    function : function

    Returns
    -------
    function
        The same one.
    """
    if function.__doc__ is not None:  # python -OO has no docstrings
        for name, text in TEXTS.items():
            function.__doc__ = function.__doc__.replace(f"%({name})s", text)
    return function
