"""The studies, one module each, in folders by theme. A module with an ``EXPERIMENT`` is found by listing them."""

import importlib
import pkgutil

__all__ = ["find_experiments"]


def find_experiments():
    """Every study's Experiment: dict of name -> Experiment, by theme and then by module, in alphabetical order."""
    found = {}
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if not module.ispkg:
            experiment = importlib.import_module(module.name).EXPERIMENT
            if experiment.name in found:
                raise ValueError(f"experiments: two studies are called {experiment.name!r}")
            found[experiment.name] = experiment
    return found
