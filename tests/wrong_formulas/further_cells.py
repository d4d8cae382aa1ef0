"""Wrong sLSTMs, minimal cells and logarithmic LSTMs."""

from wrong_formulas.mutant import Mutant

SLSTM, MINIMAL, LOGARITHMIC = (
    (f"cells/test_{name}.py", "cells/test_cells.py", "-k", word)
    for name, word in (("slstm", "slstm"), ("minimal", "min"), ("logarithmic", "log"))
)
ACTIVATIONS = ("core/test_activations.py",)

MUTANTS = [
    Mutant("log sigmoid by way of the sigmoid", "activations.py",
           (("return -np.logaddexp(0, -_floats(a))", "return np.log(sigmoid(a))"),), ACTIVATIONS),
    Mutant("slog without the 1", "activations.py", (("np.log1p(np.abs(a))", "np.log(np.abs(a) + 1e-300)"),), ACTIVATIONS),
    Mutant("slog loses the sign", "activations.py", (("np.copysign(np.log1p(np.abs(a)), a)", "np.log1p(np.abs(a))"),), ACTIVATIONS),
    Mutant("derivative of slog is 1 / (1 + |y|)", "activations.py", (("return np.exp(-np.abs(y))", "return 1 / (1 + np.abs(y))"),), ACTIVATIONS),
    # -- the sLSTM
    Mutant("sLSTM without a stabilizer", "cells/slstm.py", (("m = np.maximum(i, carry)", "m = 0 * carry"),), SLSTM),
    Mutant("sLSTM: the stabilizer forgets its past", "cells/slstm.py",
           (("carry = prev.m + log_sigmoid(a_f)", "carry = log_sigmoid(a_f)"),), SLSTM),
    Mutant("sLSTM: the stabilizer is the smaller", "cells/slstm.py", (("np.maximum(i, carry)", "np.minimum(i, carry)"),), SLSTM),
    Mutant("sLSTM: the stabilizer starts at zero", "cells/slstm.py", (("np.finfo(self.dtype).min", "0"),), SLSTM),
    Mutant("sLSTM: the forget gate is exponential too", "cells/slstm.py", (("prev.m + log_sigmoid(a_f)", "prev.m + a_f"),), SLSTM),
    Mutant("sLSTM: the input gate is a sigmoid", "cells/slstm.py", (("np.exp(i - m, out=i)", "sigmoid(i, out=i)"),), SLSTM),
    Mutant("sLSTM: h = o tanh(c), without the normalizer", "cells/slstm.py", (("h = o * c / n", "h = o * tanh(c)"),), SLSTM),
    Mutant("sLSTM: c / max(n, 1), as in some copies", "cells/slstm.py", (("h = o * c / n", "h = o * c / np.maximum(n, 1)"),), SLSTM),
    Mutant("sLSTM: the normalizer is not forgotten", "cells/slstm.py", (("n = f * prev.n + i", "n = prev.n + i"),), SLSTM),
    Mutant("sLSTM: backward without the normalizer", "cells/slstm.py", (("dn = d.n - d.h * h / n", "dn = d.n"),), SLSTM),
    Mutant("sLSTM: the normalizer's derivative with one n too few", "cells/slstm.py", (("d.h * h / n", "d.h * h"),), SLSTM),
    Mutant("sLSTM: no gradient through the stabilizer", "cells/slstm.py",
           (("dm = d.m - di * i - df * f", "dm = 0 * d.m"),), SLSTM),
    Mutant("sLSTM: the stabilizer's gradient from the loss is lost", "cells/slstm.py", (("dm = d.m - di * i", "dm = -di * i"),), SLSTM),
    Mutant("sLSTM: the maximum always took the new", "cells/slstm.py", (("new = i == 1 ", "new = i <= 1 "),), SLSTM),
    Mutant("sLSTM: the maximum's gradient goes both ways", "cells/slstm.py", (("np.where(new, 0, dm)", "dm"),), SLSTM),
    Mutant("sLSTM: the forget gate's derivative is that of a sigmoid", "cells/slstm.py",
           (("d_carry * sigmoid(-a_f)", "d_carry * sigmoid_derivative(sigmoid(a_f))"),), SLSTM),
    Mutant("sLSTM: the past stabilizer gets no gradient", "cells/slstm.py", (("n=dn * f, m=d_carry)", "n=dn * f, m=0 * d_carry)"),), SLSTM),
    Mutant("sLSTM: the initial state is zeros for all cells", "layers/recurrent.py",
           (("[cell.initial_state(N) for cell", "[self.State(*(0 * v for v in cell.initial_state(N))) for cell"),), SLSTM),
    Mutant("sLSTM: the normalizer starts at zero, and 0 / 0 is where padding comes first", "cells/slstm.py",
           (("n=np.ones_like(zeros.n)", "n=np.zeros_like(zeros.n)"),), SLSTM),
    # -- the minimal cells
    Mutant("minGRU: z and 1 - z exchanged, as in the GRU", "cells/minimal.py",
           (("(1 - z) * prev.h + z * n", "z * prev.h + (1 - z) * n"),), MINIMAL),
    Mutant("minGRU: the scan keeps what it should write", "cells/minimal.py",
           (("log_space_scan(log_sigmoid(-z), log_sigmoid(z) + log_positive(n)", "log_space_scan(log_sigmoid(z), log_sigmoid(-z) + log_positive(n)"),), MINIMAL),
    Mutant("minimal cells: the candidate is a + 1/2 throughout", "cells/minimal.py",
           (("return np.where(a >= 0, a + 0.5, sigmoid(a))", "return a + 0.5"),), MINIMAL),
    Mutant("minimal cells: the candidate's derivative is that of a sigmoid throughout", "cells/minimal.py",
           (("np.where(y >= 0.5, 1, y * (1 - y))", "y * (1 - y)"),), MINIMAL),
    Mutant("minimal cells: the logarithm of the candidate below zero is a itself", "cells/minimal.py",
           (("0.5), log_sigmoid(a))", "0.5), a)"),), MINIMAL),
    Mutant("minLSTM: gates that are not normalized", "cells/minimal.py", (("sigmoid(logit, out=k)", "np.copyto(k, f)"),), MINIMAL),
    Mutant("minLSTM: f / (f + i) from the gates themselves", "cells/minimal.py", (("sigmoid(logit, out=k)", "np.divide(f, f + i, out=k)"),), MINIMAL),
    Mutant("minLSTM: the shares exchanged", "cells/minimal.py", (("k * prev.h + (1 - k) * g", "(1 - k) * prev.h + k * g"),), MINIMAL),
    Mutant("minLSTM: the input gate's gradient with the forget gate's sign", "cells/minimal.py", (("[-d_logit * (1 - i)", "[d_logit * (1 - i)"),), MINIMAL),
    Mutant("minLSTM: the derivative of the shares without that of the gates", "cells/minimal.py",
           (("[-d_logit * (1 - i), d_logit * (1 - f)", "[-d_logit, d_logit"),), MINIMAL),
    Mutant("the scan forgets the state before the first step", "cells/minimal.py", (("np.exp(A) * h + ", "0 * h + "),), MINIMAL),
    Mutant("the scan with products in place of logarithms", "cells/minimal.py",
           (("np.exp(A + np.logaddexp.accumulate(log_write - A, axis=0))", "np.exp(A) * np.cumsum(np.exp(log_write - A), axis=0)"),), MINIMAL),
    Mutant("the scan ignores lengths", "cells/minimal.py", (("    if valid is not None:\n        log_keep", "    if False:\n        log_keep"),), MINIMAL),
    Mutant("the scan writes where there is nothing to read", "cells/minimal.py", (("np.where(valid, log_write, -np.inf)", "log_write"),), MINIMAL),
    Mutant("the scan in float32", "cells/minimal.py",
           (("log_keep.astype(np.float64), log_write.astype(np.float64)", "log_keep, log_write"),), MINIMAL),
    # -- the logarithmic LSTM
    Mutant("LogLSTM: NaN is masked by zero", "cells/logarithmic.py",
           (("np.log(tanh(g))", "np.nan_to_num(np.log(tanh(g)))"),), LOGARITHMIC),
    Mutant("LogLSTM: the logarithm of the size, so that nothing fails", "cells/logarithmic.py",
           (("np.log(tanh(g))", "np.log(np.abs(tanh(g)))"),), LOGARITHMIC),
    Mutant("LogLSTM: the derivative of log(tanh(g)) without that of tanh", "cells/logarithmic.py",
           (("tanh_derivative(tanh_g) / tanh_g", "1 / tanh_g"),), LOGARITHMIC),
    Mutant("LogLSTM: the signed form's derivative is that of tanh", "cells/logarithmic.py",
           (("o * slog_derivative(slog_c)", "o * tanh_derivative(slog_c)"),), LOGARITHMIC),
    Mutant("LogLSTM: h = slog(o c)", "cells/logarithmic.py", (("h = o * slog(c) if", "h = slog(o * c) if"),), LOGARITHMIC),
    Mutant("LogLSTM: the output gate learns from tanh(c)", "cells/logarithmic.py", (("d.h * slog_c * sigmoid", "d.h * tanh(c) * sigmoid"),), LOGARITHMIC),
    Mutant("LogLSTM: what reaches h without c does not reach the step before", "cells/logarithmic.py",
           (("h=d_prev.h + da_h @ self.weight_hh[rows]", "h=d_prev.h"),), LOGARITHMIC),
]  # fmt: skip
