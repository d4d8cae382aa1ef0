"""Wrong training loops."""

from wrong_formulas.mutant import TRAINING, Mutant

MUTANTS = [
    Mutant("the state is not carried from batch to batch", "training.py",
           (("None if batch.start else self.state", "None"),), TRAINING),
    Mutant("the state is carried into sequences that start", "training.py",
           (("None if batch.start else self.state", "self.state"),), TRAINING),
    Mutant("dropout is not that of the run that was saved", "training.py", (("            self.rng = rng\n", "            pass\n"),), TRAINING),
    Mutant("a run that must not be interrupted ends quietly", "training.py", (("if interruptible else", "if True else"),), TRAINING),
    Mutant("until is called once in a while", "training.py",
           (("if until is not None and until(self)", "if until is not None and self.step % self.every == 0 and until(self)"),), TRAINING),
    Mutant("a history hands out its lists", "training.py", (('{"loss": list(self.loss)', '{"loss": self.loss'),), TRAINING),
]  # fmt: skip
