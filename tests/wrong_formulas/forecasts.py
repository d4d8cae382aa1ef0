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
    Mutant("forecaster: the mask is forgotten", MODEL, (("targets, batch.mask)", "targets)"),), FORECASTER),
]  # fmt: skip
