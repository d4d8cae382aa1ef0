"""Claims about how a recurrent network is trained."""

import numpy as np

from lstm_tutor import tasks
from lstm_tutor.baselines import persistence
from lstm_tutor.claims import trials
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.experiments.sun import TRAIN, VALIDATION
from lstm_tutor.losses import softmax_cross_entropy
from lstm_tutor.tasks.tables import sunspots
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]


def _softmax_twice() -> Finding:
    """The least loss, and the gradient where a guess is sure and wrong, with one softmax and with two."""
    wrong, perfect = 12.0, np.eye(10)[None, :1]  # all of the probability on the right one of 10 classes
    floor = softmax_cross_entropy(perfect, np.zeros((1, 1), int))[0]
    once, twice = (trials.confident_errors([wrong], twice=each)[1][0] for each in (False, True))
    return Finding(
        "false" if once > 1000 * twice and floor > 1 else "true",
        f"The loss, `CrossEntropyLoss`, has its own softmax. Fed with probabilities of 10 classes it cannot fall "
        f"below {floor:.3f}, however right the network is. Where a guess is sure and wrong, by {wrong:.0f} in the "
        f"logits, the gradient is {scientific(twice, 1)} in place of {once:.1f}: what is most wrong is learned last.",
    )


def _shuffled(found: Results) -> Finding:
    """Errors with windows in three orders, at two kinds of rate, and with the steps inside them shuffled."""
    base, order, back, steps = "windows shuffled", "windows in order", "windows backward", "steps shuffled"
    better, harmed = found.clearly_worse("error", base, order), found.clearly_worse("error", steps, base)
    e = {name: found.median(name, "error") for name in (base, order, back, steps)}
    last = [found.median(f"{name}, constant rate", "error") for name in (order, back)]
    return Finding(
        "true" if better else "partly" if harmed else "false",
        f"Sunspots, 12 months a window, error on the test part: windows shuffled {e[base]:.2f}, in order "
        f"{e[order]:.2f}, backward {e[back]:.2f}; with the steps inside each window shuffled {e[steps]:.2f}. At a rate "
        f"that never falls, in order {last[0]:.2f} and backward {last[1]:.2f}: what comes last counts most (medians of "
        f"{len(found.of(base))} seeds).",
    )


def _stateful() -> Finding:
    """What it costs to read windows of a text with fresh states, with those carried on, and with those of others."""
    bits = trials.bits_by_state()
    helps, harms = bits["carried"] < bits["reset"], bits["of another"] > bits["reset"]
    return Finding(
        "true" if helps and not harms else "partly" if helps else "false",
        f"The stored character model reads unseen code in windows of 50 letters for {bits['reset']:.2f} bits a letter "
        f"if each begins with zeros, for {bits['carried']:.2f} if it begins with the state of the window before, and "
        f"for {bits['of another']:.2f} with that of a window from elsewhere. It helps where the next batch goes on "
        "where this one ended, and nowhere else; from one epoch to the next only the weights are kept.",
    )


def _own_letters(found: Results) -> Finding:
    """Whether a model that learns from its own letters writes better, and reads worse."""
    forced, own = "teacher forcing", "a quarter its own"
    drifts, remedied, *_ = (claim.holds(found) for claim in found.experiment.claims)
    far, bits = ([found.median(name, metric) for name in (forced, own)] for metric in ("far", "bits"))
    near = found.median(forced, "near")
    return Finding(
        "true" if drifts and remedied else "partly" if drifts else "false",
        f"A model that learned by teacher forcing writes what costs a larger one, the judge, {near:.2f} bits a letter "
        f"near its start and {far[0]:.2f} far from it: it drifts. If up to a quarter of the letters in training were "
        f"its own, {far[1]:.2f} far from it. Reading unseen code costs {bits[0]:.2f} and {bits[1]:.2f} (medians of "
        f"{len(found.of(forced))} seeds). The remedy {'helped' if remedied else 'did not help'}.",
    )


def _small_loss() -> Finding:
    """What the worst sensible forecast scores in scaled units."""
    series = sunspots()
    scale, test = tasks.Scale.of(series[:TRAIN], "range"), np.arange(VALIDATION, len(series))
    missed = persistence(series, test)[0] - series[test]
    scaled = np.mean(missed**2) / scale.spread**2
    return Finding(
        "false" if scaled < 0.01 else "true",
        f'Sunspots, test part, scaled to 0 to 1: "next month as this month", which learns nothing, has a squared error '
        f"of {scaled:.4f}. That is {np.sqrt(np.mean(missed**2)):.0f} sunspots, and a skill of 0. Divide the series by "
        "another ten, and the same forecast has a hundredth of that loss.",
    )


def _relu(found: Results) -> Finding:
    """Whether relu is ahead after 100 updates and at the end, and how large h gets."""
    tanh, relu = "windows shuffled", "relu"
    early, better = (found.clearly_worse(metric, tanh, relu) for metric in ("early", "error"))
    largest = {name: found.values(name, "largest").max() for name in (tanh, relu)}
    return Finding(
        "true" if early and better else "partly" if early or better else "false",
        f"Sunspots, {len(found.of(relu))} seeds: loss after 100 updates {found.median(relu, 'early'):.4f} with relu "
        f"and {found.median(tanh, 'early'):.4f} with tanh, error in the end {found.median(relu, 'error'):.2f} and "
        f"{found.median(tanh, 'error'):.2f}. With relu nothing bounds h: on the whole series it reaches "
        f"{largest[relu]:.1f}, with tanh {largest[tanh]:.2f} (largest of all runs).",
    )


CARDS = [
    Card("softmax-first", "A classifier ends in a softmax, and its output goes into `CrossEntropyLoss`.",
         "training", "classification", "code", _softmax_twice, sources=("paszke2019pytorch",)),
    Card("never-shuffle", "Training data of a recurrent network must not be shuffled, or the order is lost.",
         "training", "forecasting", "runs", _shuffled, ("window_habits",), ("makridakis2018statistical",)),
    Card("stateful", "With `stateful=True` an LSTM remembers the data from batch to batch and so does better.",
         "training", "bptt", "code", _stateful, sources=("williams1990efficient",)),
    Card("own-letters", "Teacher forcing is cheating: a model that writes has to learn from its own mistakes.",
         "training", "generation", "runs", _own_letters, ("exposure",), ("bengio2015scheduled", "huszar2015how")),
    Card("small-loss", "A squared error of 0.01 shows that the network has learned to forecast.",
         "training", "forecasting", "code", _small_loss, sources=("makridakis2018statistical",)),
    Card("relu", "With relu in place of tanh an LSTM trains faster and better.",
         "training", "forecasting", "runs", _relu, ("window_habits",), ("le2015simple",)),
]  # fmt: skip
