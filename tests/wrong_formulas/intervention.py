"""Wrong interventions: a gate that is not quite held."""

from wrong_formulas.mutant import Mutant

TESTS, FILE = ("analysis/test_intervention.py",), "analysis/intervention.py"

MUTANTS = [
    Mutant(f"hold: {name}", FILE, edits, TESTS)
    for name, edits in (
        (
            "the recurrent weights still move the gate",
            (('("weight_ih", "weight_hh", "weight_gates")', '("weight_ih", "weight_gates")'),),
        ),
        ("the peephole still moves the gate", (("peepers.index(gate), unit] = 0", "peepers.index(gate), unit] *= 1"),)),
        ("the layer that was given is changed", (("held = copy.deepcopy(layer)", "held = layer"),)),
        (
            "the gates of before still move the gate",
            (("cell.hidden_size + unit] = 0", "cell.hidden_size + unit] *= 1"),),
        ),
        (
            "GRU: the inner bias still moves the candidate",
            (('parameters["bias_hn"][unit] = 0', 'parameters["bias_hn"][unit] *= 1'),),
        ),
        (
            "the unit next to it is held",
            (("biases[unit] =", "biases[unit - 1] ="),),
        ),
        ("always the forward direction", (("held.cells[at][DIRECTIONS.index(direction)]", "held.cells[at][0]"),)),
        ("always the first layer", (("held.cells[at][", "held.cells[0]["),)),
    )
]
