"""Wrong formulas in the reading of handwriting: beam search, edit distance, windows, strings of digits."""

from wrong_formulas.mutant import Mutant

BEAM, READERS = ("training/test_ctc_search.py",), ("training/test_transcription.py",)
DISTANCE, STRINGS = ("metrics/test_distance.py",), ("tasks/test_handwriting.py",)

MUTANTS = [
    Mutant("CTC beam: equal labels need no blank between them", "losses/ctc_search.py",
           (("= log_b + log_step[last]", "= log_all + log_step[last]"),), BEAM),
    Mutant("CTC beam: only paths behind a blank stay blank", "losses/ctc_search.py",
           (("stay_b = log_all + log_step[blank]", "stay_b = log_b + log_step[blank]"),), BEAM),
    Mutant("CTC beam: a longer prefix that is kept already is lost", "losses/ctc_search.py",
           (("stay_n[k] = np.logaddexp(stay_n[k], longer[shorter, prefix[-1]])", "pass"),), BEAM),
    Mutant("CTC beam: a longer prefix that is kept already is there twice", "losses/ctc_search.py",
           (("                longer[shorter, prefix[-1]] = nothing\n", ""),), BEAM),
    Mutant("CTC beam: the last label never goes on", "losses/ctc_search.py",
           (("np.where(last == blank, nothing, log_n + log_step[last])", "np.full(len(last), nothing)"),), BEAM),
    Mutant("CTC beam: steps past a sequence's end are read", "losses/ctc_search.py",
           (("log_y[: steps[n], n]", "log_y[:, n]"),), BEAM),
    Mutant("edit distance: a replacement costs nothing", "metrics/distance.py",
           (("above[j - 1] + int(symbol != other)", "above[j - 1]"),), DISTANCE),
    Mutant("edit distance: equal symbols cost an edit", "metrics/distance.py",
           (("int(symbol != other)", "1"),), DISTANCE),
    Mutant("error rate: divided by what was read", "metrics/distance.py",
           (("total = sum(map(len, written))", "total = sum(map(len, read))"),), DISTANCE),
    Mutant("windows: the slope of tanh", "baselines/windows.py",
           (("(1 - record.hidden**2)", "(1 - record.hidden)"),), READERS),
    Mutant("windows: padding is read", "baselines/windows.py",
           (("[..., None], x, 0)", "[..., None], x, x)"),), READERS),
    Mutant("windows: one side only", "baselines/windows.py",
           (("((half, half), (0, 0), (0, 0))", "((2 * half, 0), (0, 0), (0, 0))"),), READERS),
    Mutant("windows: a digit is due where it begins and ends", "baselines/windows.py",
           (("(end - begin) / 4", "(end - begin) / 2"),), READERS),
    Mutant("windows: a digit is due half a step late", "baselines/windows.py",
           (("np.arange(len(batch.x)) + 0.5", "np.arange(len(batch.x)) + 0.0"),), READERS),
    Mutant("transcriber: padding is read", "transcription.py",
           (("self.forward(batch.x, state, batch.lengths, rng=rng)", "self.forward(batch.x, state, rng=rng)"),), READERS),
    Mutant("picture: columns are not scaled", "tasks/handwriting.py",
           (("_areas(ink.shape[1], steps * WIDE, left, scale)", "_areas(ink.shape[1], steps * WIDE, left, 1.0)"),), STRINGS),
    Mutant("picture: areas are sums, not means", "tasks/handwriting.py",
           (("- np.maximum(edges[:-1], old), 0) * scale", "- np.maximum(edges[:-1], old), 0)"),), STRINGS),
    Mutant("picture: paper above the ink counts", "tasks/handwriting.py",
           (("top - (tall - height) / 2, scale)", "0, scale)"),), STRINGS),
    Mutant("strokes: half as thick", "tasks/handwriting.py",
           (("np.clip(width / 2 - nearest + 0.5, 0, 1)", "np.clip(width / 4 - nearest + 0.5, 0, 1)"),), STRINGS),
]  # fmt: skip
