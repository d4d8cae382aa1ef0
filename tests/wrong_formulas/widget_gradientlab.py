"""Wrong formulas in the gradient lab, in the page and in Python."""

from wrong_formulas.mutant import Mutant

NUMBERS = (
    "widgets/test_gradientlab.py",
    "-k",
    "pytorchs or package or bound or trace or path or numpy or label or refuse",
)


def _mutant(name, file, edit):
    return Mutant(f"gradient lab: {name}", f"widgets/{file}", (edit,), NUMBERS)


MUTANTS = [
    _mutant("the norm is read from the diagonal", "js/engine/linalg.js",
            ("if (isAbove(middle, diagonal, beside)) high", "if (middle > Math.max(...diagonal)) high")),
    _mutant("the eigenvalues' imaginary parts are lost", "js/engine/linalg.js",
            ("Array.from({ length: n }, (_, k) => at(k, k))", "Array.from({ length: n }, (_, k) => ({ ...at(k, k), im: 0 }))")),
    _mutant("right eigenvectors for left ones", "js/engine/linalg.js",
            ("re: A[j * n + i] - (i", "re: A[i * n + j] - (i")),
    _mutant("lags count from the first step", "gradientlab/measure.js",
            ("J.subarray((T - 1 - lag) * H * H, (T - lag) * H * H)", "J.subarray(lag * H * H, (lag + 1) * H * H)")),
    _mutant("the product of gates has one step too many", "gradientlab/measure.js",
            ("if (lag) for (let j = 0;", "for (let j = 0;")),
    _mutant("the product of gates is that of the least unit", "gradientlab/measure.js",
            ("return Math.max(...product);", "return Math.min(...product);")),
    _mutant("the bound takes the spectral radius", "gradientlab/measure.js",
            ("bound: () => powers(spectralNorm(layer.parameters.weight_hh_l0, H), T)", "bound: () => powers(spectral_radius, T)")),
    _mutant("clipping works entry by entry", "gradientlab/measure.js",
            ("norm > threshold ? threshold / norm : 1", "Math.min(norm, threshold) / 1")),
    _mutant("the update bias goes to the reset gate", "gradientlab/networks.js",
            ('if (kind === "GRU") bias_l0.fill(update_bias, H, 2 * H);', 'if (kind === "GRU") bias_l0.fill(update_bias, 0, H);')),
    _mutant("the matrix keeps the radius that it was drawn with", "gradientlab/networks.js",
            ("drawn.map((w) => w / radius)", "drawn.slice()")),
    _mutant("all Jacobians ask for the first unit", "js/engine/jacobians.js",
            ("dFinal[state][n * H + n] = 1", "dFinal[state][n] = 1")),
    _mutant("Jacobians of c start at h", "js/engine/jacobians.js",
            ("dFinal[state][n * H + n] = 1", "dFinal.h[n * H + n] = 1")),
    _mutant("the path starts with a step", "gradientlab/path.js",
            ("(t ? trace.output[(t - 1) * H + j] : h[j])", "trace.output[Math.max(t - 1, 0) * H + j]")),
    _mutant("in Python the product of gates starts a step early", "gradientlab/runs.py",
            ("[:0:-1, 0]", "[-2::-1, 0]")),
    _mutant("a gradient explodes as soon as it is above 1", "gradientlab/lines.js", ("size > 10 ?", "size > 1 ?")),
    _mutant("a gradient vanishes as soon as it is below 1", "gradientlab/lines.js", ("size < 0.1 ?", "size < 1 ?")),
    _mutant("a line is judged by its height, not by its end", "gradientlab/lines.js",
            ("verdict(middle[middle.length - 1])", "verdict(Math.max(...middle))")),
    _mutant("a line that leaves the picture at the top is drawn on", "gradientlab/lines.js",
            ("value >= AXIS[0] && value <= AXIS[1]", "value >= AXIS[0]")),
    _mutant("the thick line is the first run", "gradientlab/lines.js",
            ("median(runs.map((run) => run[lag]))", "runs[0][lag]")),
    _mutant("a task is judged at the last lag", "gradientlab/lines.js",
            ("median(runs.map(({ sizes: all }) => all[lag]))", "median(runs.map(({ sizes: all }) => all[all.length - 1]))")),
    _mutant("the line after clipping is the line before", "gradientlab/lines.js",
            ('compare === "clipping" ? clipped(threshold) : sizes', 'compare === "clipping" ? sizes : sizes')),
    _mutant("the table's factor per step is a share of the size", "gradientlab/lines.js",
            ("(middle ** (1 / lag))", "(middle / lag)")),
    _mutant("the table counts the networks that fade", "gradientlab/lines.js", ("value > 1).length", "value < 1).length")),
    _mutant("the table's least is the median", "gradientlab/lines.js", ("short(Math.min(...values))", "short(middle)")),
    _mutant("the table's factor of clipping is that of the longest gradient", "gradientlab/lines.js",
            ("const factor = median(runs", "const factor = Math.min(...runs")),
]  # fmt: skip
