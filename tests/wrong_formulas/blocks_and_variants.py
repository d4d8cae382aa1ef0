"""Wrong memory blocks of the LSTM of 1997, and wrong ablations of the LSTM with peepholes."""

from wrong_formulas.mutant import CELLS, LAYERS, Mutant

BLOCKS, VARIANTS = "cells/lstm1997.py", "cells/variants.py"
OF_1997, OF_FGR = ((*LAYERS, "-k", id) for id in ("lstm1997", "FGR"))

MUTANTS = [
    # -- gates that cells share, gates that see gates
    Mutant("blocks: the gates of the step before are not seen", BLOCKS,
           (("            a += self.by_block(self.weight_gates @ self.gates(prev).T)", "            a += 0"),)),
    Mutant("blocks: a shared gate learns from its first cell only", BLOCKS, ((".sum(axis=-1)", "[..., 0]"),)),
    Mutant("blocks: a shared gate's gradient is the mean over its cells", BLOCKS,
           ((".sum(axis=-1)", ".mean(axis=-1)"),)),
    Mutant("blocks: a shared gate is seen once for each of its cells", BLOCKS, ((".mean(axis=-1)", ".sum(axis=-1)"),)),
    Mutant("blocks: cells of a block lie apart", BLOCKS,
           (("np.repeat(weight[self.rows(block)], copies[block], axis=0)",
             "np.tile(weight[self.rows(block)].T, copies[block]).T"),)),
    Mutant("blocks: input and output gates exchange their rows", BLOCKS,
           (('{"i": slice(gates)', '{"o": slice(gates)'),
            ('"o": slice(gates + cells, None)}', '"i": slice(gates + cells, None)}'))),
    Mutant("blocks: nothing goes back through the gates", BLOCKS,
           (("(d.i, d.o) if self.gate_recurrence else (0, 0)", "(0, 0)"),)),
    Mutant("blocks: what goes back to a shared gate is counted for each cell", BLOCKS,
           ((" / self.cells_per_block  # (N, 2H)", ""),), (*CELLS, "-k", "lstm1997")),
    Mutant("blocks: input and output gate change places in the state", BLOCKS,
           (("GatedState(h, c, i, o) if", "GatedState(h, c, o, i) if"),)),
    Mutant("blocks: the gates' weights learn from the gates of their own step", BLOCKS,
           (("self.gates(trace.before)", "self.gates(trace.record)"),), OF_1997),
    # -- ablations
    Mutant("variants: a gate that is not there is shut", VARIANTS,
           (("    if a is None:\n        return 1.0", "    if a is None:\n        return 0.0"),)),
    Mutant("variants: no input gate, but it is the forget gate that goes", VARIANTS, (('"NIG": "i"', '"NIG": "f"'),)),
    Mutant("variants: coupled gates open and shut together", VARIANTS, (("f = 1 - i if", "f = i if"),)),
    Mutant("variants: the input gate does not learn from what is forgotten", VARIANTS,
           ((' - (df if self.variant == "CIFG" else 0.0)', ""),)),
    Mutant("variants: the coupled forget gate is recorded as the input gate", VARIANTS,
           (('present["f"] = 1 - present["i"]', 'present["f"] = present["i"]'),)),
    Mutant("variants: no input activation, but tanh is there", VARIANTS,
           (('linear_slope) if variant == "NIAF"', 'linear_slope) if variant == "NI"'),)),
    Mutant("variants: the linear candidate has the slope of tanh", VARIANTS, (("self.slope_g(g)", "tanh_slope(g)"),)),
    Mutant("variants: the linear output has the slope of tanh", VARIANTS, (("self.slope_c(y)", "tanh_slope(y)"),)),
    Mutant("variants: the output gate looks at the old cell state", VARIANTS,
           (('gate(a.get("o"), p_o * c)', 'gate(a.get("o"), p_o * prev.c)'),)),
    Mutant("variants: peepholes in the order i, f, o, whichever gate is missing", VARIANTS,
           (("zip(self.gates, self.weight_peephole, strict=True)", 'zip("ifo", self.weight_peephole)'),)),
    Mutant("variants: peepholes learn nothing back through c", VARIANTS,
           ((" + da_i * p_i + da_f * p_f", ""),)),
    Mutant("variants: full gate recurrence with its matrices transposed", VARIANTS,
           (("@ self.weight_gates.T", "@ self.weight_gates"),)),
    Mutant("variants: full gate recurrence sends nothing back", VARIANTS,
           (("d[2:] or (0.0, 0.0, 0.0)", "0.0, 0.0, 0.0"),)),
    Mutant("variants: full gate recurrence takes f for i", VARIANTS,
           (("FullState(h, c, i, f, o) if", "FullState(h, c, f, i, o) if"),)),
    Mutant("variants: full gate recurrence learns from the gates of its own step", VARIANTS,
           (("trace.before[2:])", "trace.record[:2] + trace.record[3:4])"),), OF_FGR),
    Mutant("variants: the forget bias in the candidate's block", VARIANTS, (('self.rows("f")', 'self.rows("g")'),)),
]  # fmt: skip
