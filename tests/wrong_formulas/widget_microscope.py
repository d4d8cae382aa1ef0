"""Wrong formulas in the text microscope, in the page and in the package."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_microscope_measures.py",)
MEASURES = "widgets/microscope/measures.py"
HOLDING = "widgets/_holding.py"


def _page(name, file, old, new):
    return Mutant(f"microscope: {name}", f"widgets/microscope/{file}", ((old, new),), TESTS)


def _both(name, old, new, file=MEASURES):
    return Mutant(f"microscope: {name}", file, ((old, new),), TESTS)


MUTANTS = [
    # -- reading
    _page("read on from the state after the change", "reading.js", "slice(0, same) ?? null", "slice(0, same + 1) ?? null"),
    _page("read on from a state of zeros", "../js/engine/layers.js", "state: trace.finalState })", "state: null })"),
    _page("what is read on is put in front", "../js/engine/unrolling.js",
          "joined(one.record[name], two.record[name])", "joined(two.record[name], one.record[name])"),
    _page("a unit's values are a step late", "reading.js", "this.trace?.at(layer)[name] ??",
          "(this.trace?.before(layer)[name] ?? this.trace?.at(layer)[name]) ??"),
    _page("the gradient of the probability, not of its logarithm's", "reading.js",
          "(k === target ? 1 : 0) - Math.exp(logP[k])", "(k === target ? 1 : 0)"),
    _page("the gradient reaches what was before every step", "../js/engine/trace.js", "before: cut(s.before), final }",
          "before: record, final }"),
    _page("the gradient of another unit's state", "reading.js", "dFinal[of][layer * H + unit] = 1;",
          "dFinal[of][layer * H] = 1;"),
    _page("sizes without the root", "reading.js", "return Math.sqrt(sum);", "return sum;"),
    _page("surprise in nats", "reading.js", "bits[t] = -logP[(t - 1) * K + codes[t]] / Math.LN2", "bits[t] = -logP[(t - 1) * K + codes[t]]"),
    _page("surprise of the guess after the character", "reading.js", "bits[t] = -logP[(t - 1) * K + codes[t]]", "bits[t] = -logP[t * K + codes[t]]"),
    # -- order
    _page("covariance in place of correlation", "order.js", "(value - mean) / deviation", "value - mean"),
    _page("chains keep their ends", "order.js", "meeting.indexOf(Math.max(...meeting))", "0"),
    _page("chains weigh alike, however long", "order.js",
          "(one.length * between[a][k] + two.length * between[b][k]) / (one.length + two.length)",
          "(between[a][k] + between[b][k]) / 2"),
    # -- marks
    _page("no shift is too short", "marks.js", "at(unit, longest + s)", "at(unit, s)"),
    _page("the best unit counts by its sign", "marks.js", "const r = Math.abs(at(unit, longest + s));",
          "const r = at(unit, longest + s);"),
    _page("chance is what the best reaches at half of the places", "marks.js", "Math.ceil(0.95 * shifts",
          "Math.ceil(0.5 * shifts"),
    _page("the mark's spread is left out", "marks.js", "1 / (deviation * spread)", "1 / deviation"),
    _page("a unit that is off is looked for where it is on", "marks.js", ": series[t] <= inside)", ": series[t] >= inside)"),
    # -- what is held, and what is written
    _page("gates are held in the layer below only", "../js/kit/holding.js", "if (where === at) units", "if (at === 0) units"),
    _page("what is held open is held shut", "../js/kit/holding.js", "[unit]: value };\n    }\n    if", "[unit]: 0 };\n    }\n    if"),
    _page("it writes on without reading what it wrote", "../js/kit/holding.js",
          "shares = softmax(applyLinear(readout, trace.output), K);", "shares = softmax(shares, K);"),
    _page("it writes on from the state of the whole text", "reading.js",
          "subarray((caret - 1) * this.H, caret * this.H), k", "subarray(-this.H), k"),
    _page("what is new of a text is put to its beginning", "reading.js", "set(array, same * this.H)", "set(array, 0)"),
    _page("the gates that were held before stay held", "answers.js", "if (heldInLink(held) !== words) {",
          "if (whole === plain) {"),
    _page("the least likely character is written", "../js/kit/holding.js", "shares.indexOf(Math.max(...shares))",
          "shares.indexOf(Math.min(...shares))"),
    _page("the color of a unit is full below its largest value", "scales.js", "limit >= most - 1e-12) ?? most",
          "2 * limit >= most - 1e-12) ?? most"),
    _both("Python: it writes on from a state of zeros", "count - 1, state=trace.final_state)", "count - 1)", HOLDING),
    _both("only the first of the held gates counts", "        layer = hold(layer, {gate: {unit: value}}, at=at)",
          "        layer = hold(model.layer, {gate: {unit: value}}, at=at)", HOLDING),
    # -- the package
    _both("shifts by which the mark covers itself", "range(longest, T - longest + 1)", "range(1, T)"),
    _both("chance of a typical unit", "best = elsewhere.max(axis=1)", "best = elsewhere.mean(axis=1)"),
    _both("the correlation is a covariance", "deviation * spread, 1), 0)", "1, 1), 0)"),
    _both("the gradient of the score", "d_scores = -np.exp(log_p)", "d_scores = np.zeros_like(log_p)"),
    _both("the gradient of the character that was read last", "codes[caret] if caret < len(codes)",
          "codes[caret - 1] if caret < len(codes)"),
    _both("accents are unknown", "return first if first in tasks.ALPHABET else", "return",
          "widgets/microscope/texts.py"),
]  # fmt: skip
