"""Wrong conversions from and to PyTorch, and a report that hides a difference."""

from wrong_formulas.mutant import CONVERT, VERIFY, Mutant

MUTANTS = [
    Mutant("only one of PyTorch's biases is loaded", "reference/convert.py",
           (('arrays["bias" + suffix] = bias_ih + bias_hh', 'arrays["bias" + suffix] = bias_ih'),), CONVERT),
    Mutant("the bias is exported twice", "reference/convert.py",
           (('getattr(module, "bias_hh" + suffix).zero_()',
             'getattr(module, "bias_hh" + suffix).copy_(torch.from_numpy(cell.bias))'),), CONVERT),
    Mutant("the GRU's inner bias is added outside the reset gate's reach", "reference/convert.py",
           (("bias_hh = np.where(np.arange(cell.bias.size) < cell.rows(\"n\").start, bias_hh, 0)", "pass"),), CONVERT),
    Mutant("the GRU's inner bias is the reset gate's", "reference/convert.py",
           (('= bias_hh[cell.rows("n")]\n', '= bias_hh[cell.rows("r")]\n'),), CONVERT),
    Mutant("three blocks are an LSTM, four a GRU", "reference/convert.py",
           (("3: layers.GRU, 4: layers.LSTM", "4: layers.GRU, 3: layers.LSTM"),), CONVERT),
    Mutant("a state dict's second direction is not seen", "reference/convert.py",
           (("any(reverse for *_, reverse in parts)", "False"),), CONVERT),
    Mutant("a state dict's first prefix is as good as any", "reference/convert.py",
           (("if prefix is None and len(found) == 1:", "if prefix is None:"),), CONVERT),
    Mutant("the report never finds a difference", "reference/report.py",
           (("ok = bool((error <= atol + rtol * np.abs(theirs)).all())", "ok = True"),), VERIFY),
    Mutant("the report shows the last error, not the largest", "reference/report.py",
           (("float(np.max([row.error, worst[group] or 0.0]))", "row.error"),), VERIFY),
    Mutant("the reference's attention looks at masked keys", "reference/attention.py",
           ((" if mask[j, n]}", "}"),), VERIFY),
    Mutant("PyTorch's attention is scaled unasked", "reference/attention.py", (("else 1.0\n", "else None\n"),), VERIFY),
    Mutant("no gradient arrives at the weights of the reference's attention", "reference/attention.py",
           (("[torch.tensor(d) for d in arriving]", "[torch.tensor(d) * (k == 0) for k, d in enumerate(arriving)]"),),
           VERIFY),
    Mutant("PyTorch's cross-entropy counts masked steps", "reference/losses.py",
           (("np.where(mask, targets, -100)", "targets"),), VERIFY),
]  # fmt: skip
