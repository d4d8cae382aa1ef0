"""Wrong formulas in the attention lab: what is read, what is recorded of a step, which date a text means."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_attentionlab_values.py", "-k", "not translates_as")  # what that sees, a smaller test sees too


def _mutant(name, file, *edits):
    return Mutant(f"attention lab: {name}", f"widgets/{file}", edits, TESTS)


TRANSLATOR, DATES, READING, PERSON = (
    f"attentionlab/{name}.js" for name in ("translator", "dates", "reading", "person")
)
MUTANTS = [
    _mutant("the decoder starts anew at every step", TRANSLATOR, ("    state = next;\n", "")),
    _mutant("the decoder always reads the start", TRANSLATOR, ("oneHot([code], model", "oneHot([start], model")),
    _mutant("the least likely symbol is written", TRANSLATOR, ("Math.max(...logShares)", "Math.min(...logShares)")),
    _mutant("the probability is of the last symbol", TRANSLATOR, ("logProbability += logS", "logProbability = logS")),
    _mutant("additive scores are asked by the new state", TRANSLATOR, ("query: model.before ? before : h", "query: h")),
    _mutant("dot scores are asked by the old state", TRANSLATOR, ("query: model.before ? before : h", "query: before")),
    _mutant("r and z are swapped", TRANSLATOR, ("const { r, z, n, h } =", "const { r: z, z: r, n, h } =")),
    _mutant("shares are log-probabilities", TRANSLATOR, ("shares: softmax(output, model.K)", "shares: logShares")),
    _mutant("all parameters begin where the first does", "js/engine/flat.js", ("numbers.slice(at, at + size)", "numbers.slice(0, size)")),
    _mutant("the stop is one symbol too late", TRANSLATOR, ("code !== stop && steps", "steps.at(-1)?.symbol !== '-' && steps")),
    _mutant("scores and weights are swapped", TRANSLATOR, ("      scores,\n      weights,\n      context,\n      decoder", "      scores: weights,\n      weights: scores,\n      context,\n      decoder")),
    _mutant("the week begins on Sunday", DATES, ("?? 0) + 6) % 7]", "?? 0)) % 7]")),
    _mutant("11th, 12th and 13th as 1st, 2nd and 3rd", DATES, ('n >= 11 && n <= 13 ? "th" : ', "")),
    _mutant("short months are taken for the month before", DATES, ("found.name ? named + 1 :", "found.name ? named :")),
    _mutant("slashes put the day first", DATES, ('m: "(?<month>\\\\d\\\\d?)",\n    d: "(?<day>\\\\d\\\\d?)"',
                                                 'm: "(?<day>\\\\d\\\\d?)",\n    d: "(?<month>\\\\d\\\\d?)"')),
    _mutant("a dot is any character", DATES, ('form.replace(/[.]/g, "\\\\.")', "form")),
    _mutant("between slashes a person reads the day first", PERSON, ('"/") ? monthFirst : dayFirst', '"/") ? dayFirst : monthFirst')),
    _mutant("a person reads year, day, month", PERSON, ("{ year: a, month: b, day: c }", "{ year: a, month: c, day: b }")),
    _mutant("a person takes a day over 12 for a month", PERSON, ("if (a > 12 || a === b) return dayFirst", "if (a > 12 || a === b) return monthFirst")),
    _mutant("a person reads exact names only", PERSON, ("isNear(word, name)", "word === name")),
    _mutant("of two near months the first is meant", PERSON, ("near.length === 1", "near.length >= 1")),
    _mutant("a person reads days that no month has", DATES, ("day && existing(day) ? norm(day)", "day ? norm(day)")),
    _mutant("after an erasure nothing is compared", DATES, ("if (before !== null)", "if (before === written)")),
    _mutant("an erasure counts before the form does", DATES, ("if (form && answer) return", "if (form && answer && before === null) return")),
    _mutant("accents are not taken off (page)", READING, ('normalize("NFKD")', 'normalize("NFC")')),
    _mutant("accents are not taken off (Python)", "attentionlab/reading.py", ('normalize("NFKD"', 'normalize("NFC"')),
    _mutant("dashes are left out", "attentionlab/reading.py", ('dict.fromkeys("‐‑‒–—―−", "-")', "{}")),
    _mutant("one character too many is read", READING, ("let room = longest;", "let room = longest + 1;")),
    _mutant("Python reads one character fewer", "attentionlab/reading.py", ("known[:LONGEST]", "known[: LONGEST - 1]")),
    _mutant("a translator is rounded on the way", "_models.py",
            (" if (small == array).all())", ")")),
    _mutant("the surprises are days of the training", "attentionlab/__init__.py",
            ("for day in tasks.Dates(rng=[min(seeds), 5]).test if", "for day in tasks.Dates(rng=[min(seeds), 5]).train if not")),
    _mutant("weights stay when the scores change", "attentionlab/__init__.py",
            ('@traitlets.observe("text", "scores")', '@traitlets.observe("text")')),
    _mutant("dot is asked where additive is meant", "attentionlab/__init__.py",
            ('"additive": "dates-additive", "dot": "dates-general"', '"additive": "dates-general", "dot": "dates-additive"')),
]  # fmt: skip
