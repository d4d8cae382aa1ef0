"""Wrong formulas in the playground's JavaScript, and in the functions that it computes with."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_playground.py", "-k", "packages or reach or bits_wherever")


def _mutant(name, file, edit):
    return Mutant(f"playground: {name}", f"widgets/{file}", (edit,), TESTS)


MUTANTS = [
    _mutant("every cell gets batches of its own", "playground/race.js",
            ("    const batch = this.draw();\n    for (const { model, optimizer, losses, rights } of this.runners) {\n",
             "    for (const { model, optimizer, losses, rights } of this.runners) {\n      const batch = this.draw();\n")),
    _mutant("nothing is clipped", "playground/race.js", ("{ clip: this.settings.clip }", "{}")),
    _mutant("the learning rate is Adam's usual one", "playground/race.js", ("new Adam(learning_rate)", "new Adam()")),
    _mutant("the reach is that of the whole loss", "playground/race.js",
            ("lossAndGradients(model, { ...probe, mask })", "lossAndGradients(model, probe)")),
    _mutant("the reach counts from the longest sequence's question", "playground/race.js",
            ("((last - lag) * N + n) * H", "((Math.max(last, asked[0]) - lag) * N + n) * H")),
    _mutant("exp knows ln 2 to 33 bits", "js/engine/elementary.js", ("- k * LN2_HIGH - k * LN2_LOW;", "- k * LN2_HIGH;")),
    _mutant("tanh takes a power of 2 that is its half", "js/engine/elementary.js",
            ("const power = POWERS[k - LEAST];", "const power = POWERS[k - LEAST - 1];")),
]  # fmt: skip
