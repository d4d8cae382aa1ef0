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
    _mutant("a node waits for nothing", "celllab/nodes.js",
            ("needed.has(steps[k].id) && !done.has(k)", "needed.has(steps[k].id) && done.has(k)")),
    _mutant("a node waits for what its last operation reads alone", "celllab/nodes.js",
            ("node.operations.flatMap((k) => steps[k].inputs)", "steps[node.operations[node.operations.length - 1]].inputs")),
    _mutant("a node is done with its first operation", "celllab/nodes.js",
            ("operations.every((k) => done.has(k))", "operations.some((k) => done.has(k))")),
    _mutant("the h of the GRU is pressed in a box, that of the RNN in a sum", "celllab/nodes.js",
            ('(op === "sum" ? "sum" : "box-tanh")', '(op === "sum" ? "box-tanh" : "sum")')),
    _mutant("1 − z is written without brackets", "celllab/nodes.js",
            ('(made.op === "sum" || made.op === "rest")', 'made.op === "sum"')),
    _mutant("a product with a matrix is written without its brackets' own matrix", "celllab/nodes.js",
            ("`${inputs[0]} (${write(of, false)})`", "`(${write(of, false)})`")),
    _mutant("the numbers of a node are those of its first operation", "celllab/nodes.js",
            ("numbers: write(last, true)", "numbers: write(steps[operations[0]], true)")),
    _mutant("a node can be pressed too early", "celllab/progress.js",
            ("if (ids.length && !isDone(node, done)) {", "if (ids.length > nodes.length) {")),
    _mutant("pressing a node computes its last operation alone", "celllab/progress.js",
            ("node.operations.filter((k) => !done.has(k))", "[last]")),
    _mutant("Back takes two operations back", "celllab/progress.js", ("this.#order.slice(0, -1)", "this.#order.slice(0, -2)")),
]  # fmt: skip
