"""Wrong formulas in the tasks of Hochreiter & Schmidhuber (1997), and in what their experiments measure."""

from wrong_formulas.mutant import Mutant

TASKS, MEASURES = ("tasks/test_classics.py",), ("experiments/test_classics.py",)

MUTANTS = [
    Mutant("long lag: ends with the other symbol", "tasks/lags.py", (("codes[0] = codes[-1] = letters", "codes[0], codes[-1] = letters, 2 * p - 1 - letters"),), TASKS),
    Mutant("long lag: one symbol too few between", "tasks/lags.py", (("np.arange(-1, p)[:, None]", "np.arange(-1, p - 1)[:, None]"),), TASKS),
    Mutant("long lag: only x", "tasks/lags.py", (("integers(p - 1, p + 1, batch_size)", "integers(p - 1, p, batch_size)"),), TASKS),
    Mutant("noisy lag: one step more than asked for at least", "tasks/lags.py", (("generator.geometric(0.1, batch_size) + 2", "generator.geometric(0.1, batch_size) + 3"),), TASKS),
    Mutant("noisy lag: goes on with chance one tenth", "tasks/lags.py", (("generator.geometric(0.1,", "generator.geometric(0.9,"),), TASKS),
    Mutant("noisy lag: the last noise symbol never comes", "tasks/lags.py", (("generator.integers(0, p, (lengths", "generator.integers(0, max(p - 1, 1), (lengths"),), TASKS),
    Mutant("noisy lag: due where the end sign is still to come", "tasks/lags.py", (("mask[lengths - 1, n] = True", "mask[lengths - 2, n] = True"),), TASKS),
    Mutant("noisy lag: x and y change places in the answer", "tasks/lags.py", (("p + 2 + answers", "p + 3 - answers"),), TASKS),
    Mutant("noisy lag: noise past the end", "tasks/lags.py", (("one_hot(codes, p + 4, dtype) * inside[..., None]", "one_hot(codes, p + 4, dtype)"),), TASKS),
    Mutant("order: the last symbol counts most", "tasks/order.py", (("answers = 2 * answers + letters", "answers = answers + letters * 2 ** PLACES[relevant].index((first, last))"),), TASKS),
    Mutant("order: the last place is never taken", "tasks/order.py", (("generator.integers(first, last + 1, batch_size)", "generator.integers(first, last, batch_size)"),), TASKS),
    Mutant("order: places from 1", "tasks/order.py", (("codes[generator.integers(first, last + 1, batch_size), n]", "codes[generator.integers(first, last + 1, batch_size) + 1, n]"),), TASKS),
    Mutant("order: 6a's second place is 6b's", "tasks/order.py", (("2: ((10, 20), (50, 60))", "2: ((10, 20), (33, 43))"),), TASKS),
    Mutant("order: E and B change places", "tasks/order.py", (('SYMBOLS.index("E"), SYMBOLS.index("B")', 'SYMBOLS.index("B"), SYMBOLS.index("E")'),), TASKS),
    Mutant("order: sequences of one length", "tasks/order.py", (("LENGTHS[0], LENGTHS[1] + 1, batch_size", "LENGTHS[0], LENGTHS[0] + 1, batch_size"),), TASKS),
    Mutant("order: noise of three symbols", "tasks/order.py", (("generator.integers(0, 4, (lengths", "generator.integers(0, 3, (lengths"),), TASKS),
    Mutant("online: errors at the last step of the longest", "experiments/online.py", (("if batch.lengths is None else batch.lengths - 1", ""),), MEASURES),
    Mutant("online: an error is the mean of the outputs'", "experiments/online.py", (("trace).max(axis=1))", "trace).mean(axis=1))"),), MEASURES),
    Mutant("online: outputs are not made into chances", "experiments/online.py", (("np.abs(softmax(outputs) -", "np.abs(outputs -"),), MEASURES),
    Mutant("online: the first sequences, not the most recent", "experiments/online.py", (("self.errors[-batches:]", "self.errors[:batches]"),), MEASURES),
    Mutant("adding: the largest error is not looked at", "experiments/studies/memory/adding.py", (("errors.mean() < 0.01 and (errors < RIGHT).all()", "errors.mean() < 0.01"),), MEASURES),
    Mutant("adding: an error of .04 is right", "experiments/studies/memory/adding.py", (('"wrong": int((errors >= RIGHT).sum())', '"wrong": int((errors > RIGHT + 1e-9).sum())'),), MEASURES),
    Mutant("multiplication: 140 wrong are few enough", "experiments/studies/memory/multiplication.py", (("(errors >= RIGHT).sum() < limit", "(errors >= RIGHT).sum() <= limit"),), MEASURES),
    Mutant("multiplication: the second rule is the first", "experiments/studies/memory/multiplication.py", (('("fewer", FEWER)', '("fewer", FEW)'),), MEASURES),
    Mutant("order: the mean error is not looked at", "experiments/studies/memory/temporal_order.py", (("errors.mean() < 0.1 and (errors < RIGHT).all()", "(errors < RIGHT).all()"),), MEASURES),
    Mutant("shortcut: its gradient is left out of the loss", "experiments/studies/memory/long_lag.py", (("return predictions + self.shortcut.forward(np.asarray(x)), trace", "return predictions, trace"),), MEASURES),
    Mutant("shortcut: the cells learn from the start", "experiments/studies/memory/long_lag.py", (("        if self.cells_learn:\n", "        if True:\n"),), MEASURES),
]  # fmt: skip
