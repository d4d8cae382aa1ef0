"""Wrong linear recurrent units."""

from wrong_formulas.mutant import Mutant

LRU = ("cells/test_lru.py", "cells/test_cells.py", "layers/test_layers.py", "-k", "lru")


def wrong(name: str, right: str, instead: str) -> Mutant:
    """Return a row of one edit."""
    return Mutant(f"LRU: {name}", "cells/lru.py", ((right, instead),), LRU)


MUTANTS = [
    wrong(
        "the memory turns the other way",
        "re = lambda_re * prev.re - lambda_im * prev.im + u_re",
        "re = lambda_re * prev.re + lambda_im * prev.im + u_re",
    ),
    wrong(
        "the imaginary half keeps nothing of itself",
        "im = lambda_im * prev.re + lambda_re * prev.im + u_im",
        "im = lambda_im * prev.re + u_im",
    ),
    wrong(
        "the output is Re C Re m, without the imaginary half",
        "h = self.activation(re @ C_re - im @ C_im + skip)\n        return",
        "h = self.activation(re @ C_re + skip)\n        return",
    ),
    wrong(
        "the output is that of the conjugate",
        "h = self.activation(re @ C_re - im @ C_im + skip)\n        return",
        "h = self.activation(re @ C_re + im @ C_im + skip)\n        return",
    ),
    wrong("no way past the memory", "- im @ C_im + skip)\n        return", "- im @ C_im)\n        return"),
    wrong(
        "the size of lambda is exp(nu)",
        "size, angle = np.exp(-np.exp(self.nu_log))",
        "size, angle = np.exp(self.nu_log)",
    ),
    wrong(
        "the angle is theta_log itself",
        "np.exp(-np.exp(self.nu_log)), np.exp(self.theta_log)",
        "np.exp(-np.exp(self.nu_log)), self.theta_log",
    ),
    wrong("nothing makes up for the size of lambda", "0.5 * np.log(1 - squared)", "0.0"),
    wrong("gamma is 1 - |lambda|^2, without the root", "0.5 * np.log(1 - squared)", "np.log(1 - squared)"),
    wrong(
        "the radii are even, not the area",
        "rng.uniform(self.r_min**2, self.r_max**2, self.hidden_size)",
        "rng.uniform(self.r_min, self.r_max, self.hidden_size) ** 2",
    ),
    wrong("lambda starts at |lambda|^2", "np.log(-0.5 * np.log(squared))", "np.log(-np.log(squared))"),
    wrong("lambda starts all around, whatever max_phase", "np.log(self.max_phase * rng", "np.log(2 * np.pi * rng"),
    wrong(
        "B starts twice as large in variance",
        '"u_re": 1 / np.sqrt(2 * self.input_size)',
        '"u_re": 1 / np.sqrt(self.input_size)',
    ),
    wrong("the scan reaches one step back only", "        distance *= 2\n", "        break\n"),
    wrong("the scan joins what it has already joined", "keep[:-distance].copy()", "0 + keep[:1]"),
    wrong("the scan forgets what was before the first step", "write[0] += keep[0] *", "write[0] += 0 *"),
    wrong("the scan ignores lengths", "np.where(valid, keep, 1), np.where(valid, write, 0)", "1 * keep, 1 * write"),
    wrong(
        "the scan hands on the output of padding", "np.where(valid, np.arange(1", "np.where(valid | True, np.arange(1"
    ),
    wrong(
        "backward: lambda, not its conjugate",
        "re=lambda_re * d_re + lambda_im * d_im",
        "re=lambda_re * d_re - lambda_im * d_im",
    ),
    wrong(
        "backward: the imaginary half with the other sign",
        "im=lambda_re * d_im - lambda_im * d_re",
        "im=lambda_re * d_im + lambda_im * d_re",
    ),
    wrong("backward: the output's imaginary half with a plus", "d_im = d.im - d_skip", "d_im = d.im + d_skip"),
    wrong("backward: the output's tanh is forgotten", "d_skip = d.h * self.derivative(step.h)", "d_skip = d.h * 1.0"),
    wrong(
        "backward: what is written without gamma",
        "[gamma * d_re, gamma * d_im, d_skip]",
        "[d_re, gamma * d_im, d_skip]",
    ),
    wrong(
        "backward: the gradient of C's imaginary half with a plus",
        "[step.re, -step.im]",
        "[step.re, step.im]",
    ),
    wrong(
        "backward: nu_log's gradient without that of the exponential",
        "-np.exp(self.nu_log) * (d_lambda_re",
        "-1 * (d_lambda_re",
    ),
    wrong(
        "backward: theta_log turns the other way",
        "(d_lambda_im * lambda_re - d_lambda_re * lambda_im)",
        "(d_lambda_re * lambda_im - d_lambda_im * lambda_re)",
    ),
    wrong(
        "backward: gamma_log's gradient from the real half alone",
        "(d_re * step.u_re + d_im * step.u_im)",
        "(d_re * step.u_re)",
    ),
    Mutant(
        "LRU: the layer does not hear of max_phase",
        "layers/state_space.py",
        (("r_max=r_max, max_phase=max_phase, ", "r_max=r_max, "),),
        LRU,
    ),
    Mutant(
        "LRU: the layer's ring begins at 0 whatever r_min",
        "layers/state_space.py",
        (("r_min=r_min, r_max=r_max,", "r_max=r_max,"),),
        LRU,
    ),
]
