"""What all kinds of attention share: the keys' part once per sentence, then scores, softmax and sum per query.

Shapes: what comes in and what goes out is time-major, (T, N, ...), as everywhere. The score functions see one sequence
after the other, (N, T, ...), so that all scores of a sequence are one product of matrices.
"""

import math
from typing import Any

import numpy as np

from lstm_tutor.activations import softmax, softmax_backward
from lstm_tutor.attention.trace import AttentionGradients, AttentionTrace, Keys
from lstm_tutor.checks import float_dtype, numbers, positive_int, real_array
from lstm_tutor.layers import check_lengths, steps_that_count
from lstm_tutor.module import Module
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["Attention"]


class Attention(Module):
    r"""What all kinds of attention share: named parameters, the mask, the softmax and the weighted sum.

    A kind adds :meth:`shapes` and its score function, in two parts: :meth:`project`, what of it depends on the keys
    alone, and :meth:`score`, the rest; both have a backward function. :meth:`forward` does everything at once. A
    decoder that attends step by step calls :meth:`prepare` once and :meth:`attend` at each step, as `forward` does.

    .. math:: \alpha_{ij} = \frac{\exp e_{ij}}{\sum_k \exp e_{ik}}, \qquad \mathrm{output}_i = \sum_j \alpha_{ij} r_j

    Parameters
    ----------
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator
        The source of the initial weights.

    References
    ----------
    Bahdanau, Cho & Bengio (2015), section 3.1, equations 5 and 6; that the keys' part is computed beforehand:
    appendix A.1.2.
    """

    query_size: int | None = None  # None: as the keys
    key_size: int | None = None  # None: any

    def __init__(self, *, dtype: DTypeLike = np.float64, rng: RNG = None) -> None:
        super().__init__()
        self.dtype = float_dtype(self._name, dtype)
        rng = np.random.default_rng(rng)
        for name, shape in self.shapes().items():
            bound = 1 / math.sqrt(shape[-1])
            setattr(self, name, rng.uniform(-bound, bound, shape).astype(self.dtype))

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _sizes(self, **sizes: Any) -> None:
        for name, size in sizes.items():
            setattr(self, name, positive_int(self._name, name, size))

    # -- the score function --------------------------------------------------------------------------------------

    def project(self, h: Array) -> Array:
        """Return the keys' part of the score, p (N, T_in, P), from the keys h (N, T_in, K)."""
        raise NotImplementedError

    def project_backward(self, h: Array, dp: Array) -> tuple[Array, dict[str, Array]]:
        """Return dh and the gradients of the parameters of :meth:`project`, from dp."""
        raise NotImplementedError

    def score(self, s: Array, p: Array) -> tuple[Array, tuple[Array, ...]]:
        """Score every key for every query.

        Parameters
        ----------
        s : array (N, T_out, Q)
            The queries.
        p : array (N, T_in, P)
            What :meth:`project` made of the keys.

        Returns
        -------
        e : array (N, T_out, T_in)
            The scores.
        memory : tuple of arrays
            What :meth:`score_backward` needs besides s and p.
        """
        raise NotImplementedError

    def score_backward(
        self, s: Array, p: Array, memory: tuple[Array, ...], de: Array
    ) -> tuple[Array, Array, dict[str, Array]]:
        """Return ds, dp and the gradients of the parameters of :meth:`score`, from de (N, T_out, T_in)."""
        raise NotImplementedError

    # -- checks of what comes in ---------------------------------------------------------------------------------

    def _check(self, given: ArrayLike, shape: tuple, what: str, counts: Array | None = None) -> Array:
        """Return `given` as a new array; `shape` has a name where any size will do, as long as there is something.

        Where `counts` (true or false, of the first axes) is false, nothing is read, and zeros are put.
        """
        array = numbers(self._name, what, given, self.dtype)  # a copy: the caller may change their array
        if array.ndim != len(shape) or any(
            size != want and not isinstance(want, str) for size, want in zip(array.shape, shape, strict=True)
        ):
            wanted = ", ".join(map(str, shape))
            raise ValueError(f"{self._name}: expected {what} of shape ({wanted}), got {array.shape}")
        if array.size == 0:
            raise ValueError(f"{self._name}: expected {what} to hold something, got shape {array.shape}")
        if counts is not None:
            array[~counts] = 0
        if not np.isfinite(array).all():
            bad = int((~np.isfinite(array)).sum())
            hint = (
                "; if they are padding, pass lengths or a mask" if what in ("keys", "values") and counts is None else ""
            )
            raise ValueError(f"{self._name}: expected {what} to be finite, got {bad} NaN or inf{hint}")
        return array

    def _check_mask(self, mask: ArrayLike | None, lengths: ArrayLike | None, T_in: int, N: int) -> Array | None:
        """Return the mask (T_in, N) that `mask` or `lengths` says, or None."""
        if mask is not None and lengths is not None:
            raise ValueError(f"{self._name}: expected mask or lengths, got both")
        if mask is None:
            return steps_that_count(check_lengths(self._name, lengths, T_in, N, limit="T_in"), T_in)
        mask = real_array(self._name, "mask", mask)
        if mask.shape != (T_in, N):
            raise ValueError(f"{self._name}: expected mask of shape {(T_in, N)}, got {mask.shape}")
        if not ((mask == 0) | (mask == 1)).all():
            raise ValueError(f"{self._name}: expected mask of true and false, true where a key counts")
        mask = mask.astype(bool)
        if not mask.any(axis=0).all():
            empty = np.flatnonzero(~mask.any(axis=0)).tolist()
            raise ValueError(f"{self._name}: expected a key that counts in each sequence, got none in {empty}")
        return mask

    def _check_prepared(self, prepared: Any) -> None:
        if not self.made(prepared):
            raise ValueError(
                f"{self._name}: expected Keys that this attention prepared, got another's or none: {prepared!r:.80}"
            )

    # -- forward -------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def prepare(
        self, keys: ArrayLike, values: ArrayLike | None = None, mask: ArrayLike | None = None,
        lengths: ArrayLike | None = None,
    ) -> Keys:  # fmt: skip
        """Compute all that depends on the keys alone, for any number of calls of :meth:`attend`.

        The arguments are those of :meth:`forward`.
        """
        shape = real_array(self._name, "keys", keys).shape
        if len(shape) == 3 and 0 not in shape:  # else `_check` says what is wrong
            mask = self._check_mask(mask, lengths, *shape[:2])
        counts = None if mask is None else np.asarray(mask)
        keys = self._check(keys, ("T_in", "N", self.key_size or "K"), "keys", counts)
        values = None if values is None else self._check(values, (*keys.shape[:2], "V"), "values", counts)
        with np.errstate(over="ignore", invalid="ignore"):  # `attend` refuses scores that are not finite
            return Keys(keys, values, counts, self.project(keys.swapaxes(0, 1)), self.identity)

    @np.errstate(under="ignore")
    def attend(self, queries: ArrayLike, prepared: Keys) -> AttentionTrace:
        """Let queries (T_out, N, Q) attend to the Keys that :meth:`prepare` made."""
        self._check_prepared(prepared)
        _, N, K = prepared.keys.shape
        queries = self._check(queries, ("T_out", N, self.query_size or K), "queries")
        with np.errstate(over="ignore", invalid="ignore"):
            e, memory = self.score(queries.swapaxes(0, 1), prepared.p)  # (N, T_out, T_in)
        if not np.isfinite(e).all():
            raise ValueError(f"{self._name}: expected finite scores, got NaN or inf as {self.dtype}")
        if prepared.mask is not None:
            e = np.where(prepared.mask.T[:, None], e, -np.inf)
        alpha = softmax(e)
        output = alpha @ _values(prepared)  # (N, T_out, V)
        scores, weights, output = (array.swapaxes(0, 1) for array in (e, alpha, output))
        return AttentionTrace(queries, prepared, scores, weights, output, memory)

    def forward(
        self, queries: ArrayLike, keys: ArrayLike, values: ArrayLike | None = None, mask: ArrayLike | None = None,
        lengths: ArrayLike | None = None,
    ) -> AttentionTrace:  # fmt: skip
        """Let every query attend to the keys of its sequence.

        Parameters
        ----------
        queries : array (T_out, N, Q)
            Finite numbers.
        keys : array (T_in, N, K)
            Finite numbers; what does not count is not read, and may be anything.
        values : array (T_in, N, V), optional
            As `keys`, which are their own values by default.
        mask : array (T_in, N), optional
            True where a key counts (PyTorch's ``key_padding_mask`` is true where it does not).
        lengths : N ints from 1 to T_in, optional
            In place of a mask: the keys past a sequence's length do not count.

        Returns
        -------
        AttentionTrace

        Raises
        ------
        ValueError
            If an input has the wrong shape or is not finite, a sequence has no key that counts, or a score is too large
            for the dtype.
        """
        return self.attend(queries, self.prepare(keys, values, mask, lengths))

    # -- backward ------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def attend_backward(
        self, trace: AttentionTrace, d_output: ArrayLike, d_weights: ArrayLike | None = None
    ) -> tuple[Array, Array, Array, dict[str, Array]]:
        r"""Go back through :meth:`attend`; the arguments are those of :meth:`backward`.

        .. math:: \frac{dL}{de_{ij}} = \alpha_{ij} \left(\frac{dL}{d\alpha_{ij}}
            - \sum_k \alpha_{ik} \frac{dL}{d\alpha_{ik}}\right)

        Returns
        -------
        d_queries : array (T_out, N, Q)
        dp, dr : arrays (N, T_in, P) and (N, T_in, V)
            Those of several calls of `attend` to the same Keys are summed before :meth:`prepare_backward`.
        d_parameters : dict of name -> array
            Those of the score's own part.
        """
        if not self.made(trace):
            raise ValueError(f"{self._name}: expected a trace of this attention, got another's or none: {trace!r:.80}")
        d_output = self._check(d_output, trace.output.shape, "d_output").swapaxes(0, 1)
        s, alpha = trace.queries.swapaxes(0, 1), trace["weights"].swapaxes(0, 1)
        d_alpha = d_output @ _values(trace.prepared).swapaxes(1, 2)  # (N, T_out, T_in)
        if d_weights is not None:
            shape = trace["weights"].shape
            counts = None if trace.mask is None else np.broadcast_to(trace.mask.T, shape)
            d_alpha += self._check(d_weights, shape, "d_weights", counts).swapaxes(0, 1)
        dr = alpha.swapaxes(1, 2) @ d_output  # (N, T_in, V)
        de = softmax_backward(alpha, d_alpha)
        ds, dp, d_parameters = self.score_backward(s, trace.prepared.p, trace.memory, de)
        return ds.swapaxes(0, 1), dp, dr, d_parameters

    @np.errstate(under="ignore")
    def prepare_backward(self, prepared: Keys, dp: Array, dr: Array) -> tuple[Array, Array | None, dict[str, Array]]:
        """Go back through :meth:`prepare`.

        Returns
        -------
        d_keys : array (T_in, N, K)
        d_values : array (T_in, N, V), or None if the keys were their own values
        d_parameters : dict of name -> array
            Those of what depends on the keys alone.
        """
        self._check_prepared(prepared)
        dh, d_parameters = self.project_backward(prepared.keys.swapaxes(0, 1), dp)
        if prepared.values is None:
            return (dh + dr).swapaxes(0, 1), None, d_parameters
        return dh.swapaxes(0, 1), dr.swapaxes(0, 1), d_parameters

    def backward(
        self, trace: AttentionTrace, d_output: ArrayLike, d_weights: ArrayLike | None = None
    ) -> AttentionGradients:
        """Compute the gradients of a loss L of all that `forward` read, from those of what it returned.

        Parameters
        ----------
        trace : AttentionTrace
            What `forward` returned; the parameters must not have changed since.
        d_output : array (T_out, N, V)
            dL/d(output).
        d_weights : array (T_out, N, T_in), optional
            dL/d(weights), for losses on the weights themselves; not read where a key does not count. Zeros by default.

        Returns
        -------
        AttentionGradients

        Raises
        ------
        ValueError
            If the trace is another attention's, or a gradient has the wrong shape or is not finite.
        """
        d_queries, dp, dr, d_score = self.attend_backward(trace, d_output, d_weights)
        d_keys, d_values, d_project = self.prepare_backward(trace.prepared, dp, dr)
        return AttentionGradients(d_queries, d_keys, d_values, self.gather(d_score, d_project))

    def gather(self, d_score: dict[str, Array], d_project: dict[str, Array]) -> dict[str, Array]:
        """Return the gradients of both parts of the score, in the order of :meth:`parameters`."""
        both = d_score | d_project
        return {name: both[name] for name in self.parameters()}


def _values(prepared: Keys) -> Array:
    """Return the values, (N, T_in, V)."""
    return (prepared.keys if prepared.values is None else prepared.values).swapaxes(0, 1)
