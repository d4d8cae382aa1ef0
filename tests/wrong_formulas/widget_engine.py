"""Wrong formulas in the widgets' JavaScript."""

from wrong_formulas.mutant import Mutant

ENGINE = ("widgets/test_engine.py",)
TRAIN = ("widgets/test_engine_training.py",)
HOLD = ("widgets/test_engine_hold.py",)
ATTEND = ("widgets/test_engine_attention.py",)


def _mutant(name, file, edit, tests=ENGINE):
    return Mutant(f"widgets: {name}", f"widgets/js/engine/{file}", (edit,), tests)


MUTANTS = [
    # -- cells
    _mutant("the sigmoid is twice as steep", "activations.js", ("* tanh(0.5 * a)", "* tanh(a)")),
    _mutant("the derivative of tanh is 1 - y", "activations.js", ("1 - y * y", "1 - y")),
    _mutant("relu with the derivative of tanh", "cells/rnn.js", ("[relu, reluDerivative]", "[relu, tanhDerivative]")),
    _mutant("the LSTM's input and forget gates are swapped", "cells/lstm.js",
            ("o[k] = sigmoid(o[k]);\n        c[k] = f[k] * c_prev[k] + i[k] * g[k];",
             "o[k] = sigmoid(o[k]);\n        c[k] = i[k] * c_prev[k] + f[k] * g[k];")),
    _mutant("the LSTM of 1997 forgets everything", "cells/lstm.js",
            ("c[k] = c_prev[k] + i[k] * g[k];", "c[k] = i[k] * g[k];")),
    _mutant("the way back goes around the forget gate", "cells/lstm.js",
            ("dc_prev[k] += dc[k] * f[k];", "dc_prev[k] += dc[k];")),
    _mutant("the forget gate's gradient takes the new memory", "cells/lstm.js",
            ("const d_f = dc[k] * c_prev[k];", "const d_f = dc[k] * c[k];")),
    _mutant("the output gate peeps at the old memory", "cells/lstm.js", ("p_o[unit] * c[k])", "p_o[unit] * c_prev[k])")),
    _mutant("peepholes pass nothing back to the old memory", "cells/lstm.js",
            (" + da_i[k] * p_i[unit] + da_f[k] * p_f[unit];", ";")),
    _mutant("the output peephole passes nothing back", "cells/lstm.js", (" + da_o[k] * p_o[unit];", ";")),
    _mutant("the output peephole's gradient takes the old memory", "cells/lstm.js",
            ("o: s.record.c }", "o: s.before.c }")),
    _mutant("the GRU's z the other way round", "cells/gru.js",
            ("n[k] = tanh(n[k] + r[k] * inner[k - from]);\n        h[k] = (1 - z[k]) * n[k] + z[k] * h_prev[k];",
             "n[k] = tanh(n[k] + r[k] * inner[k - from]);\n        h[k] = z[k] * n[k] + (1 - z[k]) * h_prev[k];")),
    _mutant("the GRU without its inner bias", "cells/gru.js",
            ("    addToRows(inner, /** @type {Float64Array} */ (w.b_hn));\n", "")),
    _mutant("the reset gate is left out of the weight's gradient", "cells/gru.js",
            ("addToWeight(dw.W_h.n, d_inner,", "addToWeight(dw.W_h.n, d.a.n,")),
    _mutant("reset before: nothing is reset", "cells/gru.js",
            ("reset[k - from] = r[k] * h_prev[k];", "reset[k - from] = h_prev[k];")),
    _mutant("reset before: the weight's gradient takes the past as it was", "cells/gru.js",
            ("s.before.h.map((h_prev, k) => s.record.r[k] * h_prev)", "s.before.h.slice()")),
    _mutant("reset before: the way back goes around the reset gate", "cells/gru.js",
            ("dh_prev[k] += d_reset[k - from] * r[k];", "dh_prev[k] += d_reset[k - from];")),
    # -- held gates
    _mutant("hold: the recurrent weights still move the gate", "hold.js",
            ("[w.W_x[gate], w.W_h[gate]]", "[w.W_x[gate]]"), HOLD),
    _mutant("hold: the input's weights still move the gate", "hold.js",
            ("[w.W_x[gate], w.W_h[gate]]", "[w.W_h[gate]]"), HOLD),
    _mutant("hold: the weights of another unit are zero", "hold.js",
            ("weight.fill(0, unit * width, (unit + 1) * width)", "weight.fill(0, 0, width)"), HOLD),
    _mutant("hold: the peephole still moves the gate", "hold.js",
            ("w.p[gate][unit] = 0", "w.p[gate][unit] *= 1"), HOLD),
    _mutant("hold: the GRU's inner bias still moves the candidate", "hold.js",
            ("w.b_hn[unit] = 0", "w.b_hn[unit] *= 1"), HOLD),
    _mutant("hold: the logit without its denominator", "hold.js", ("log(y) - log(1 - y)", "log(y)"), HOLD),
    _mutant("hold: twice the inverse of tanh", "hold.js", ("0.5 * (log(1 + y)", "(log(1 + y)"), HOLD),
    _mutant("hold: the layer that was given is changed", "hold.js",
            ("makeLayer(kind, config, { parameters: layer.parameters })", "layer"), HOLD),
    _mutant("hold: always the first layer", "hold.js", ("`_l${at}${", "`_l0${"), HOLD),
    # -- products, four sums at a time
    _mutant("a product's second sum takes the first row", "matrix.js",
            ("s1 += W[w + K] * value;", "s1 += W[w] * value;")),
    _mutant("the gradient of an input begins at zero", "matrix.js",
            ("let sum = dx[at];", "let sum = 0;")),
    _mutant("a weight's gradient forgets the last of four columns", "matrix.js",
            ("s3 += gradient * x[v + 3];", "")),
    # -- layers
    _mutant("the reverse direction starts at the padding", "unrolling.js",
            ("(reverse ? T - 1 - step : step)", "step")),
    _mutant("states past a sequence's end are zero", "unrolling.js",
            ("after[name].set(before[name].subarray(from, to), from)", "after[name].fill(0, from, to)")),
    _mutant("gradients past a sequence's end are lost", "unrolling.js",
            ("before[name][k] += after[name][k];", "before[name][k] += 0;")),
    _mutant("outputs past a sequence's end have gradients", "unrolling.js",
            ("after.h.fill(0, from, to)", "after.h.fill(0, from, from)")),
    _mutant("dL/dx of the reverse direction is not turned round", "unrolling.js",
            ("dx: s.reverse ? reversed(dx, T) : dx", "dx")),
    _mutant("the gradient of the final state is left out", "unrolling.js",
            ("last[name][k] += dFinal[name][k]", "last[name][k] += 0")),
    _mutant("the reverse direction is shown in its own order", "trace.js",
            ("return s.reverse ? reversed(shown, s.T) : shown;", "return shown;")),
    _mutant("dL/dx is that of one direction", "layers.js", ("dIn.map((value, i) => value + dx[i])", "dx")),
    _mutant("a fresh forget gate has no bias", "layers.js", ("?.fill(forget_bias)", "?.fill(0 * forget_bias)"), TRAIN),
    # -- losses, optimizers, random numbers, tasks, operations
    _mutant("softmax cross-entropy: gradient without the target", "losses.js",
            ("gradient[step * K + target] -= weights[step];", ""), TRAIN),
    _mutant("the mean is over all steps, counted or not", "losses.js", ("= 1 / counted;", "= 1 / steps;"), TRAIN),
    _mutant("mean squared error: gradient without the 2", "losses.js", ("2 * weight * error", "weight * error"), TRAIN),
    _mutant("binary cross-entropy: gradient of the wrong sign", "losses.js",
            ("sigmoid(a) - targets[k]", "targets[k] - sigmoid(a)"), TRAIN),
    _mutant("Adam without bias correction", "optim.js", ("1 - power(b2, this.steps)", "1"), TRAIN),
    _mutant("Adam without the square root", "optim.js", ("Math.sqrt(v_hat)", "v_hat"), TRAIN),
    _mutant("clipping stretches what is short", "optim.js", ("if (norm <= threshold)", "if (norm === 0)"), TRAIN),
    _mutant("the generator turns its last word by too little", "random.js",
            ("rotated(s[3], 11)", "rotated(s[3], 7)"), TRAIN),
    _mutant("adding: both marks may fall on one step", "tasks.js",
            ("if (second >= first) second += 1;", ""), TRAIN),
    _mutant("Reber's grammar with a wrong arrow", "tasks.js", ("{ X: 2, S: 5 }", "{ X: 3, S: 5 }"), TRAIN),
    _mutant("one operation shows z for 1 - z", "ledger.js", ("map((a) => 1 - a)", "map((a) => a)"), TRAIN),
    # -- attention
    _mutant("a masked score is zero", "attention.js", (": -Infinity;", ": 0;"), ATTEND),
    _mutant("scaled dot: divided by K", "attention.js", ("1 / Math.sqrt(K)", "1 / K"), ATTEND),
    _mutant("additive attention without tanh", "attention.js", ("tanh(W_s[k] + U_h[k])", "(W_s[k] + U_h[k])"), ATTEND),
    _mutant("a decoder asks with its first layer", "seq2seq.js",
            ("state.h.subarray(top * N * H)", "state.h.subarray(0 * top, N * H)"), ATTEND),
    _mutant("context and state are joined without tanh", "seq2seq.js",
            ("applyLinear(combine, features).map(tanh)", "applyLinear(combine, features)"), ATTEND),
    _mutant("the bridge fills layers in the wrong order", "seq2seq.js",
            ("(k * N + n) * H", "((numLayers - 1 - k) * N + n) * H"), ATTEND),
]  # fmt: skip
