"""What all kinds of attention share: the keys' part once per sentence, then scores, softmax and sum per query.

Shapes: what comes in and what goes out is time-major, (T, N, ...), as everywhere. The score functions see one sequence
after the other, (N, T, ...), so that all scores of a sequence are one product of matrices.
"""

import math

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.attention.trace import AttentionGradients, AttentionTrace, Keys
from lstm_tutor.checks import float_dtype, numbers, positive_int
from lstm_tutor.layers import check_lengths, steps_that_count
from lstm_tutor.module import Module

__all__ = ["Attention"]


class Attention(Module):
    r"""What all kinds of attention share: named parameters, the mask, the softmax and the weighted sum.

    A kind adds :meth:`shapes` and its score function, in two parts: :meth:`project`, what of it depends on the keys
    alone, and :meth:`score`, the rest; each with its way back. :meth:`forward` does everything at once. A decoder that
    attends step by step calls :meth:`prepare` once and :meth:`attend` at each step, the same two that `forward` calls.

    .. math:: \alpha_{ij} = \frac{\exp e_{ij}}{\sum_k \exp e_{ik}}, \qquad \mathrm{output}_i = \sum_j \alpha_{ij} r_j

    Source: Bahdanau, Cho & Bengio (2015), section 3.1, equations 5 and 6; that the keys' part is computed beforehand:
    appendix A.1.2.
    """

    query_size: int | None = None  # None: as the keys
    key_size: int | None = None  # None: any

    def __init__(self, *, dtype=np.float64, rng=None):
        super().__init__()
        self.dtype = float_dtype(self._name, dtype)
        rng = np.random.default_rng(rng)
        for name, shape in self.shapes().items():
            bound = 1 / math.sqrt(shape[-1])
            setattr(self, name, rng.uniform(-bound, bound, shape).astype(self.dtype))

    @property
    def _name(self):
        return type(self).__name__

    def _sizes(self, **sizes):
        for name, size in sizes.items():
            setattr(self, name, positive_int(self._name, name, size))

    # -- the score function --------------------------------------------------------------------------------------

    def project(self, h):
        """The keys' share of the score: h (N, T_in, K) to p (N, T_in, P)."""
        raise NotImplementedError

    def project_backward(self, h, dp):
        """The way back through :meth:`project`: from dp to dh and a dict of d_parameters."""
        raise NotImplementedError

    def score(self, s, p):
        """Score every key for every query.

        Parameters
        ----------
        s : array (N, T_out, Q), the queries
        p : array (N, T_in, P), what :meth:`project` made of the keys

        Returns
        -------
        e : array (N, T_out, T_in), the scores
        memory : tuple of arrays that :meth:`score_backward` needs besides s and p
        """
        raise NotImplementedError

    def score_backward(self, s, p, memory, de):
        """The way back through :meth:`score`: from de, (N, T_out, T_in), to ds, dp and a dict of d_parameters."""
        raise NotImplementedError

    # -- checks of what comes in ---------------------------------------------------------------------------------

    def _check(self, given, shape, what):
        """`given` as a new array; `shape` has a name where any size will do, as long as there is something."""
        array = numbers(self._name, what, given, self.dtype)  # a copy: the caller may change their array
        if array.ndim != len(shape) or any(
            size != want and not isinstance(want, str) for size, want in zip(array.shape, shape, strict=True)
        ):
            wanted = ", ".join(map(str, shape))
            raise ValueError(f"{self._name}: expected {what} of shape ({wanted}), got {array.shape}")
        if array.size == 0:
            raise ValueError(f"{self._name}: expected {what} to hold something, got shape {array.shape}")
        if not np.isfinite(array).all():
            bad = int((~np.isfinite(array)).sum())
            raise ValueError(f"{self._name}: expected {what} to be finite, got {bad} NaN or inf")
        return array

    def _check_mask(self, mask, lengths, T_in, N):
        """The mask (T_in, N) that `mask` or `lengths` stands for, or None."""
        if mask is not None and lengths is not None:
            raise ValueError(f"{self._name}: expected mask or lengths, got both")
        if mask is None:
            return steps_that_count(check_lengths(self._name, lengths, T_in, N, limit="T_in"), T_in)
        mask = np.asarray(mask)
        if mask.shape != (T_in, N):
            raise ValueError(f"{self._name}: expected mask of shape {(T_in, N)}, got {mask.shape}")
        if mask.dtype.kind not in "biuf" or not ((mask == 0) | (mask == 1)).all():
            raise ValueError(f"{self._name}: expected mask of true and false, true where a key counts")
        mask = mask.astype(bool)
        if not mask.any(axis=0).all():
            empty = np.flatnonzero(~mask.any(axis=0)).tolist()
            raise ValueError(f"{self._name}: expected a key that counts in each sequence, got none in {empty}")
        return mask

    # -- forward -------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def prepare(self, keys, values=None, mask=None, lengths=None):
        """All that depends on the keys alone, for any number of calls of :meth:`attend`; arguments as `forward`'s.

        Returns
        -------
        Keys
        """
        keys = self._check(keys, ("T_in", "N", self.key_size or "K"), "keys")
        T_in, N, _ = keys.shape
        values = None if values is None else self._check(values, (T_in, N, "V"), "values")
        mask = self._check_mask(mask, lengths, T_in, N)
        with np.errstate(over="ignore", invalid="ignore"):  # `attend` refuses scores that are not finite
            return Keys(keys, values, mask, self.project(keys.swapaxes(0, 1)), self.identity)

    @np.errstate(under="ignore")
    def attend(self, queries, prepared):
        """Let queries (T_out, N, Q) attend to the Keys that :meth:`prepare` made; the AttentionTrace of it."""
        if not self.made(prepared):
            raise ValueError(f"{self._name}: expected Keys that this attention prepared, got another's or none")
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

    def forward(self, queries, keys, values=None, mask=None, lengths=None):
        """Let every query attend to the keys of its sequence.

        Parameters
        ----------
        queries : array (T_out, N, Q), finite
        keys : array (T_in, N, K), finite
        values : array (T_in, N, V), finite; the keys themselves if None
        mask : array (T_in, N), true where a key counts (PyTorch's ``key_padding_mask`` is true where it does not)
        lengths : N ints from 1 to T_in, in place of a mask: the keys past a sequence's length do not count

        Returns
        -------
        AttentionTrace

        Raises
        ------
        ValueError : an input has the wrong shape or is not finite, a sequence has no key that counts, or a score is
            too large for the dtype
        """
        return self.attend(queries, self.prepare(keys, values, mask, lengths))

    # -- backward ------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def attend_backward(self, trace, d_output, d_weights=None):
        r"""The way back through :meth:`attend`; arguments as `backward`'s.

        .. math:: \frac{dL}{de_{ij}} = \alpha_{ij} \left(\frac{dL}{d\alpha_{ij}}
            - \sum_k \alpha_{ik} \frac{dL}{d\alpha_{ik}}\right)

        Returns
        -------
        d_queries : array (T_out, N, Q)
        dp, dr : arrays (N, T_in, P) and (N, T_in, V); those of several calls of `attend` to the same Keys are summed
            before :meth:`prepare_backward`
        d_parameters : dict of name -> array, those of the score's own part
        """
        if not self.made(trace):
            raise ValueError(f"{self._name}: expected a trace of this attention, got another's or none: {trace!r:.80}")
        d_output = self._check(d_output, trace.output.shape, "d_output").swapaxes(0, 1)
        s, alpha = trace.queries.swapaxes(0, 1), trace["weights"].swapaxes(0, 1)
        d_alpha = d_output @ _values(trace.prepared).swapaxes(1, 2)  # (N, T_out, T_in)
        if d_weights is not None:
            d_alpha += self._check(d_weights, trace["weights"].shape, "d_weights").swapaxes(0, 1)
        dr = alpha.swapaxes(1, 2) @ d_output  # (N, T_in, V)
        de = alpha * (d_alpha - (alpha * d_alpha).sum(axis=2, keepdims=True))
        ds, dp, d_parameters = self.score_backward(s, trace.prepared.p, trace.memory, de)
        return ds.swapaxes(0, 1), dp, dr, d_parameters

    @np.errstate(under="ignore")
    def prepare_backward(self, prepared, dp, dr):
        """The way back through :meth:`prepare`: d_keys, d_values (None if the keys were their own), d_parameters."""
        dh, d_parameters = self.project_backward(prepared.keys.swapaxes(0, 1), dp)
        if prepared.values is None:
            dh, dr = dh + dr, None
        return dh.swapaxes(0, 1), None if dr is None else dr.swapaxes(0, 1), d_parameters

    def backward(self, trace, d_output, d_weights=None):
        """From the gradients of a loss L with respect to what `forward` returned to those of what it was given.

        Parameters
        ----------
        trace : what `forward` returned; the parameters must not have changed since
        d_output : array (T_out, N, V), dL/d(output)
        d_weights : array (T_out, N, T_in), dL/d(weights), for losses on the weights themselves; zeros if None

        Returns
        -------
        AttentionGradients

        Raises
        ------
        ValueError : a gradient has the wrong shape, or is not finite
        """
        d_queries, dp, dr, d_score = self.attend_backward(trace, d_output, d_weights)
        d_keys, d_values, d_project = self.prepare_backward(trace.prepared, dp, dr)
        return AttentionGradients(d_queries, d_keys, d_values, self.gather(d_score, d_project))

    def gather(self, d_score, d_project):
        """The gradients of both parts of the score, in the order of :meth:`parameters`."""
        both = d_score | d_project
        return {name: both[name] for name in self.parameters()}


def _values(prepared):
    """What is taken from: (N, T_in, V)."""
    return (prepared.keys if prepared.values is None else prepared.values).swapaxes(0, 1)
