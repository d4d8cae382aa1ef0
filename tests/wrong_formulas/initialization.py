"""Wrong starts of the weights."""

from wrong_formulas.mutant import INITIALIZATION, Mutant

MUTANTS = [
    Mutant('orthogonal without the signs of R', 'initialization.py',
           (('np.where(np.diag(r) < 0, -1.0, 1.0)', '1'),), INITIALIZATION),
    Mutant('orthogonal: the gain squared', 'initialization.py',
           (('q = gain *', 'q = gain**2 *'),), INITIALIZATION),
    Mutant("xavier with the variance's bound of a normal", 'initialization.py',
           (('np.sqrt(6 /', 'np.sqrt(2 /'),), INITIALIZATION),
    Mutant('fan-in counts outputs', 'initialization.py',
           (('gain / np.sqrt(columns)', 'gain / np.sqrt(rows)'),), INITIALIZATION),
    Mutant('forget bias in the first layer only', 'initialization.py',
           (('        if forget_bias is not None:\n            cell.bias', '        if forget_bias is not None and cell is cells[0]:\n            cell.bias'),), INITIALIZATION),
    Mutant("forget bias in the candidate's block", 'initialization.py',
           (('cell.rows("f")', 'cell.rows("g")'),), INITIALIZATION),
    Mutant('every block the same draw', 'initialization.py',
           (('(rows.shape, rng=rng)', '(rows.shape, rng=0)'),), INITIALIZATION),
    Mutant('all blocks orthogonal as one matrix', 'initialization.py',
           (('                for block in cell.blocks:\n                    rows = weight[cell.rows(block)]  # a view\n                    rows[:] = SCHEMES[scheme](rows.shape, rng=rng)', '                weight[:] = SCHEMES[scheme](weight.shape, rng=rng)'),), INITIALIZATION),
]  # fmt: skip
