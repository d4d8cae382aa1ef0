"""Wrong training loops."""

from wrong_formulas.mutant import TRAINING, Mutant

MODELS = ("training/test_models.py",)
POOLING = ("training/test_pooling.py",)

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
    Mutant("embedding: a token that comes again counts once", "models.py", (("np.add.at(d_weight, indices, dy)", "d_weight[indices] += dy"),), MODELS),
    Mutant("embedding: padding gets a gradient", "models.py", (("            d_weight[self.padding_idx] = 0\n", "            pass\n"),), MODELS),
    Mutant("embedding: the vectors of another step", "models.py", (("return self.weight[self._check_tokens(tokens)]", "return self.weight[self._check_tokens(tokens)[::-1]]"),), MODELS),
    Mutant("embedding: padding starts like any other", "models.py", (("            self.weight[padding_idx] = 0\n", "            pass\n"),), MODELS),
    Mutant("a model's tokens are read past the lengths", "models.py", (("return tokens if inside is None else np.where(inside, tokens, 0)", "return tokens"),), MODELS),
    Mutant("padding counts in the loss without a mask", "tasks/batch.py", (("            return inside\n", "            return None\n"),), MODELS),
    Mutant("padding counts in the loss if the mask says so", "tasks/batch.py", (("self.mask * inside if", "self.mask if"),), MODELS),
    Mutant("last pooling reads the last padded step", "pooling.py", (("y = h[lengths - 1, np", "y = h[lengths * 0 - 1, np"),), POOLING),
    Mutant("last pooling takes a backward reader where it begins", "pooling.py", (("            y[:, half:] = h[0, :, half:]\n", "            pass\n"),), POOLING),
    Mutant("mean pooling divides by the padded length", "pooling.py", (("(h.sum(axis=0) / lengths[:, None])", "(h.sum(axis=0) / len(h))"),), POOLING),
    Mutant("mean pooling: padding gets a gradient", "pooling.py", (("shares = steps_that_count(lengths, len(h)) / lengths", "shares = np.ones(h.shape[:2]) / lengths"),), POOLING),
    Mutant("attention pooling: padding takes part in the softmax", "pooling.py", (("m @ self.weight_score, -np.inf)", "m @ self.weight_score, 0)"),), POOLING),
    Mutant("attention pooling: a softmax over the sequences", "pooling.py", (("return m, softmax(e.T).T", "return m, softmax(e)"),), POOLING),
    Mutant("attention pooling: no gradient through the weights", "pooling.py", (("alpha[..., None] * dy + da @ self.weight_key, d", "alpha[..., None] * dy, d"),), POOLING),
    Mutant("attention pooling: the softmax's gradient without its mean", "pooling.py", (("de = alpha * (d_alpha - (alpha * d_alpha).sum(axis=0))", "de = alpha * d_alpha"),), POOLING),
]  # fmt: skip
