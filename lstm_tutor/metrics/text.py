"""How a written text can be judged without a reader: does it repeat itself, was the writer sure, does it compile?"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["compile_rate", "compiles", "distinct", "entropy", "first_block", "line_compiles", "repetition"]

# What a line may need around it: it is tried within a loop of a coroutine, where return, yield, break and await may
# be, with a body if it opens a block, and after what else, except and elif need before them.
_FRAMES = ("  {line}\n", "  {line}\n   pass\n", "  if 1: pass\n  {line}\n   pass\n", "  try: pass\n  {line}\n   pass\n",
           "  {line}\n  def f(): pass\n")  # fmt: skip


def entropy(p: ArrayLike) -> Array:
    r"""Return the entropy of probabilities, in bits: 0 where one has all, log2 K where all K are alike.

    Equation: :math:`-\sum_k p_k \log_2 p_k`, where 0 log 0 is 0.

    Parameters
    ----------
    p : array (..., K)

    Returns
    -------
    array (...)

    Examples
    --------
    >>> entropy([[0.5, 0.5, 0], [1, 0, 0]]).tolist()
    [1.0, 0.0]
    """
    p = real_array("entropy", "p", p).astype(np.float64)
    if p.ndim < 1 or not (p >= 0).all() or not np.allclose(p.sum(axis=-1), 1, atol=1e-6):
        raise ValueError(f"entropy: expected probabilities (..., K) that add up to 1, got {p.shape}")
    return -(p * np.log2(np.where(p > 0, p, 1.0))).sum(axis=-1) + 0.0


def repetition(text: Sequence, n: int = 8) -> float:
    """Return the share of a text's pieces of n symbols that stood in it before; of a text shorter than n, 0.

    Examples
    --------
    >>> repetition("abababab", n=2), repetition("abcdefgh", n=2)
    (0.7142857142857143, 0.0)
    """
    pieces = _pieces(text, positive_int("repetition", "n", n))
    return 1 - len(set(pieces)) / len(pieces) if pieces else 0.0


def distinct(texts: Iterable[Sequence], n: int = 8) -> float:
    """Return the share of different pieces among all pieces of n symbols in several texts: 1 where none comes twice.

    Raises
    ------
    ValueError
        If no text has n symbols, or a single str is given.

    References
    ----------
    Li et al. (2016), section 5.2, where the pieces are of words.

    Examples
    --------
    >>> distinct(["abcd", "abce"], n=3)
    0.75
    """
    if isinstance(texts, str):
        raise ValueError("distinct: expected several texts, got one str; [text] is a list of one")
    pieces = [piece for text in texts for piece in _pieces(text, positive_int("distinct", "n", n))]
    if not pieces:
        raise ValueError(f"distinct: expected a text of at least {n} symbols, got none")
    return len(set(pieces)) / len(pieces)


def compiles(code: str) -> bool:
    """Say whether Python compiles a text; it is not run.

    Examples
    --------
    >>> compiles("x = [1, 2]"), compiles("x = [1, 2")
    (True, False)
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # such as those of "\\d" in a plain string
        try:
            compile(code, "<text>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError):
            return False
    return True


def line_compiles(line: str) -> bool:
    """Say whether a line could stand in Python code: it compiles in a loop, with a body or a head if it needs one.

    Examples
    --------
    >>> [line_compiles(line) for line in ("return x", "for k in a:", "else:", "for k in:")]
    [True, True, True, False]
    """
    line = line.strip()
    return any(compiles(f"async def f():\n while 1:\n{frame.format(line=line)}") for frame in _FRAMES)


def compile_rate(texts: Iterable[str], judge: Callable[[str], bool] = compiles) -> float:
    """Return which share of texts compiles, of those that are not blank; NaN if all are.

    Parameters
    ----------
    texts : iterable of str
    judge : function from str to bool
        :func:`compiles`, or :func:`line_compiles` for single lines.

    Raises
    ------
    ValueError
        If a single str is given.

    Examples
    --------
    >>> compile_rate(["x = 1", "x = = 1", " "])
    0.5
    """
    if isinstance(texts, str):
        raise ValueError("compile_rate: expected several texts, got one str; [text] is a list of one")
    verdicts = [judge(text) for text in texts if text.strip()]
    return float(np.mean(verdicts)) if verdicts else float("nan")


def first_block(code: str) -> str:
    """Return a block of Python code: its head, which is the first line, and all below it that is indented more.

    A last line that does not end is left out, unless it is the only one. So a text that stops in the middle of a block
    is judged by its whole lines.

    Examples
    --------
    >>> first_block("  def f(x):\\n    return x\\n  def g")
    'def f(x):\\n  return x\\n'
    """
    head, *rest = code.splitlines(keepends=True) or [""]
    depth = len(head) - len(head.lstrip(" "))
    lines = [head]
    for line in rest:
        blank = not line.strip()
        if not line.endswith("\n") or (not blank and len(line) - len(line.lstrip(" ")) <= depth):
            break
        lines.append(line)
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return "".join(line[depth:] if line.strip() else line.lstrip(" ") for line in lines)


def _pieces(text: Sequence, n: int) -> list[tuple]:
    return [tuple(text[k : k + n]) for k in range(len(text) - n + 1)]
