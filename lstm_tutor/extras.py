"""What the package needs only for some of its parts, and the words for when it is not installed."""

import importlib

__all__ = ["require"]

# Library -> (what it is for, the extra of this package that brings it).
EXTRAS = {
    "torch": ("compares with PyTorch and reads its layers", "torch"),
    "anywidget": ("draws the widgets", "widgets"),
    "joblib": ("runs experiments in parallel", "experiments"),
    "hmmlearn": ("fits the hidden Markov models of an experiment", "experiments"),
}


def require(library: str) -> None:
    """Import an optional library, or say what it is for and how to install it.

    Raises
    ------
    ModuleNotFoundError
        If the library is not installed.
    """
    purpose, extra = EXTRAS[library]
    try:
        importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        raise ModuleNotFoundError(
            f"lstm_tutor {purpose} with {library}, which is not installed: `pip install {library}` adds it, and "
            f"so does this package's extra, `pip install 'lstm-tutor[{extra}]'`",
            name=library,
        ) from None
