"""Wrong training loops."""

from wrong_formulas.mutant import TRAINING, Mutant

MUTANTS = [
    Mutant("the state is not carried from batch to batch", "training.py",
           (("None if batch.start else self.state", "None"),), TRAINING),
    Mutant("the state is carried into sequences that start", "training.py",
           (("None if batch.start else self.state", "self.state"),), TRAINING),
]  # fmt: skip
