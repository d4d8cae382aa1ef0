"""Wrong formulas in the forecast, in the page and in the package."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_forecast_values.py",)


def _page(name, old, new):
    return Mutant(f"forecast: {name}", "widgets/forecast/forecasts.js", ((old, new),), TESTS)


def _package(name, old, new):
    return Mutant(f"forecast in Python: {name}", "widgets/forecast/__init__.py", ((old, new),), TESTS)


MUTANTS = [
    _page("the window reaches over the cut", "series[cuts[n] - window + t]", "series[cuts[n] - window + t + 1]"),
    _page("the state is forgotten between its own answers", "{ N, state: trace.finalState }", "{ N }"),
    _page("the oldest month gets the first weight", "past[past.length - 1 - lag]", "past[past.length - lags + lag]"),
    _page("the constant is left out", "let sum = weights[lags];", "let sum = 0;"),
    _page("the last cycle is read past the cut", "(k % CYCLE)", "k + CYCLE"),
    _page("persistence knows the first month", "sun.series[cut - 1]", "sun.series[cut]"),
    _page("the error is not squared", "sum += (said[k] - series[cut + k]) ** 2;", "sum += Math.abs(said[k] - series[cut + k]);"),
    _package("the network reads the month of the cut", "z[np.arange(-window, 0)", "z[np.arange(-window + 1, 1)"),
    _package("each answer starts from a new state", "model.forward(y, trace.final_state)", "model.forward(y)"),
]  # fmt: skip
