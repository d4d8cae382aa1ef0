"""The weights that all cells of the family tree share, and the package's layers with these weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor import layers
from lstm_tutor.types import RNG, Array

__all__ = ["LETTERS", "H", "Pool", "layer_of"]

H = 4
LETTERS = ("i", "f", "g", "o", "r", "q", "k", "v", "u_re", "u_im", "skip")
#: Rows of each kind's weights, by letter: a forget gate, an update gate of the GRU and a decay are all made of f.
#: "-f" is its negative; "f1" is its first row alone, where a gate is one number.
ROWS = {
    "RNN": ("g",), "LSTM1997": ("i", "g", "o"), "LSTM": ("i", "f", "g", "o"), "PeepholeLSTM": ("i", "f", "g", "o"),
    "GRU": ("r", "f", "g"), "MinGRU": ("-f", "g"), "MinLSTM": ("i", "f", "g"), "SLSTM": ("i", "f", "g", "o"),
    "MLSTM": ("q", "k", "v", "i1", "f1", "o"), "LinearAttention": ("q", "k", "v"),
    "DeltaRule": ("q", "k", "v", "i1"), "GatedDeltaRule": ("q", "k", "v", "i1", "f1"), "LRU": ("u_re", "u_im", "skip"),
}  # fmt: skip
RULES = {"LinearAttention": "sum", "DeltaRule": "delta", "GatedDeltaRule": "gated delta"}


class Pool(NamedTuple):
    """Random weights: `W` (letters, H) of the one input, `U` (letters, H, H) of the past, biases `b` (letters, H),
    peepholes `p` (3, H), the diagonal state space's reading `C` (H, 2H) and `angles` (H)."""  # fmt: skip

    W: Array
    U: Array
    b: Array
    p: Array
    C: Array
    angles: Array

    @classmethod
    def random(cls, rng: RNG) -> Pool:
        rng = np.random.default_rng(rng)
        many = len(LETTERS)
        b = rng.uniform(-1, 1, (many, H))
        b[[letter not in "qk" for letter in LETTERS]] = 0  # nothing comes in, nothing is written
        return cls(
            W=rng.uniform(-1.5, 1.5, (many, H)), U=rng.uniform(-0.25, 0.25, (many, H, H)),
            b=b, p=rng.uniform(-0.5, 0.5, (3, H)),
            C=rng.normal(0, 1 / np.sqrt(H), (H, 2 * H)), angles=rng.uniform(0, np.pi / 4, H),
        )  # fmt: skip


def bare_layer(kind: str, D: int, units: int) -> Any:
    """The package's layer of that kind, of D inputs."""
    if kind in RULES:
        return layers.FastWeights(D, units, rule=RULES[kind])
    return getattr(layers, kind)(D, units, **({"reset_after": False} if kind == "GRU" else {}))


def layer_of(kind: str, pool: Pool, keep: float) -> Any:
    """The package's layer of one input and H units with these weights; `keep` is the bias of all that keeps.

    Raises
    ------
    ValueError
        For attention, which is no layer over time.
    """
    if kind not in ROWS:
        raise ValueError(f"FamilyTree: expected a kind of {sorted(ROWS)} for a layer, got {kind!r}")
    layer = bare_layer(kind, 1, H)
    b = pool.b.copy()
    b[LETTERS.index("f")] = keep
    given = {
        "weight_ih_l0": _stacked(pool.W[..., None], ROWS[kind]), "weight_hh_l0": _stacked(pool.U, ROWS[kind]),
        "bias_l0": _stacked(b, ROWS[kind]), "weight_peephole_l0": pool.p,
    } | _of_lru(pool, keep)  # fmt: skip
    layer.load_parameters({name: given[name] for name in layer.parameters()})
    return layer


def _stacked(blocks: Array, rows: tuple[str, ...]) -> Array:
    """The blocks (letters, H, ...) of these rows, one below the other."""
    many = {name: 1 if name.endswith("1") else H for name in rows}
    parts = {name: blocks[LETTERS.index(name.strip("-1"))][: many[name]] for name in rows}
    return np.concatenate([-part if name[0] == "-" else part for name, part in parts.items()])


def _of_lru(pool: Pool, keep: float) -> dict[str, Array]:
    """What the diagonal state space has besides; its numbers lambda are as large as a gate of bias `keep` is open."""
    log_size = -np.logaddexp(0, -keep)
    return {
        "weight_out_l0": pool.C, "nu_log_l0": np.full(H, np.log(-log_size)), "theta_log_l0": np.log(pool.angles),
        "gamma_log_l0": np.full(H, 0.5 * np.log(-np.expm1(2 * log_size))),
    }  # fmt: skip
