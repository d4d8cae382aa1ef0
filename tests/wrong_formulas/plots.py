"""Wrong plots: padding drawn as data, failures that do not show."""

from wrong_formulas.mutant import Mutant

PADDING = ("plots/test_plots.py", "-k", "padded or padding")
STRIP = ("plots/test_strip.py",)
HISTORY = ("plots/test_plots.py", "-k", "loss or failure or finite")

MUTANTS = [
    Mutant("plots: padding is drawn", "plots/_checks.py", (("length = len(values) if valid is None else int(np.count_nonzero(valid[:, sequence]))", "length = len(values)"),), PADDING),
    Mutant("plots: all sequences are as long as the first", "plots/_checks.py", (("np.count_nonzero(valid[:, sequence])", "np.count_nonzero(valid[:, 0])"),), PADDING),
    Mutant("plots: attention to padding is drawn", "plots/_attention.py", ((", : np.flatnonzero(counts)[-1] + 1]", "]"),), ("plots/test_attention.py",)),
    Mutant("plots: lags of padded sequences are counted from the batch's end", "analysis/gradients.py", (("sizes[:end, n][::-1]", "sizes[T - end :, n][::-1]"),), PADDING),
    Mutant("plots: a lag that a sequence does not have is a gradient of zero", "analysis/gradients.py", (("return lags if lengths is None else", "return lags if True else"),), PADDING),
    Mutant("history: failures are left out of the median", "plots/_curves.py", (("median = np.median([values", "median = np.nanmedian([np.where(values < np.inf, values, np.nan)"),), HISTORY),
    Mutant("history: no crosses", "plots/_curves.py", (("        if failures.size:\n", "        if False:\n"),), HISTORY),
    Mutant("history: what is not a number is zero", "plots/_curves.py", (("np.where(np.isfinite(values), values, np.inf)", "np.where(np.isnan(values), 0, values)"),), HISTORY),
    Mutant("strip: failures are left out of the median", "plots/_strip.py", (("np.median(np.where(np.isnan(values), np.inf, values))", "np.nanmedian(values)"),), STRIP),
    Mutant("strip: failures are not drawn", "plots/_strip.py", (("    if failed:\n", "    if False:\n"),), STRIP),
    Mutant("strip: the count is that of the runs that did not fail", "plots/_strip.py", (("{np.isnan(values).sum()} of", "{np.isfinite(values).sum()} of"),), STRIP),
    Mutant("strip: the paper's value stands in the first row", "plots/_strip.py", (("[marks[words]], [y], \"D\"", "[marks[words]], [0], \"D\""),), STRIP),
    Mutant("plots: padding of gradients is drawn", "layers/unrolling.py",
           (("CellGradients(through_time, valid=valid, ", "CellGradients(through_time, "),), PADDING),
]  # fmt: skip
