"""Wrong formulas in connectivity, in the page and in the package."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_connectivity.py",)
ANALYSIS = "analysis/connectivity.py"


def _page(name, old, new):
    return Mutant(f"connectivity: {name}", "widgets/connectivity/measure.js", ((old, new),), TESTS)


def _package(name, old, new):
    return Mutant(f"connectivity in Python: {name}", ANALYSIS, ((old, new),), TESTS)


MUTANTS = [
    # -- in the page
    _page("the gradient of the score alone", "(k === code ? 1 : 0) - shares[k];", "k === code ? 1 : 0;"),
    _page("the guess is of the letter at the place", "codes[place + 1] :", "codes[place] :"),
    _page("the gradient starts a letter early", "dOutput[place * H + j] +=", "dOutput[Math.max(place - 1, 0) * H + j] +="),
    _page("only the last block leads back to the input", "for (const block of cell.blocks) addToInput",
          "for (const block of cell.blocks.slice(-1)) addToInput"),
    _page("the largest entry in place of the length", "Math.hypot(...dx", "Math.max(...dx"),
    _page("the product includes the letter's own gate", "unit === null ? products.reduce", "unit === null ? forget[s * H] * products.reduce"),
    _page("the product of one unit for all", "(sum, value) => sum + value, 0) / H", "(sum) => sum, products[0])"),
    _page("the next gates are not multiplied", "products[j] *= forget[s * H + j]", "products[j] = forget[s * H + j]"),
    _page("the least of the seeds in place of the median", "(column[low] + column[high]) / 2", "column[0]"),
    _page("the second model has the first one's weights", "at += size;", "at += 0;"),
    _page("seed 0 whatever is chosen", "seeds[Number(seed)]", "seeds[0]"),
    _page("unit 0 whatever is chosen", 'gate === "mean" ? null : Number(gate)', 'gate === "mean" ? null : 0'),
    # -- in the package
    _package("the gradient of the probability of another letter", "np.asarray(guesses)] += 1", "np.asarray(guesses) - 1] += 1"),
    _package("the gradient of the score alone", "d_predictions = -softmax(predictions[-1])",
             "d_predictions = 0 * softmax(predictions[-1])"),
    _package("sizes are sums", "np.linalg.norm(model.layer.backward(trace, d_output).x, axis=2)",
             "np.abs(model.layer.backward(trace, d_output).x).sum(axis=2)"),
    _package("the product includes the letter's own gate", "np.concatenate([f[1:], np.ones_like(f[:1])])", "f"),
    _package("the mean of the gates, then the product", "products.mean(axis=2) if unit is None",
             "np.cumprod(later.mean(axis=2)[::-1], axis=0)[::-1] if unit is None"),
]  # fmt: skip
