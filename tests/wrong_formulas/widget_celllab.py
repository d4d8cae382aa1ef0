"""Wrong formulas in the cell lab: which weights a cell takes, what stands in the drawing, what makes a gate."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_celllab_values.py",)


def _mutant(name, file, *edits):
    return Mutant(f"cell lab: {name}", f"widgets/{file}", edits, TESTS)


MUTANTS = [
    _mutant("z is the input gate itself (page)", "celllab/state.js", ('z: ["i", -1]', 'z: ["i", 1]')),
    _mutant("z is the input gate itself (Python)", "celllab/weights.py", ('"z": ("i", -1)', '"z": ("i", 1)')),
    _mutant("r takes the output gate's weights", "celllab/state.js", ('r: ["f", 1]', 'r: ["o", 1]')),
    _mutant("the peepholes of f and i are swapped", "celllab/state.js",
            ('const PEEPING = ["i", "f", "o"]', 'const PEEPING = ["f", "i", "o"]')),
    _mutant("the candidate's past lacks its bias", "celllab/state.js",
            ('past: past + parameterOf("b_hn", state)[0]', "past")),
    _mutant("before the product the past is not reset", "celllab/state.js",
            ("(resetAfter ? 1 : record.r[time * H + k])", "1")),
    _mutant("a unit shows the first row of its weights", "celllab/state.js",
            ("slice(unit * width, (unit + 1) * width)", "slice(0, width)")),
    _mutant("the sum of products looks at the input of another step", "celllab/terms.js",
            ("x[time * D + k]", "x[k]")),
    _mutant("the sum of products forgets the reset", "celllab/terms.js",
            ('!resetAfter && letter === "n" ? record.r[time * H + k] : 1', '!resetAfter && letter === "n" ? 1 : 1')),
    _mutant("the walk starts from the state after the step", "celllab/operations.js",
            ("array.slice(time * H, (time + 1) * H)", "array.slice((time + 1) * H, (time + 2) * H)")),
    _mutant("the explanation takes the bias of another gate", "celllab/guess.js",
            ("layer.cell.blocks.indexOf(letter) * H + unit", "unit")),
    _mutant("a cell's own name keeps the sign", "celllab/weights.py",
            ('array = sign * np.asarray(value, dtype="f8")', 'array = np.asarray(value, dtype="f8")')),
    _mutant("the latch is never cleared", "celllab/presets.py",
            ("W_xi=12, b_i=SHUT, W_xf=12, b_f=OPEN", "W_xi=12, b_i=SHUT, W_xf=0, b_f=OPEN")),
    _mutant("the counter writes only when a bracket opens", "celllab/presets.py", ("weights(b_i=8,", "weights(b_i=0, W_xi=8,")),
    _mutant("the leak is of 0.8", "celllab/presets.py", ("b_f=log(9), W_xg=3", "b_f=log(4), W_xg=3")),
    _mutant("the saturated gate opens again", "celllab/presets.py", ("W_hi=-24", "W_hi=-6")),
    _mutant("no tie: the RNN forgets at once", "celllab/presets.py", ("W_hg=0.9", "W_hg=0.2")),
]  # fmt: skip
