"""Wrong ways to choose what is written, and to judge it."""

from wrong_formulas.mutant import Mutant

SAMPLING, TEXT = "sampling.py", "metrics/text.py"
CHOICE, JUDGED, COUNTED = (
    ("training/test_sampling.py",), ("metrics/test_text_metrics.py",), ("tasks/test_tasks.py",),
)  # fmt: skip

STUDIES, LITTLE = ("experiments/test_writing.py",), ("experiments/test_small_data.py",)
OWN, JUDGE = (f"experiments/studies/applications/{name}.py" for name in ("exposure", "generation"))
SMALL = "experiments/studies/architectures/small_data.py"

MUTANTS = [
    Mutant("exposure: a letter of its own is read at the step that guessed it", OWN, (("x[t + 1, own[t + 1]] =", "x[t, own[t + 1]] ="),), STUDIES),
    Mutant("exposure: its own letters are the likeliest, not drawn", OWN,
           (("sampling.choice(softmax(scores[0]), rng.random(x.shape[1]))", "scores[0].argmax(axis=1)"),), STUDIES),
    Mutant("generation: a line that was not finished counts", JUDGE, (('.split("\\n")[:-1]]', '.split("\\n")]'),), STUDIES),
    Mutant("sampling: scores are multiplied by the temperature", SAMPLING, (("keepdims=True)) / temperature)", "keepdims=True)) * temperature)"),), CHOICE),
    Mutant("sampling: the nucleus leaves out the symbol that reaches the share", SAMPLING,
           (("np.cumsum(ranked, axis=-1) - ranked\n", "np.cumsum(ranked, axis=-1)\n"),), CHOICE),
    Mutant("sampling: one symbol too many is kept", SAMPLING, (("ranked[..., top_k:] = 0", "ranked[..., top_k + 1 :] = 0"),), CHOICE),
    Mutant("sampling: the nucleus is that of all, not of the k likeliest", SAMPLING,
           (("        ranked[..., top_k:] = 0\n        ranked /= ranked.sum(axis=-1, keepdims=True)\n", "        ranked[..., top_k:] = 0\n"),), CHOICE),
    Mutant("sampling: a number draws what it has passed, not what comes", SAMPLING, (("(sums <= u[", "(sums < u["),), CHOICE),
    Mutant("sampling: each symbol is chosen from the state of the start", SAMPLING,
           (("        state = trace.final_state\n        if k", "        if k"),), CHOICE),
    Mutant("sampling: the padding of shorter starts is read", SAMPLING,
           (("model.forward(_inputs(model, x), state, last)", "model.forward(_inputs(model, x), state)"),), CHOICE),
    Mutant("sampling: one number of chance for all texts", SAMPLING, (("generator.random(len(scores))", "generator.random()"),), CHOICE),
    Mutant("sampling: a beam reads the last symbol of the start twice", SAMPLING, (("x if alone else x[:-1]", "x"),), CHOICE),
    Mutant("text: entropy in nats", TEXT, (("np.log2(np.where", "np.log(np.where"),), JUDGED),
    Mutant("text: a piece counts as its own repetition", TEXT, (("1 - len(set(pieces)) / len(pieces)", "1 - (len(set(pieces)) - 1) / len(pieces)"),), JUDGED),
    Mutant("text: pieces are compared within each text alone", TEXT,
           (("return len(set(pieces)) / len(pieces)", "return 1.0"),), JUDGED),
    Mutant("text: blank lines compile", TEXT, (("for text in texts if text.strip()]", "for text in texts]"),), JUDGED),
    Mutant("text: a block goes on at its head's own depth", TEXT, (("len(line.lstrip(\" \")) <= depth", "len(line.lstrip(\" \")) < depth"),), JUDGED),
    Mutant("n-grams: a context counts for its symbols, not for how varied they are", "baselines/ngrams.py",
           (("            p *= len(followed)\n", ""),), COUNTED),
    Mutant("small data: the validation text is learned from", SMALL, (("text, validation = codes[:-VALIDATION]", "text, validation = codes"),), LITTLE),
    Mutant("small data: all seeds learn from the same portion", SMALL, (("* (seed % 5) // 4", "* 2 // 4"),), LITTLE),
    Mutant("small data: the last window is never drawn", SMALL, (("integers(len(codes) - STEPS,", "integers(len(codes) - STEPS - 1,"),), LITTLE),
    Mutant("small data: characters without a past count", SMALL, (("(predictions[half:], batch.targets[half:])", "(predictions, batch.targets)"),), LITTLE),
    Mutant("small data: some characters count twice", SMALL, (("len(codes) - STEPS, half)", "len(codes) - STEPS, half // 2)"),), LITTLE),
    Mutant("small data: the last rate is taken, not the best", SMALL, (('if cost < best["validation"]:', "if True:"),), LITTLE),
]  # fmt: skip
