"""Wrong formulas in the handwriting widget: the picture of strokes, its strips, CTC's readings, what was read first."""

from wrong_formulas.mutant import Mutant

VALUES = ("widgets/test_handwriting_values.py", "-k", "packages or lie_under or runs or first or alike")
RASTER, CTC, READING = "handwriting/raster.js", "js/engine/ctc.js", "handwriting/reading.js"


def _pen(name, file, *edits):
    return Mutant(f"handwriting: {name}", f"widgets/{file}", edits, VALUES)


MUTANTS = [
    _pen("a flat dash is blown up", RASTER, ("(Math.max(y1 - y0, leastHeight) || x1 - x0 || 1)", "(y1 - y0 || x1 - x0 || 1)")),
    _pen("flat strokes lie at the top", RASTER, ("const top = (rows - (y1 - y0) * scale) / 2;", "const top = width / 2;")),
    _pen("lines go on past their ends", RASTER,
         ("Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1)", "((x - ax) * dx + (y - ay) * dy) / length")),
    _pen("ink adds up where lines cross", RASTER, ("if (here > ink[at]) ink[at] = here;", "ink[at] += Math.max(here, 0);")),
    _pen("pixels are measured from their corners", RASTER, ("const x = column + 0.5;", "const x = column;")),
    _pen("a strip holds its right column first", RASTER,
         ("x[(k + WIDE * MARGIN) * ROWS + r] = sum;", "x[((k ^ 1) + WIDE * MARGIN) * ROWS + r] = sum;")),
    _pen("no paper before the ink", RASTER, ("x[(k + WIDE * MARGIN) * ROWS + r]", "x[k * ROWS + r]")),
    _pen("new pixels are sums", RASTER,
         ("(Math.min(to, old + 1) - Math.max(from, old)) * scale", "Math.min(to, old + 1) - Math.max(from, old)")),
    _pen("columns begin at the ink and not at the paper before it", RASTER,
         ("left: origin + left / scale - MARGIN * step", "left: origin + left / scale")),
    _pen("a step is one column wide", RASTER, ("const step = WIDE / shrink / scale;", "const step = 1 / shrink / scale;")),
    _pen("repeats are not merged", CTC, ("k !== blank && k !== path[t - 1]", "k !== blank")),
    _pen("the greedy probability is that of the last column", CTC,
         ("path.reduce((sum, k, t) => sum + logY[t * K + k], 0)", "path.reduce((sum, k, t) => logY[t * K + k], 0)")),
    _pen("a digit again needs no blank", CTC, ("(label === last ? b : all[k])", "all[k]")),
    _pen("a prefix that grows into another is not merged with it", CTC,
         ("stays[k].n = logAdd(stays[k].n, longer[shorter][last]);", "stays[k].n = longer[shorter][last];")),
    _pen("the beam takes the largest path, not the sum", CTC,
         ("top + log(exp(a - top) + exp(b - top))", "top")),
    _pen("the backward unit is the forward one", READING, ('reverse: ofUnit("reverse")', 'reverse: ofUnit("forward")')),
    _pen("a run ends where it begins", READING, ("last.to = t;", "last.to = last.from;")),
    _pen("what was read last is what was read first", "handwriting/past.js", ("t >= 0 && !firsts.has(bin)", "t >= 0")),
    _pen("the second of two equal digits has the first's form", "handwriting/strokes.js",
         ("(text.slice(0, k).split(digit).length - 1) % 2", "0")),
    _pen("Python draws thicker lines", "handwriting/__init__.py", ("WIDTH = 32, 0.11, 8", "WIDTH = 32, 0.13, 8")),
]  # fmt: skip
