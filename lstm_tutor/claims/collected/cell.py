"""Claims about what is inside a cell."""

from collections.abc import Callable

import numpy as np

from lstm_tutor import tasks
from lstm_tutor.cells import GRUCell, LSTMCell
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.layers import GRU, LSTM, LogLSTM, PeepholeLSTM
from lstm_tutor.models import SequenceModel
from lstm_tutor.optim import Adam
from lstm_tutor.training import Trainer

__all__ = ["CARDS"]

SEEDS = 5


def _recall(seed: int) -> Callable[[int], tasks.Batch]:
    """Batches of sequences whose first symbol is to be named after 20 steps of noise."""
    return lambda k: tasks.recall(20, 32, rng=[seed, k])


def _erased() -> Finding:
    """How often recall is right when h, or c, is kept at zero for five steps in the middle of the sequence."""
    right: dict[str, list[float]] = {"h": [], "c": []}
    for seed in range(SEEDS):
        model = SequenceModel(LSTM(9, 16, forget_bias=3.0, rng=seed), 4, rng=seed)
        Trainer(model, _recall(seed), Adam(0.01), clip=1.0).run(100, progress=False)
        batch = tasks.recall(20, 500, rng=[seed, 1_000])
        for erased in right:
            state = model.layer.forward(batch.x[:8]).final_state
            for t in range(8, 13):
                h, c = state
                state = (0 * h, c) if erased == "h" else (h, 0 * c)
                state = model.layer.forward(batch.x[t : t + 1], state).final_state
            predictions, _ = model.forward(batch.x[13:], state)
            right[erased].append(float(np.mean(predictions[-1].argmax(axis=1) == batch.targets[-1])))
    without_h, without_c = (float(np.median(right[name])) for name in ("h", "c"))
    return Finding(
        "false" if without_c < 0.5 < without_h else "true",
        f"With h at zero for five steps halfway, a trained LSTM still names {without_h:.0%} of the symbols; with c at "
        f"zero, {without_c:.0%}, where guessing gives 25% (medians of {SEEDS} seeds, recall over 20 steps).",
    )


def _gates() -> Finding:
    """How many of the LSTM's four blocks behave as gates: never below zero."""
    counts = set()
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        trace = LSTM(3, 50, rng=rng).forward(rng.standard_normal((20, 8, 3)))
        counts.add(sum(bool(trace[name].min() >= 0) for name in LSTMCell.blocks))
    return Finding(
        "true" if counts == {len(LSTMCell.blocks)} else "false",
        f"Of the {len(LSTMCell.blocks)} blocks of weights, {max(counts)} end in a sigmoid and multiply something: i, f "
        f"and o. The fourth, g, takes both signs with each of {SEEDS} seeds: it is the candidate, what is let through.",
    )


def _shown() -> Finding:
    """Whether a GRU hides a part of its state, as an output gate would."""
    x = np.random.default_rng(0).standard_normal((20, 8, 3))  # as on the page, which prints the same difference
    gru, lstm = GRU(3, 16, rng=0).forward(x), LSTM(3, 16, rng=0).forward(x)
    hidden = np.abs(gru.output[-1] - gru.final_state.h[0]).max()
    gap = np.abs(lstm.output[-1] - np.tanh(lstm.final_state.c[0])).max()
    return Finding(
        "false" if GRUCell.blocks[:2] == ("r", "z") and hidden == 0 else "true",
        f"Its gates are r, reset, and z, update, and all of its state is shown: output and state differ by {hidden:g}. "
        f"In an LSTM, where an output gate stands between them, they differ by up to {gap:.2f}.",
    )


def _peepholes(ablation: Results, timing: Results) -> Finding:
    """What peepholes cost, and whether any task is learned clearly sooner with them."""
    D, H = 10, 128
    more = PeepholeLSTM(D, H, rng=0).size() - LSTM(D, H, rng=0).size()
    tasks_ = [(ablation, "sequences", f"{task}-NP", f"{task}-LSTM") for task in ("adding", "reber")]
    tasks_ += [(timing, "updates", steps, f"{steps}, peepholes") for steps in ("10", "50")]
    sooner = sum(found.clearly_worse(metric, without, with_) for found, metric, without, with_ in tasks_)
    return Finding(
        "false" if more > 0 and sooner == 0 else "partly" if more > 0 else "true",
        f"They add 3H parameters, {more} for {H} units, and as many products at each step. They made learning clearly "
        f"faster on {sooner} of {len(tasks_)} tasks (10 seeds each).",
    )


def _logarithm() -> Finding:
    """How many hidden values of the formula as it is copied are numbers."""
    left = []
    for seed in range(10):
        x = np.random.default_rng(seed).standard_normal((3, 100, 3))
        with np.errstate(all="ignore"):
            h = LogLSTM(3, 8, form="circulating", rng=seed).forward(x)["h"]
        left.append(np.isfinite(h).mean(axis=(1, 2)))
    first, second, third = np.median(left, axis=0)
    return Finding(
        "not a thing" if third < 0.01 else "partly",
        f"The logarithm of a negative number does not exist: after one step {first:.0%} of the values are numbers, "
        f"after two {second:.0%}, after three {third:.0%} (medians of 10 seeds). The paper of 2005 has no such cell.",
    )


CARDS = [
    Card("hidden-state", "The hidden state `h` is what stores the long-term memory of an LSTM.",
         "cell", "lstm", "code", _erased, sources=("hochreiter1997long",)),
    Card("four-gates", "An LSTM has four gates.", "cell", "lstm", "code", _gates,
         sources=("gers2000learning", "greff2017lstm")),
    Card("gru-output-gate", "The GRU has an update gate and an output gate.", "cell", "gru", "code", _shown,
         sources=("cho2014learning",)),
    Card("peepholes-faster", "Peephole connections reduce the computation and speed up training.",
         "cell", "peephole", "runs", _peepholes, ("ablation", "timing"), ("gers2002learning", "greff2017lstm")),
    Card("logarithmic-lstm", "There is a \"logarithmic LSTM\" by Graves (2005), with `h = log(tanh(g))`.",
         "cell", "variants", "code", _logarithm, sources=("graves2005framewise", "beck2024xlstm")),
]  # fmt: skip
