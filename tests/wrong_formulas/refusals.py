"""What the measures, the baselines and the tasks of practice must refuse: each row drops one of their checks."""

from wrong_formulas.mutant import Mutant

RANKING, FORECASTS, TEXT, SPOKEN = (
    (f"metrics/test_{name}.py",) for name in ("ranking", "forecast_metrics", "text_metrics", "translation_metrics")
)
CLASSES, CHOICE = ("baselines/test_class_baselines.py",), ("training/test_sampling.py",)
SEQUENCES, SESSIONS, STROKES, COUNTED = (
    (f"tasks/test_{name}.py",) for name in ("classification", "sessions", "handwriting", "tasks")
)
LEARNERS, BATCH = "baselines/classes.py", "tasks/batch.py"

MUTANTS = [
    Mutant("refused: numbers that are not finite", "checks.py", (("    if bad:\n", "    if bad < 0:\n"),), SEQUENCES),
    Mutant("refused: ranks of NaN", "metrics/ranking.py", (("    if missing:  # no comparison", "    if False:  # no comparison"),), RANKING),
    Mutant("refused: a place of 0", "metrics/ranking.py", ((" or array.min() < 1", ""),), RANKING),
    Mutant("refused: no place at all", "metrics/ranking.py", ((" or not array.size or array.min() < 1", " or (array.size and array.min() < 1)"),), RANKING),
    Mutant("refused: places that are no ints", "metrics/ranking.py", (('array.dtype.kind not in "iu" or not array.size', "not array.size"),), RANKING),
    Mutant("refused: margins of NaN", "metrics/forecasts.py", (("    if missing:  # they would", "    if False:  # they would"),), FORECASTS),
    Mutant("refused: the correlation of a constant", "metrics/forecasts.py", (("if np.ptp(values) == 0:", "if False:"),), FORECASTS),
    Mutant("refused: a series that is constant at other steps only", "metrics/forecasts.py", (("if np.ptp(values) == 0:", "if np.ptp(forecast) == 0:"),), FORECASTS),
    Mutant("refused: the correlation of inf", "metrics/forecasts.py", (("if not np.isfinite(values).all():", "if False:"),), FORECASTS),
    Mutant("refused: the rate of a single text", "metrics/text.py", (('    if isinstance(texts, str):\n        raise ValueError("compile_rate', '    if False:\n        raise ValueError("compile_rate'),), TEXT),
    Mutant("refused: nothing to translate", "baselines/translation.py", (("    if not len(source):", "    if False:"),), SPOKEN),
    Mutant("nearest phrase: the first where no word is shared", "baselines/translation.py", (("if not any(overlap):", "if False:"),), SPOKEN),
    Mutant("refused: NaN in a class's sequences", LEARNERS, (('finite_array(what, f"sequence {n}", each)', 'real_array(what, f"sequence {n}", each)'),), CLASSES),
    Mutant("refused: a sequence without a step", LEARNERS, (("array.ndim != 2 or not len(array) or", "array.ndim != 2 or"),), CLASSES),
    Mutant("refused: a sequence of another width", LEARNERS, ((" or array.shape[1] != D:", ":"),), CLASSES),
    Mutant("refused: no sequence", LEARNERS, (("    if not arrays:\n", "    if arrays is None:\n"),), CLASSES),
    Mutant("refused: learning from NaN", LEARNERS, (('inputs = finite_array("LogisticRegression"', 'inputs = real_array("LogisticRegression"'),), CLASSES),
    Mutant("refused: a class for NaN", LEARNERS, (('x = (finite_array("LogisticRegression"', 'x = (real_array("LogisticRegression"'),), CLASSES),
    Mutant("logistic regression: a fit that fails changes the scale", LEARNERS, (("        mean, scale = inputs.mean(axis=0), inputs.std(axis=0)\n", "        mean, scale = self._mean, self._scale = inputs.mean(axis=0), inputs.std(axis=0)\n"),), CLASSES),
    Mutant("HMM per class: a fit that fails loses the models", LEARNERS, (("        models = []\n", "        models = self.models = []\n"),
           ("        arrays = _sequences(\"HMMClassifier\", sequences)\n", "        self.models = []\n        arrays = _sequences(\"HMMClassifier\", sequences)\n")), CLASSES),
    Mutant("refused: more states than steps", LEARNERS, (("if steps < self.states:", "if False:"),), CLASSES),
    Mutant("refused: a state that no step follows", LEARNERS, (("if not np.allclose(model.transmat_.sum(axis=1), 1):", "if False:"),), CLASSES),
    Mutant("refused: a row without a probability above 0", "sampling.py", ((" or not p.any(axis=-1).all():", ":"),), CHOICE),
    Mutant("refused: a negative probability", "sampling.py", (("p.ndim < 1 or not (p >= 0).all() or", "p.ndim < 1 or"),), CHOICE),
    Mutant("refused: probabilities that are NaN", "sampling.py", (('finite_array("choice"', 'real_array("choice"'),), CHOICE),
    Mutant("refused: a number of 1 or more to draw by", "sampling.py", (("(u >= 0) & (u < 1)", "(u >= 0)"),), CHOICE),
    Mutant("refused: NaN in a batch", BATCH, (('finite_array("sequence_batch", f"sequence', 'np.asarray(sequence) if n + 1 else ("sequence_batch", f"sequence'),), SEQUENCES),
    Mutant("refused: NaN among targets", BATCH, (('due = finite_array("sequence_batch", "targets", targets)', "due = np.asarray(targets)"),), SEQUENCES),
    Mutant("refused: fewer targets than sequences", BATCH, (("if due.shape[:1] != (len(arrays),):", "if False:"),), SEQUENCES),
    Mutant("refused: numbers that would be cut down to tokens", BATCH, (("if other is not None:", "if False:"),), SEQUENCES),
    Mutant("refused: steps of several shapes", BATCH, (("if len(kinds) > 1 or", "if"),), SEQUENCES),
    Mutant("refused: an item that is not there", "tasks/sessions.py", ((" or every.max() >= count:", ":"),), SESSIONS),
    Mutant("refused: an item below 0", "tasks/sessions.py", (("every.min() < 0 or ", ""),), SESSIONS),
    Mutant("sessions: the number of items is not heeded", "tasks/sessions.py", (('positive_int("session_batch", "items", items)', "len(called_names())"),), SESSIONS),
    Mutant("refused: strokes of other shapes", "tasks/handwriting.py", (("    if not lines or shapes:", "    if not lines:"),), STROKES),
    Mutant("refused: points that are NaN", "tasks/handwriting.py", (('finite_array("picture_of_strokes"', 'real_array("picture_of_strokes"'),), STROKES),
    Mutant("refused: n-grams of nothing", "baselines/ngrams.py", (("        if not known:\n", "        if known is None:\n"),), COUNTED),
]  # fmt: skip
