"""Claims about training."""

from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results

__all__ = ["CARDS"]


def _gaps(found: Results) -> dict[str, float]:
    """The median difference of the error on new sequences and on learned ones, in percent, by variant."""
    return {variant: 100 * found.median(variant, "gap") for variant in found.experiment.variants}


def _small(found: Results) -> Finding:
    gaps, (small, *_, large) = _gaps(found), list(found.experiment.variants)
    learned = 100 * found.median(small, "train")
    return Finding(
        "true" if gaps[small] > gaps[large] else "false",
        f"With {small} the error on new sequences exceeds that on learned ones by {gaps[small]:.0f} points, with "
        f"{large} by {gaps[large]:.0f} (medians of {len(found.of(small))} seeds). The small network "
        f"gets {learned:.0f}% of its training sequences wrong: it underfits.",
    )


def _fast(found: Results) -> Finding:
    gaps, largest = _gaps(found), list(found.experiment.variants)[-1]
    widest = max(gaps, key=lambda variant: gaps[variant])
    learned = 100 * found.median(largest, "train")
    return Finding(
        "true" if widest == largest else "false",
        f"The gap between new and learned sequences is widest at {widest}, {gaps[widest]:.0f} points. At the "
        f"largest, {largest}, it is {gaps[largest]:.0f}, because {learned:.0f}% of the learned sequences are wrong, "
        f"too (medians of {len(found.of(largest))} seeds).",
    )


def _recipe(found: Results) -> Finding:
    errors = {name: found.median(name, "error") for name in ("persistence", "linear-12", "levels")}
    beats = [errors["levels"] < errors[other] for other in ("persistence", "linear-12")]
    return Finding(
        "true" if all(beats) else "partly" if any(beats) else "false",
        f"Sunspots, one month ahead, root mean squared error: the recipe {errors['levels']:.1f} (median of "
        f'{len(found.of("levels"))} seeds), "as last month" {errors["persistence"]:.1f}, a linear forecast from the '
        f"same 12 months {errors['linear-12']:.1f}.",
    )


CARDS = [
    Card("small-overfits", "A hidden size that is too small overfits.",
         "training", "training", "runs", _small, ("hidden_size",), ("greff2017lstm",)),
    Card("rate-overfits", "A learning rate that is too large overfits.",
         "training", "training", "runs", _fast, ("learning_rate",), ("greff2017lstm",)),
    Card("forecast-recipe", "50 units, 100 epochs, batches of 32, the squared error and Adam: this forecasts a series "
         "well.", "training", "forecasting", "runs", _recipe, ("forecasting",), ("makridakis2018statistical",)),
]  # fmt: skip
