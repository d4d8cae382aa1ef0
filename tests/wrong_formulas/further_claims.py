"""Wrong experiments behind further claims, and a wrong LSTM with relu."""

from wrong_formulas.mutant import Mutant

FURTHER, HABITS = ("claims/test_further.py",), ("experiments/test_window_habits.py",)
TRIALS, STUDY = "claims/trials.py", "experiments/studies/training/window_habits.py"
TORCH = "reference/surprises.py"


def _whatever(name, module, condition):
    """A row of a verdict that no measurement changes."""
    edit = (f"if {condition} else", "if True else")
    return Mutant(f"claims: {name} whatever is measured", f"claims/collected/{module}.py", (edit,), FURTHER)


MUTANTS = [
    Mutant("open gates: the candidate is halved", TRIALS, (("forget, 40.0, 40.0])}", "forget, 0.55, 40.0])}"),), FURTHER),
    Mutant("growth: from the first step", TRIALS, (("return sizes / sizes[0]", "return sizes / sizes[-1]"),), FURTHER),
    Mutant("growth: all gates are scaled", TRIALS, (("    weight[: 2 * H] *= 0.1", "    weight[: 2 * H] *= 1.0"),), FURTHER),
    Mutant("orthogonal chain: always a tanh", TRIALS, (("    if not squash:", "    if squash is None:"),), FURTHER),
    Mutant("two softmaxes: the inner one has no slope", TRIALS,
           (("p * (d - (p * d).sum(axis=-1, keepdims=True)) if twice", "d if twice"),), FURTHER),
    Mutant("two softmaxes: one of them is left out", TRIALS, (("p if twice else z", "z"),), FURTHER),
    Mutant("windows of text: the state is not carried", TRIALS,
           (("state = trace.final_state\n            losses", "state = None\n            losses"),), FURTHER),
    Mutant("stack: a bit takes three digits", TRIALS, (("number(s / number(4) + number(2 * b + 1) / number(4))",
           "number(s / number(8) + number(4 * b + 1) / number(8))"),
           ("number(number(4) * s - number(2 * b + 1))", "number(number(8) * s - number(4 * b + 1))")), FURTHER),
    Mutant("padded: lengths are forgotten everywhere", TRIALS, (("for lengths in (batch.lengths, None)",
           "for lengths in (None, None)"),), FURTHER),
    Mutant("left out: changes of another sentence", TRIALS, (("for words, w, part, margin in zip(sentences, weights, parts,",
           "for words, w, part, margin in zip(sentences, weights, parts[1:] + parts[:1],"),), FURTHER),
    Mutant("left out: agreement without its sign", TRIALS, (("(a * b).sum()", "abs(a * b).sum()"),), FURTHER),
    Mutant("carried states: always detached", TORCH, (('"carried": (h, c),', '"carried": (h.detach(), c.detach()),'),),
           FURTHER),
    Mutant("carried states: what is detached is gone", TORCH, (('"detached": (h.detach(), c.detach())',
           '"detached": (0 * h.detach(), c.detach())'),), FURTHER),
    Mutant("biases: one is dropped, not moved", TORCH, (("        b_ih.add_(b_hh)\n", ""),), FURTHER),
    Mutant("relu: the memory is not squashed", STUDY, (("LSTMState(o * relu(c), c)", "LSTMState(o * c, c)"),), HABITS),
    Mutant("relu: the slope of the candidate is 1", STUDY, (("dg * relu_derivative(g)", "dg"),), HABITS),
    Mutant("relu: the slope of the memory is 1", STUDY, (("d.h * o * relu_derivative(seen)", "d.h * o"),), HABITS),
    Mutant("relu: the output gate sees the raw memory", STUDY, (("do = d.h * seen", "do = d.h * c"),), HABITS),
    Mutant("habits: backward is in order", STUDY, (('"backward": np.arange(count)[::-1]', '"backward": np.arange(count)'),),
           HABITS),
    Mutant("habits: every window is shuffled by itself", STUDY,
           (('return windows[order] if settings["steps"] == "shuffled" else windows',
             'return np.random.default_rng(0).permuted(windows, axis=0) if settings["steps"] == "shuffled" else windows'),),
           HABITS),
    Mutant("habits: features are windows", STUDY, (("return windows[..., 0].T[None]", "return windows[..., 0][None]"),),
           HABITS),
    Mutant("habits: every step counts", STUDY, (("mask = np.zeros((len(x), len(here), 1), z.dtype), np.zeros((len(x), len(here)))",
           "mask = np.zeros((len(x), len(here), 1), z.dtype), np.ones((len(x), len(here)))"),), HABITS),
    _whatever("h stores nothing", "cell", "without_c < 0.5 < without_h"),
    _whatever("three gates", "cell", "counts == {len(LSTMCell.blocks)}"),
    _whatever("a GRU hides nothing", "cell", 'GRUCell.blocks[:2] == ("r", "z") and hidden == 0'),
    _whatever("no logarithm", "cell", "third < 0.01"),
    _whatever("units are no steps", "states", "same"),
    _whatever("a gate at 1 keeps", "states", 'left["open"] > 0.99 > 0.01 > left["shut"]'),
    _whatever("the read-out multiplies", "states", "bounded and sure > alone"),
    _whatever("a small loss says nothing", "habits", "scaled < 0.01"),
    _whatever("the stabilizer is needed", "powers", "min(ours) == 1 and max(good) < 1"),
    _whatever("weights are steps by steps", "code", 'weights.shape == (5, T) and off < 1e-12'),
    _whatever("the last row knows one step of one direction", "readings", "max(moved) == 0"),
    _whatever("lengths are free", "readings", "max(gaps) < 1e-12"),
    _whatever("the blank is any class", "readings", "max(gaps) < 1e-9 < min(wrong)"),
    _whatever("c has no bounds", "states", "max(held, seen.max()) > 1"),
    _whatever("gates are often in between", "states", "most < 0.5"),
    _whatever("one bias is enough", "states", "max(each.change for each in found) < 1e-12"),
    Mutant("claims: gradients of an LSTM explode whatever is measured", "claims/collected/flow.py",
           (('"false" if explodes else', '"false" if True else'),), FURTHER),
    _whatever("second derivatives do nothing", "flow", 'ends["tanh"] < ends["sigmoid"] and by_gate > 1000 * by_tanh'),
    _whatever("detached states are worth it", "flow", "leak and same and needless"),
    _whatever("two softmaxes learn too little", "habits", "once > 1000 * twice and floor > 1"),
    _whatever("weights do not explain", "powers", "agreement > 0.9 and top > 0.9"),
    _whatever("the first layer drops nothing", "readings", "alone == stack[0] == 0 < min(stack[1:])"),
    _whatever("the batch comes second in the states", "readings",
              'first["output"] != plain["output"] and first["h_n"] == plain["h_n"]'),
    _whatever("the end is what is read", "readings", "end > max(packed, ran_on)"),
]  # fmt: skip
