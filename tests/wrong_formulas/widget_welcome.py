"""Wrong formulas of the first page: what is held, silenced and set."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_welcome.py",)


def _mutant(name, file, edit):
    return Mutant(f"welcome: {name}", f"widgets/welcome/{file}", (edit,), TESTS)


MUTANTS = [
    _mutant("h does not follow the memory that is set", "reading.js",
            ("record.h[at] = record.o[at] * Math.tanh(value);", "record.h[at] *= 1;")),
    _mutant("h follows without its tanh", "reading.js", ("record.o[at] * Math.tanh(value)", "record.o[at] * value")),
    _mutant("what is set is forgotten at the next step", "reading.js",
            ("c: record.c.slice(end - H, end) }", "c: of.record.c.slice(end - H, end) }")),
    _mutant("it writes on from the state before the character", "reading.js",
            ("array.slice(t * run.H, (t + 1) * run.H)", "array.slice((t - 1) * run.H, t * run.H)")),
    _mutant("a memory is set one step late", "reading.js",
            ("const at = step * H + unit;", "const at = (step - 1) * H + unit;")),
    _mutant("a letter that has changed is not read again", "reading.js",
            ("codes[same] === last[same]", "last[same] !== undefined")),
    _mutant("a temperature of 0.5 is one of 2", "../js/engine/sampling.js",
            ("(score - top) / temperature", "(score - top) * temperature")),
    _mutant("open is shut", "../js/kit/holding.js", ('const STATES = /** @type {const} */ (["shut", "open"]);',
                                                                  'const STATES = /** @type {const} */ (["open", "shut"]);')),
    _mutant("the largest guess, not the largest change", "operations.js",
            ("Math.abs(after[k] - before[k]) > Math.abs(after[most] - before[most])", "after[k] > after[most]")),
    _mutant("Python: h does not follow the memory that is set", "__init__.py",
            ('record["o"][step, 0, unit] * np.tanh(value)', 'record["o"][step, 0, unit] * value')),
    _mutant("Python: it writes on from the end of the line", "__init__.py",
            ("self._trace(self.text[: self.step + 1])", "self._trace(self.text)")),
]  # fmt: skip
