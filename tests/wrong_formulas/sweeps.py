"""Wrong formulas in the made-up language, in marks and rows and hidden Markov models, and in what is measured on them."""

from wrong_formulas.mutant import Mutant

TASKS, SWEEPS = ("tasks/test_translation.py",), ("experiments/test_sweeps.py",)
MEASURES, TABLE = ("experiments/test_sequences.py",), ("experiments/test_overview.py",)

MUTANTS = [
    Mutant("translation: modifiers keep their order", "tasks/translation.py", (("for word in reversed(modifiers)", "for word in modifiers"),), TASKS),
    Mutant("translation: all modifiers are of the first gender", "tasks/translation.py", (("second = place >= len(HEADS) // 2", "second = place >= len(HEADS)"),), TASKS),
    Mutant("translation: the head stays last", "tasks/translation.py",
           (("        translation.append(_NAMES[place])\n", ""), ("for word in reversed(modifiers)]\n", "for word in reversed(modifiers)] + [_NAMES[place]]\n")), TASKS),
    Mutant("translation: never two modifiers", "tasks/translation.py", (("generator.integers(3)), length", "generator.integers(2)), length"),), TASKS),
    Mutant("translation: the decoder reads what it should write", "tasks/translation.py",
           (("np.concatenate([np.full((1, N), WRITTEN.index(START)), written[:-1]])", "written"),), TASKS),
    Mutant("translation: the stop does not count", "tasks/translation.py", (("[:, None] <= lengths", "[:, None] < lengths"),), TASKS),
    Mutant("translation: input past the end", "tasks/translation.py", ((" * (np.arange(T)[:, None] < lengths)[..., None].astype(dtype)", ""),), TASKS),
    Mutant("HMM: columns for rows", "tasks/hidden.py", (("(joint / p[:, None]) @ transition", "(joint / p[:, None]) @ transition.T"),), TASKS),
    Mutant("HMM: the belief is not normed", "tasks/hidden.py", (("(joint / p[:, None]) @ transition", "joint @ transition"),), TASKS),
    Mutant("HMM: nats", "tasks/hidden.py", (("np.log2(p).sum()", "np.log(p).sum()"),), TASKS),
    Mutant("HMM: the first state has moved on", "tasks/hidden.py",
           (("        symbols.append(draw(emission[state]))\n        state = draw(transition[state])\n",
             "        state = draw(transition[state])\n        symbols.append(draw(emission[state]))\n"),), TASKS),
    Mutant("row: it comes back turned round", "tasks/hidden.py", (("symbols + noise), first])", "symbols + noise), first[::-1]])"),), TASKS),
    Mutant("row: noise of the row's own symbols", "tasks/hidden.py", (("generator.integers(symbols, symbols + noise, (lag", "generator.integers(0, symbols + noise, (lag"),), TASKS),
    Mutant("row: it costs twice", "tasks/hidden.py", (("(row * np.log2(symbols)", "(2 * row * np.log2(symbols)"),), TASKS),
    Mutant("marks: the order counts from the end", "tasks/marks.py", (("2 ** np.arange(marks)[::-1]", "2 ** np.arange(marks)"),), SWEEPS),
    Mutant("marks: a wrong label may be right", "tasks/marks.py", (("generator.integers(1, 2**marks, count)", "generator.integers(0, 2**marks, count)"),), SWEEPS),
    Mutant("marks: no step twice, but the first ones only", "tasks/marks.py", (("np.sort(generator.permuted(np.tile(np.arange(steps), (count, 1)), axis=1)[:, :marks], axis=1)",
            "np.tile(np.arange(marks), (count, 1))"),), SWEEPS),
    Mutant("fitting: the error of the first step", "experiments/fitting.py", (("model.forward(batch.x)[0][-1]", "model.forward(batch.x)[0][0]"),), SWEEPS),
    Mutant("length: too many words cost nothing", "experiments/studies/architectures/attention_length.py", (("/ max(len(said), len(due))", "/ len(due)"),), MEASURES),
    Mutant("length: a word counts wherever it stands", "experiments/studies/architectures/attention_length.py",
           (("sum(a == b for a, b in zip(said, due, strict=False))", "sum(a in due for a in said)"),), MEASURES),
    Mutant("HMM beside LSTM: the best on the test set is told", "experiments/studies/applications/hmm.py",
           (('size = min(chosen, key=lambda size: chosen[size]["validation"])\n    tested = {k: found["cost"](sets[2]) for k, found in chosen.items()}',
             'tested = {k: found["cost"](sets[2]) for k, found in chosen.items()}\n    size = min(tested, key=tested.get)'),), MEASURES),
    Mutant("HMM beside LSTM: the LSTM reads what it should say", "experiments/studies/applications/hmm.py",
           (("read[1 : len(codes), n] = codes, codes[:-1]", "read[: len(codes), n] = codes, codes"),), MEASURES),
    Mutant("overview: times are means", "experiments/summary.py",
           (('duration(sum(record["cpu_seconds"] for record in results.records))', 'duration(sum(record["cpu_seconds"] for record in results.records) / len(results))'),), TABLE),
    Mutant("overview: claims that are not run count as held", "experiments/summary.py", (('outcome == "holds" for', 'outcome != "does not hold" for'),), TABLE),
    Mutant("overview: one met is always", "experiments/summary.py", (("sum(met == share * count for", "sum((met > 0) == share for"),), TABLE),
]  # fmt: skip
