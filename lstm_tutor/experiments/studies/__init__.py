"""The studies, one module each, in folders by theme. A module with an ``EXPERIMENT`` is found by listing them."""

import importlib
import pkgutil

from lstm_tutor.experiments.experiment import Experiment

__all__ = ["find_experiments"]


def find_experiments() -> dict[str, Experiment]:
    """Return every study's Experiment by name, sorted by theme and then by module."""
    found: dict[str, Experiment] = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            experiment = importlib.import_module(module.name).EXPERIMENT
            if experiment.name in found:
                raise ValueError(f"experiments: two studies are called {experiment.name!r}")
            found[experiment.name] = experiment
    return found
