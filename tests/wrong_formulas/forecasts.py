"""Wrong formulas in windows, scales, baselines and measures of forecasts, and in the encoder-decoder for numbers."""

from wrong_formulas.mutant import Mutant

SERIES, METRICS, BASELINES, FORECASTER = (
    (f"{name}.py",)
    for name in (
        "tasks/test_series",
        "metrics/test_forecast_metrics",
        "baselines/test_forecast_baselines",
        "attention/test_forecaster",
    )
)
WINDOWS, MEASURES, FORECASTS, MODEL = (
    "tasks/series.py",
    "metrics/forecasts.py",
    "baselines/forecasts.py",
    "seq2seq/forecaster.py",
)

STUDIES = ("experiments/test_forecasting.py",)
ELNINO, HORIZON, NEXT, SAME = (
    f"experiments/studies/applications/{name}.py" for name in ("elnino", "horizon", "forecasting", "same_output")
)

MUTANTS = [
    Mutant("windows: what follows begins with the last step read", WINDOWS, (("array[steps + np.arange", "array[steps - 1 + np.arange"),), SERIES),
    Mutant("windows: the last place is left out", WINDOWS, (("len(array) - steps - ahead + 1)", "len(array) - steps - ahead)"),), SERIES),
    Mutant("scale: a mean over all columns", WINDOWS, (("array.mean(axis=0) if kind ==", "array.mean() if kind =="),), SERIES),
    Mutant("scale: back without the center", WINDOWS, (("np.asarray(values) * self.spread + self.center", "np.asarray(values) * self.spread"),), SERIES),
    Mutant("seasons: the mean of a stretch", WINDOWS, (("array[place::period]", "array[place : place + period]"),), SERIES),
    Mutant("rmse: without the root", MEASURES, (("np.sqrt(np.mean((forecast - actual) ** 2, axis=axis))", "np.mean((forecast - actual) ** 2, axis=axis)"),), METRICS),
    Mutant("skill: a ratio of errors that are not squared", MEASURES, (("float(((forecast - actual) ** 2).sum()) / against", "float(np.abs(forecast - actual).sum()) / against"),), METRICS),
    Mutant("lag correlations: the lags are turned round", MEASURES, (("forecast[max(lag, 0) : T + min(lag, 0)], actual[max(-lag, 0) : T - max(lag, 0)]", "forecast[max(-lag, 0) : T - max(lag, 0)], actual[max(lag, 0) : T + min(lag, 0)]"),), METRICS),
    Mutant("margins: the share of the errors there are", MEASURES, (("round((n + 1) * share, 9)", "round(n * share, 9)"),), METRICS),
    Mutant("margins: errors with their signs", MEASURES, (("np.sort(np.abs(real_array(", "np.sort((real_array("),), METRICS),
    Mutant("coverage: the upper end is outside", MEASURES, (("(actual <= high)", "(actual < high)"),), METRICS),
    Mutant("persistence reads the month it foretells", FORECASTS, (("array[places - 1][None]", "array[np.minimum(places, len(array) - 1)][None]"),), BASELINES),
    Mutant("last cycle: a horizon longer than it reads the future", FORECASTS, (("places - period + steps % period", "np.minimum(places - period + steps, len(array) - 1)"),), BASELINES),
    Mutant("autoregression: no constant", FORECASTS, (("np.ones((len(origins), 1))", "np.zeros((len(origins), 1))"),), BASELINES),
    Mutant("autoregression: the past is read one step late", FORECASTS, (("columns[origins[:, None] - 1 - np.arange(lags)]", "columns[np.maximum(origins[:, None] - 2 - np.arange(lags), 0)]"),), BASELINES),
    Mutant("autoregression: one set of weights for all steps ahead", FORECASTS, (("columns[origins + k], rcond", "columns[origins], rcond"),), BASELINES),
    Mutant("forecaster: the decoder starts from zero", MODEL, (("N, axis=1), encoder.final_state, rng=rng)", "N, axis=1), rng=rng)"),), FORECASTER),
    Mutant("forecaster: the encoder hears nothing of the decoder's start", MODEL, (("np.zeros_like(trace.encoder.output), d_decoder.initial_state)", "np.zeros_like(trace.encoder.output))"),), FORECASTER),
    Mutant("forecaster: the clock starts at one step", MODEL, (("np.arange(self.ahead, dtype=self.decoder.dtype) / self.ahead", "np.arange(1, self.ahead + 1, dtype=self.decoder.dtype) / self.ahead"),), FORECASTER),
    Mutant("forecaster: the state it is given is forgotten", MODEL, (("self.encoder.forward(x, state, rng=rng)", "self.encoder.forward(x, None, rng=rng)"),), FORECASTER),
    Mutant("forecaster: the mask is forgotten", MODEL, (("targets, batch.mask)", "targets)"),), FORECASTER),
    # -- the studies
    Mutant("sun: the forecast reads the month that it foretells", "experiments/sun.py", (("series[np.arange(-T, 0)[:, None] + origins][..., None]", "series[np.minimum(np.arange(-T + 1, 1)[:, None] + origins, len(series) - 1)][..., None]"),), STUDIES),
    Mutant("sun: differences are not added to the last month", "experiments/sun.py", (("said = said + scale_y.scaled(past[-1, :, 0])", "said = said + 0 * scale_y.scaled(past[-1, :, 0])"),), STUDIES),
    Mutant("sun: every epoch has the order of the first", "experiments/sun.py", (("default_rng([seed, 3, epoch])", "default_rng([seed, 3])"),), STUDIES),
    Mutant("sun: shuffled targets keep their places", "experiments/sun.py", (("permutation(y, axis=1)", "permutation(y, axis=0)"),), STUDIES),
    Mutant("elnino: the scale knows the test part", ELNINO, (("tasks.Scale.of(series[:TRAIN])", "tasks.Scale.of(series)"),), STUDIES),
    Mutant("elnino: the test part is learned", ELNINO, (("rng.integers(0, TRAIN - T - AHEAD + 1, N)", "rng.integers(0, len(z) - T - AHEAD + 1, N)"),), STUDIES),
    Mutant("elnino: training stops by the test part", ELNINO, (("    places = np.arange(TRAIN, VALIDATION - AHEAD + 1)", "    places = np.arange(VALIDATION, len(z) - AHEAD + 1)"),), STUDIES),
    Mutant("horizon: the scale knows the test part", HORIZON, (("tasks.Scale.of(series[: sun.TRAIN])", "tasks.Scale.of(series)"),), STUDIES),
    Mutant("horizon: the test part is learned", HORIZON, (("integers(0, sun.TRAIN - T - AHEAD + 1, N)", "integers(0, len(z) - T - AHEAD + 1, N)"),), STUDIES),
    Mutant("horizon: training stops by the test part", HORIZON, (('said = scale.back(forecast(trainer.model, settings, z, origins["validation"]))\n        return sun.errors(said, series, origins["validation"]).mean()', 'said = scale.back(forecast(trainer.model, settings, z, origins["test"]))\n        return sun.errors(said, series, origins["test"]).mean()'),), STUDIES),
    Mutant("horizon: the direct network is asked for the month it reads", HORIZON, (("np.arange(T)[:, None, None] + 1 + np.arange", "np.arange(T)[:, None, None] + np.arange"),), STUDIES),
    Mutant("horizon: the decoder begins with the last month read", HORIZON, (("z[T + np.arange(AHEAD)", "z[T - 1 + np.arange(AHEAD)"),), STUDIES),
    Mutant("horizon: margins are those of the test part", HORIZON, (('margin = margins(wrong["validation"], SHARE)', 'margin = margins(wrong["test"], SHARE)'),), STUDIES),
    Mutant("horizon: the quiet third is the active one", HORIZON, (("inside[said <= low]", "inside[said >= high]"),), STUDIES),
    Mutant("next month: R2 is against the test part's own mean", NEXT, (("series[: sun.TRAIN].mean()", "actual.mean()"),), STUDIES),
    Mutant("next month: a copy is looked for a month ahead", NEXT, (("[1, 0])", "[-1, 0])"),), STUDIES),
    Mutant("next month: training stops by the test part", NEXT, (('np.argmin(curve["validation"])', 'np.argmin(curve["test"])'),), STUDIES),
    Mutant("same output: the spread is turned over", SAME, (("said.std() / actual.std()", "actual.std() / said.std()"),), STUDIES),
]  # fmt: skip
