"""Wrong formulas in the streams of questions, and in what is measured about windows of them."""

from wrong_formulas.mutant import Mutant

TESTS = ("experiments/test_truncation.py",)
STREAM, MEASURES = "tasks/stream.py", "experiments/studies/gradients/truncation.py"

MUTANTS = [
    Mutant("recall stream: the question one step late", STREAM, (("at % period == lag", "at % period == lag + 1"),), TESTS),
    Mutant("recall stream: the answer is the next symbol", STREAM,
           (("answers, at // period, axis=0", "answers, -(-at // period), axis=0"),), TESTS),
    Mutant("recall stream: distractors look like symbols", STREAM,
           (("generator.integers(symbols, 2 * symbols, shape", "generator.integers(0, symbols, shape"),), TESTS),
    Mutant("recall stream: all streams in step", STREAM, (("[:, None] + np.arange(batch_size)", "[:, None] + np.zeros(batch_size, int)"),), TESTS),
    Mutant("recall stream: every batch starts afresh", STREAM, (("start=update == 0", "start=True"),), TESTS),
    Mutant("recall stream: every step is asked", STREAM, (("self._asked[part].copy(),", "np.ones_like(self._asked[part]),"),), TESTS),
    Mutant("recall stream: the last symbol is never drawn", STREAM,
           (("generator.integers(0, symbols, (at.max()", "generator.integers(0, symbols - 1, (at.max()"),), TESTS),
    Mutant("truncation: the read-out is tested where it was fitted", MEASURES,
           (("fit[:, STREAMS:] = rest[:, :STREAMS] = False", "fit[:, STREAMS:] = rest[:, STREAMS:] = False"),), TESTS),
    Mutant("truncation: every step counts as a question", MEASURES,
           (("asked = np.array(batch.mask)", "asked = np.ones_like(batch.mask)"),), TESTS),
    Mutant("truncation: a window of the lag counts as longer", MEASURES,
           (('if k > metrics["lag"]', 'if k >= metrics["lag"]'),), TESTS),
    Mutant("truncation: only windows shorter than the lag count as within", MEASURES,
           (('if k <= metrics["lag"]', 'if k < metrics["lag"]'),), TESTS),
    Mutant("truncation: the patience counts updates, not steps", MEASURES, (("patience = -(-CALM // k)", "patience = CALM"),), TESTS),
]  # fmt: skip
