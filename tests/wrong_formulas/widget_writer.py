"""Wrong formulas of the writer: how it chooses, what it reads, what it offers."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_writer.py",)


def _mutant(name, file, edit):
    return Mutant(f"writer: {name}", f"widgets/{file}", (edit,), TESTS)


MUTANTS = [
    _mutant("one symbol too many is kept", "js/engine/sampling.js", ("rank < topK", "rank <= topK")),
    _mutant("the nucleus leaves out the symbol that reaches the share", "js/engine/sampling.js",
            ("if (stays(rank, before)) sum += share;\n      else p[k] = 0;\n      before += share;",
             "before += share;\n      if (stays(rank, before)) sum += share;\n      else p[k] = 0;")),
    _mutant("what is kept does not add up to 1", "js/engine/sampling.js", ("p[k] /= sum;", "p[k] /= 1;")),
    _mutant("of equals the last are kept", "js/engine/sampling.js",
            ("scores[b] - scores[a] || a - b);\n  const top", "scores[b] - scores[a] || b - a);\n  const top")),
    _mutant("a number draws what it has passed", "js/engine/sampling.js", ("return sum > u * all;", "return sum >= u * all;")),
    _mutant("it writes on without reading what it wrote", "writer/hand.js",
            ("reading.read(text.slice());", "reading.read(codes);")),
    _mutant("one number of the dice serves for all letters", "writer/hand.js", ("rule), dice[k])", "rule), dice[0])")),
    _mutant("the list shows the rule's shares as the network's", "writer/hand.js",
            ("share: Math.exp(value), drawn", "share: drawn[code], drawn")),
    _mutant("top-p takes k", "writer/hand.js", ('topP: rule === "top-p" ? p : null', 'topP: rule === "top-p" ? 1 / k : null')),
    _mutant("Python: the dice begin anew at each place", "writer/__init__.py",
            ("dice[at + len(letters)]", "dice[len(letters)]")),
    _mutant("Python: the temperature does nothing", "writer/__init__.py", ("scores, temperature=self.temperature, ", "scores, ")),
]  # fmt: skip
