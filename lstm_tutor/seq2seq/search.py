"""From probabilities of the next symbol to whole sequences: the likeliest symbol at each step, or a beam."""

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import log_softmax
from lstm_tutor.types import Array, ArrayLike

__all__ = ["Decoding", "Hypothesis"]


class Hypothesis(NamedTuple):
    """A sequence that a decoder wrote."""

    symbols: Array  # ints (L,), without the start; the last is the stop if it was written
    log_probability: float  # of all of them, in nats
    score: float  # what a beam ranks by: the log-probability, divided by the penalty of its length
    weights: Array | None  # (L, T_in), the attention of each step; None without attention
    finished: bool  # whether the stop was written


class Decoding:
    """What a model can do that reads and writes, as :class:`Seq2Seq`: find what it wants to say."""

    output_size: int

    @property
    def num_symbols(self) -> int:
        """The number of symbols that the decoder can read."""
        raise NotImplementedError

    def greedy(
        self, x: ArrayLike, start: int, stop: int | None, max_length: int, lengths: ArrayLike | None = None
    ) -> list[Hypothesis]:
        """Write the likeliest symbol at each step, and read it at the next.

        Parameters
        ----------
        x : array (T_in, N, D), or ints (T_in, N)
        start : int
            The symbol that is read at the first step.
        stop : int or None
            The symbol that ends a sequence; with None all have `max_length` symbols.
        max_length : int
            The largest number of symbols to write, `stop` among them.
        lengths : N ints from 1 to T_in, optional

        Returns
        -------
        list of N Hypothesis

        Raises
        ------
        ValueError
            If an input does not fit, or the decoder cannot read what it writes (M < K).
        """
        alone = _beam("greedy", self, x, start, stop, max_length, lengths=lengths, width=1, length_penalty=0.0)
        return [best for (best,) in alone]

    def beam(
        self, x: ArrayLike, start: int, stop: int | None, max_length: int, *, width: int = 5,
        lengths: ArrayLike | None = None, length_penalty: float = 0.0,
    ) -> list[list[Hypothesis]]:  # fmt: skip
        r"""Keep the `width` likeliest beginnings at each step; those that end take a place for good.

        With Y written, of probability p, a hypothesis is ranked by

        .. math:: \log p \;/\; \left(\frac{5 + |Y|}{6}\right)^\alpha

        where :math:`\alpha` is `length_penalty`: at 0 by its probability, so that short ones have an advantage.

        Parameters
        ----------
        x, start, stop, max_length, lengths
            As :meth:`greedy` takes them.
        width : int
        length_penalty : float
            Not negative.

        Returns
        -------
        list of N lists of at most `width` Hypothesis
            The best first.

        Raises
        ------
        ValueError
            As :meth:`greedy`'s.

        References
        ----------
        Sutskever, Vinyals & Le (2014), section 3.2; the penalty: Wu et al. (2016), equation 14.
        """
        return _beam("beam", self, x, start, stop, max_length, lengths=lengths, width=width,
                     length_penalty=length_penalty)  # fmt: skip


class _Beginning(NamedTuple):
    """What was written of a sequence so far."""

    sequence: int  # which of the N
    row: int  # its place in the last step
    symbols: list[int]  # the start, and what was written
    log_p: float
    weights: list[Array]  # of arrays (T_in,)

    def end(self, stop: int | None, length_penalty: float) -> Hypothesis:
        """Return the Hypothesis that this is when nothing is added."""
        symbols = np.array(self.symbols[1:])
        score = self.log_p / ((5 + len(symbols)) / 6) ** length_penalty
        return Hypothesis(symbols, self.log_p, score, np.array(self.weights) if self.weights else None,
                          bool(symbols[-1] == stop))  # fmt: skip


def _check(what: str, model: Decoding, start: Any, stop: Any, max_length: Any, width: Any, length_penalty: Any) -> None:
    K, M = model.output_size, model.num_symbols
    if M < K:
        raise ValueError(f"{what}: expected a decoder that can read all {K} symbols it writes, it reads {M}")
    for name, value, first, last in (
        ("start", start, 0, M - 1), ("stop", stop, 0, K - 1), ("max_length", max_length, 1, None),
        ("width", width, 1, None),
    ):  # fmt: skip
        if name == "stop" and value is None:
            continue
        if (
            isinstance(value, bool)
            or not isinstance(value, int | np.integer)
            or value < first
            or (last is not None and value > last)
        ):
            wanted = f"of at least {first}" if last is None else f"from {first} to {last}"
            raise ValueError(f"{what}: expected {name} to be an int {wanted}, got {value!r}")
    number = isinstance(length_penalty, int | float | np.integer | np.floating)
    if not number or not 0 <= length_penalty < np.inf:
        raise ValueError(f"{what}: expected length_penalty to be finite and not negative, got {length_penalty!r}")


def _step(model: Any, source: Any, carried: Any, live: list[_Beginning]) -> tuple[Array, Array | None, Any]:
    """Take one step of all beginnings: log-probabilities (rows, K), attention (rows, T_in) or None, what is carried."""
    rows, sequences, (state, fed) = [each.row for each in live], [each.sequence for each in live], carried
    state = state._make(value[:, rows] for value in state)
    fed = None if fed is None else fed[:, rows]
    keys = None if source.keys is None else source.keys.at(sequences)
    y = model.symbol_vectors(np.array([[each.symbols[-1] for each in live]]))  # (1, rows, M)
    trace = model.write(y, source._replace(start=state, keys=keys, fed=fed))
    log_p = log_softmax(trace.output[0].astype(np.float64))
    carried = trace.decoder.final_state, None if fed is None else trace.features
    return log_p, None if keys is None else trace["weights"][0], carried


def _beam(
    what: str, model: Any, x: ArrayLike, start: int, stop: int | None, max_length: int, *, lengths: ArrayLike | None,
    width: int, length_penalty: float,
) -> list[list[Hypothesis]]:  # fmt: skip
    """See :meth:`Decoding.beam`; `what` is the name that errors give it."""
    _check(what, model, start, stop, max_length, width, length_penalty)
    source = model.read(x, lengths)
    N, carried = source.encoder.x.shape[1], (source.start, source.fed)
    live = [_Beginning(n, n, [int(start)], 0.0, []) for n in range(N)]
    done: list[list[_Beginning]] = [[] for _ in range(N)]
    for _ in range(max_length):
        log_p, weights, carried = _step(model, source, carried, live)
        longer = []
        for n in range(N):
            own = [row for row, each in enumerate(live) if each.sequence == n]
            totals = np.array([live[row].log_p + log_p[row] for row in own]).reshape(-1)  # of all that could follow
            for place in np.argsort(-totals, kind="stable")[: width - len(done[n])]:
                row, symbol = own[place // model.output_size], int(place % model.output_size)
                attended = live[row].weights if weights is None else [*live[row].weights, weights[row]]
                longer.append(_Beginning(n, row, [*live[row].symbols, symbol], float(totals[place]), attended))
        live = []
        for each in longer:
            if each.symbols[-1] == stop:
                done[each.sequence].append(each)
            else:
                live.append(each)
        if not live:
            break
    for each in live:  # out of time
        done[each.sequence].append(each)
    ended = [[each.end(stop, length_penalty) for each in several] for several in done]
    return [sorted(several, key=lambda each: -each.score) for several in ended]
