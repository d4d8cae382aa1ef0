"""Two classes of sequences that differ only at their beginning."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import float_dtype
from lstm_tutor.tasks.batch import Batch
from lstm_tutor.types import RNG, DTypeLike


def two_sequences(
    count: int,
    *,
    informative: int = 1,
    lengths: tuple[int, int] = (500, 600),
    variance: float = 0.2,
    rng: RNG = None,
    dtype: DTypeLike = np.float64,
) -> Batch:
    """The two-sequence problem: the first elements tell the class, all that follows is noise; answer at the end.

    The first `informative` elements are 1 in the first half of the sequences and -1 in the second; the rest are drawn
    from a normal distribution of mean 0.

    Parameters
    ----------
    count : int
        N, an even number.
    informative : int >= 1
    lengths : (least, greatest)
        Each sequence's length is drawn between them.
    variance : float >= 0
        Of the noise.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 1), zero past a sequence's length; targets (N,) of ones and zeros, due at each sequence's end.

    References
    ----------
    Bengio, Simard & Frasconi (1994); Hochreiter & Schmidhuber (1997), section 5.3.
    """
    if count < 2 or count % 2:
        raise ValueError(f"two_sequences: expected an even count of at least 2, got {count!r}")
    if not 1 <= informative <= lengths[0] <= lengths[1]:
        raise ValueError(
            f"two_sequences: expected 1 <= informative <= least length <= greatest, got {informative!r}, {lengths!r}"
        )
    dtype = float_dtype("two_sequences", dtype)
    generator = np.random.default_rng(rng)
    ends = generator.integers(lengths[0], lengths[1] + 1, count)
    x = generator.normal(0, np.sqrt(variance), (ends.max(), count))
    targets = np.repeat([1.0, 0.0], count // 2)
    x[:informative] = 2 * targets - 1
    x *= np.arange(len(x))[:, None] < ends
    return Batch(x[..., None].astype(dtype), targets.astype(dtype), None, ends)
