"""Wrong measures, baselines and data of the chapter on classification."""

from wrong_formulas.mutant import Mutant

METRICS, BASELINES, DATA = (
    (f"{name}.py",)
    for name in ("metrics/test_class_metrics", "baselines/test_class_baselines", "tasks/test_classification")
)
STUDIES, DRAWINGS = ("experiments/test_classification.py",), ("plots/test_diagrams.py", "-k", "pooled")

MUTANTS = [
    Mutant("confusion matrix: rows are what was said", "metrics/classes.py", (("(true.ravel(), said.ravel())", "(said.ravel(), true.ravel())"),), METRICS),
    Mutant("precision and recall are exchanged", "metrics/classes.py", (("right / said, right / support,", "right / support, right / said,"),), METRICS),
    Mutant("F1 is the arithmetic mean", "metrics/classes.py", (("2 * right / (said + support)", "(right / said + right / support) / 2"),), METRICS),
    Mutant("logistic regression: the penalty is on the bias too", "baselines/classes.py",
           (("d_logits[0].sum(axis=0)])", "d_logits[0].sum(axis=0) + self.penalty * b])"),), BASELINES),
    Mutant("logistic regression: new inputs are scaled by themselves", "baselines/classes.py",
           (('"x", x) - self._mean) / self._scale', '"x", x) - np.mean(x, axis=0)) / self._scale'),), BASELINES),
    Mutant("HMM per class: one sequence of all", "baselines/classes.py", (("[len(sequence) for sequence in own]", "[sum(map(len, own))]"),), BASELINES),
    Mutant("vowels are scaled by what is held out, too", "tasks/vowels.py", (("np.flatnonzero(~held)]", "range(len(speakers))]"),), DATA),
    Mutant("vowels: validation utterances are learned", "tasks/vowels.py", (("for chosen in (~held, held)", "for chosen in (held | True, held)"),), DATA),
    Mutant("digits are read column by column", "tasks/digits.py", (("rows.swapaxes(0, 1)", "rows.transpose(2, 0, 1)"),), DATA),
    Mutant("digits: the two pixels of a byte are exchanged", "tasks/tables.py",
           (('table["pixels"] // 16, table["pixels"] % 16', 'table["pixels"] % 16, table["pixels"] // 16'),), ("tasks/test_tables.py",)),
    Mutant("digits: those to choose by are learned", "tasks/digits.py", (('"validation": (320, 400)', '"validation": (240, 320)'),), DATA),
    Mutant("reviews: the statement before but counts", "tasks/reviews.py", (('[*subject, *other, "but", *says]', '[*subject, *says, "but", *other]'),), DATA),
    Mutant("reviews: rare words in every place", "tasks/reviews.py", (('kind != "one" and any(', 'kind == "" and any('),), DATA),
    Mutant("voices: padding that is read is not read", "experiments/studies/applications/vowels.py", (("len(utterance) + extra for", "len(utterance) for"),), STUDIES),
    Mutant("voices: padded sequences keep their lengths", "experiments/studies/applications/vowels.py", (("._replace(lengths=None)", ""),), STUDIES),
    Mutant("voices: no padding where its effect is measured", "experiments/studies/applications/vowels.py", (("padded(*data.test, extra)", "padded(*data.test, 0)"),), STUDIES),
    Mutant("reviews: rare words count in simple sentences too", "experiments/studies/applications/reviews.py", (('[kind != "one" and any(', "[any("),), STUDIES),
    Mutant("reviews: every kind has the share of all", "experiments/studies/applications/reviews.py", (("right[kinds == kind].mean()", "right.mean()"),), STUDIES),
    Mutant("classifier: the seed does not choose the batches", "experiments/classifying.py", (("[seed, 4, update]", "[4, update]"),), STUDIES),
    Mutant("classifier: the seed does not draw the weights", "experiments/classifying.py", (("rng=[seed, 1]", "rng=[0, 1]"),), STUDIES),
    Mutant("digits: the mean row is the mean column", "experiments/studies/applications/digits.py", (("pictures.mean(axis=1)", "pictures.mean(axis=2)"),), STUDIES),
    Mutant("classifier: no noise in training", "experiments/classifying.py", (("(batch.x + noise)", "(batch.x + 0 * noise)"),), STUDIES),
    Mutant("pooled drawing: all taps alike", "diagrams/_pooled.py", (("float(max(weight, 0.06))", "0.5"),), DRAWINGS),
    Mutant("pooled drawing: padding does not fade", "diagrams/_pooled.py", (("range(T - padding + 1, T + 1)", "range(T + 1, T + 1)"),), DRAWINGS),
]  # fmt: skip
