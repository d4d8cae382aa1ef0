"""The exercises mark themselves: right answers pass in whatever form, mistakes get their hints, and nothing crashes."""

import inspect
import itertools
import json
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
import torch
from answers import NUMPY, TORCH

import lstm_tutor as lt
from lstm_tutor import exercises
from lstm_tutor.exercises.marker import as_tuple

BOOK = Path(__file__).parents[2] / "book"
CASES = [(name, k) for name, exercise in exercises.EXERCISES.items() for k in range(len(exercise.mistakes))]
EACH = pytest.mark.parametrize("name", exercises.EXERCISES)


def arguments_of(name):
    return exercises.EXERCISES[name].arguments(np.random.default_rng(1))


def under_its_names(name, answer, turn=1):
    """The answer as a function that has the names of the exercise's arguments, and takes them by name only."""
    names = list(arguments_of(name))

    def named(**values):
        return answer(*(values[name] for name in names))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in names[::turn]])
    return named


def in_float32(name, answer):
    """The answer to arguments in float32."""

    def single(value):
        return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

    return lambda *values: answer(**{key: single(value) for key, value in zip(arguments_of(name), values, strict=True)})


def as_lists(result):
    return [as_lists(part) for part in result] if isinstance(result, list | tuple) else np.asarray(result).tolist()


def as_named_tuple(name, result):
    names = [f"part{k}" for k in range(len(exercises.EXERCISES[name].returns))]
    return namedtuple("Result", names)(*(result if len(names) > 1 else [result]))


def stacked(result):
    """Two or more arrays of one shape as one array; anything else as it is."""
    if isinstance(result, tuple) and len({np.shape(part) for part in result}) == 1:
        return np.stack(result)
    return result


# -- right answers -----------------------------------------------------------------------------------------------------


FORMS = {
    "under other names": lambda name, answer: answer,
    "under its names": under_its_names,
    "in another order": lambda name, answer: under_its_names(name, answer, -1),
    "of any number of arguments": lambda name, answer: lambda *values, **others: answer(*values, **others),
    "as lists": lambda name, answer: lambda *values: as_lists(answer(*values)),
    "as a named tuple": lambda name, answer: lambda *values: as_named_tuple(name, answer(*values)),
    "in one array, where the parts have one shape": lambda name, answer: lambda *values: stacked(answer(*values)),
    "in float32": lambda name, answer: in_float32(name, under_its_names(name, answer)),
    "in float32, as lists": lambda name, answer: in_float32(
        name, lambda **values: as_lists(under_its_names(name, answer)(**values))
    ),
}


@EACH
@pytest.mark.parametrize("form", FORMS)
def test_a_right_answer_is_right_in_any_form(name, form):
    assert str(exercises.check(name, FORMS[form](name, NUMPY[name]))).startswith("Right.")


@pytest.fixture(params=[torch.float32, torch.float64])
def default_dtype(request):
    before = torch.get_default_dtype()
    torch.set_default_dtype(request.param)
    yield request.param
    torch.set_default_dtype(before)


@EACH
def test_a_right_answer_in_pytorch_is_right_in_either_precision(name, default_dtype):
    assert str(exercises.check(name, TORCH[name])).startswith("Right.")


@EACH
def test_a_right_answer_may_be_a_tensor_that_requires_a_gradient(name):
    def answer(*values):
        tensors = [torch.tensor(np.array(part)) for part in as_tuple(NUMPY[name](*values))]
        parts = [tensor.requires_grad_(tensor.is_floating_point()) for tensor in tensors]  # places and counts have none
        several = len(exercises.EXERCISES[name].returns) > 1 or len(parts) > 1
        return parts if several else parts[0]

    assert str(exercises.check(name, answer)).startswith("Right.")


def test_marking_imports_no_pytorch():
    code = """
import sys, numpy as np, lstm_tutor as lt
verdict = lt.exercises.check("rnn-step", lambda x, h, U, V, b: np.tanh(x @ U.T + h @ V.T + b))
print(verdict.right, "torch" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


@EACH
def test_the_solution_is_right(name):
    verdict = exercises.check(name, exercises.EXERCISES[name].solution)
    assert verdict.right, verdict


def cells_that_check(chapter):
    """Of each code cell that marks an exercise: the exercise, its code, the check at its end, if it is a solution."""
    for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"]:
        code, call, arguments = "".join(cell["source"]).rpartition("lt.exercises.check(")
        if cell["cell_type"] == "code" and call:
            yield arguments.split('"')[1], code, call + arguments, "solution" in cell["metadata"].get("tags", [])


@pytest.mark.parametrize("chapter", sorted(BOOK.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_chapters_starters_get_a_hint_and_its_solutions_are_right(chapter):
    names = {"np": np, "lt": lt}
    for name, code, check, is_solution in cells_that_check(chapter):
        exec(code, names)
        verdict = eval(check, names)
        assert verdict.right == is_solution, name
        hints = [hint for hint, _ in exercises.EXERCISES[name].mistakes]
        assert is_solution or verdict.message in hints, "what the chapter starts from has a hint of its own"


def test_every_exercise_stands_in_a_chapter_with_a_solution():
    cells = [(name, solution) for path in BOOK.glob("*.ipynb") for name, _, _, solution in cells_that_check(path)]
    assert sorted(cells) == sorted((name, solution) for name in exercises.EXERCISES for solution in (False, True))


# -- mistakes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "k"), CASES)
def test_each_mistake_gets_its_own_hint(name, k):
    hint, mistake = exercises.EXERCISES[name].mistakes[k]
    verdict = exercises.check(name, mistake)
    assert not verdict.right
    assert verdict.message == hint


@pytest.mark.parametrize(("name", "k"), CASES)
def test_each_mistake_is_seen_in_float32(name, k):
    hint, mistake = exercises.EXERCISES[name].mistakes[k]
    verdict = exercises.check(name, in_float32(name, mistake))
    assert not verdict.right
    assert verdict.message == hint or "There are NaN" in verdict.message  # where float32 overflows earlier


def test_no_two_chapters_have_an_exercise_of_one_name():
    assert sum(len(chapter.EXERCISES) for chapter in exercises.CHAPTERS) == len(exercises.EXERCISES)


@EACH
def test_no_two_hints_are_given_for_one_result(name):
    exercise, arguments = exercises.EXERCISES[name], arguments_of(name)
    with np.errstate(all="ignore"):
        results = [("", exercise.solution(**arguments))] + [(hint, f(**arguments)) for hint, f in exercise.mistakes]
    flat = [(hint, np.concatenate([np.ravel(part) for part in as_tuple(result)])) for hint, result in results]
    assert np.isfinite(flat[0][1]).all()
    for (one, a), (other, b) in itertools.combinations(flat, 2):
        assert one == other or not np.allclose(a, b, equal_nan=True), (one, other)


def unstable(write, forget, g, o, c, n, scale):
    """An sLSTM that is right wherever exp is: what it returns as m is of no use to it."""
    i, f = np.exp(write), np.exp(scale) / (1 + np.exp(-forget))
    return o * (f * c + i * g) / (f * n + i), np.maximum(write, scale - np.logaddexp(0, -forget))


def unstable_in_pytorch(write, forget, g, o, c, n, scale):
    i, f = torch.exp(write), torch.exp(scale) * torch.sigmoid(forget)
    kept = scale + torch.nn.functional.logsigmoid(forget)
    return o * (f * c + i * g) / (f * n + i), torch.maximum(write, kept)


def clipped_exponents(write, forget, g, o, c, n, scale):
    kept = scale - np.logaddexp(0, -forget)
    i, f = np.exp(np.clip(write, -700, 700)), np.exp(np.clip(kept, -700, 700))
    return o * (f * c + i * g) / (f * n + i), np.maximum(write, kept)


def normalizer_from_one(write, forget, g, o, c, n, scale):
    kept = scale - np.logaddexp(0, -forget)
    m = np.maximum(write, kept)
    i, f = np.exp(write - m), np.exp(kept - m)
    return o * (f * c + i * g) / np.maximum(f * n + i, 1), m


def adam_with(denominator):
    def answer(w, g, m, v, t):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        return w - 0.01 * m / (1 - 0.9**t) / denominator(v / (1 - 0.999**t)), m, v

    return answer


def shares_after_the_mask(largest):
    def answer(e, mask):
        share = np.exp(e - largest(e)) * mask.T
        return share / share.sum(axis=-1, keepdims=True)

    return answer


def turned_up_to(length):
    def answer(x, lengths):
        turned = np.zeros_like(x)
        for n in range(x.shape[1]):
            end = length(x[:, n], lengths)
            turned[:end, n] = x[:end, n][::-1]
        return turned

    return answer


def one_by_one(keep, write, h0):
    states = []
    for k, w in zip(keep, write, strict=True):
        h0 = k * h0 + w
        states.append(h0)
    return np.array(states)


def one_by_one_in_pytorch(keep, write, h0):
    states = torch.empty_like(write)
    for t in range(len(keep)):
        states[t] = h0 = torch.addcmul(write[t], keep[t], h0)
    return states


def accumulated(keep, write, h0):
    steps = zip(keep, write, strict=True)
    return np.array(list(itertools.accumulate(steps, lambda h, step: step[0] * h + step[1], initial=h0)))[1:]


def context_of_equal_lengths(alpha, h):
    return np.stack([np.einsum("nt,tnk->nk", alpha[t], h) for t in range(len(h))])


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("variants-slstm", unstable),
        ("variants-slstm", unstable_in_pytorch),
        ("variants-slstm", clipped_exponents),
        *(
            ("training-adam", adam_with(denominator))
            for denominator in (
                np.sqrt, lambda v: np.sqrt(v + 1e-8), lambda v: np.sqrt(v) + 1e-6, lambda v: np.sqrt(v) + 1e-7,
                lambda v: np.sqrt(v) + 2e-8, lambda v: np.sqrt(v + 1e-12), lambda v: np.sqrt(v) + 1e-8 * 0.9,
                lambda v: np.sqrt(np.maximum(v, 1e-16)), lambda v: np.sqrt(v) - 1e-8,
            )
        ),
        *(
            ("attention-weights", shares_after_the_mask(largest))
            for largest in (
                lambda e: e.max(-1, keepdims=True), lambda e: e.max(), lambda e: e.max(0, keepdims=True),
                lambda e: e.mean(-1, keepdims=True), lambda e: np.minimum(e.max(-1, keepdims=True), 700),
            )
        ),
        ("attention-weights", lambda e, mask: NUMPY["attention-weights"](np.clip(e, -500, 500), mask)),
        ("attention-weights", lambda e, mask: NUMPY["attention-weights"](e - 100 * ~mask.T, mask | True)),
        *(
            ("bidirectional-turn", turned_up_to(length))
            for length in (
                lambda x, _: np.count_nonzero(x.any(axis=-1)), lambda x, _: np.flatnonzero(x.any(axis=-1))[-1] + 1,
                lambda x, _: len(x), lambda _, lengths: lengths.max(), lambda _, lengths: lengths[0],
                lambda _, lengths: lengths.min(),
            )
        ),
        ("variants-slstm", normalizer_from_one),
        ("variants-scan", one_by_one),
        ("variants-scan", one_by_one_in_pytorch),
        ("variants-scan", accumulated),
        ("attention-context", context_of_equal_lengths),
    ],
)  # fmt: skip
def test_no_answer_gets_past_what_the_exercise_is_about(name, answer):
    verdict = exercises.check(name, answer)
    assert not verdict.right
    assert "stopped with" not in verdict.message or name == "attention-context"


# -- answers that cannot be compared -----------------------------------------------------------------------------------


RIGHT = np.zeros((3, 5))


def stops_with(error):
    def answer(**_):
        raise error

    return answer


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda **_: None, "returned nothing"),
        (lambda **_: (1, 2, 3), "Expected 2 arrays, h, c; got 3."),
        (lambda **_: RIGHT, "Expected 2 arrays, h, c; got an array of shape (3, 5)."),
        (lambda **_: {"h": RIGHT, "c": RIGHT}, "Expected 2 arrays, h, c; got a dict."),
        (lambda **_: (part for part in (RIGHT, RIGHT)), "Expected 2 arrays, h, c; got a generator."),
        (lambda **_: (np.zeros(3), np.zeros(3)), "Expected h of shape (3, 5), got (3,)."),
        (lambda **_: (RIGHT, RIGHT.T), "Expected c of shape (3, 5), got (5, 3)."),
        (lambda **_: (RIGHT, RIGHT), "h is off by up to"),
        (lambda **_: (np.full((3, 5), np.nan),) * 2, "NaN or infinite values in h, c"),
        (lambda **_: (RIGHT, RIGHT + np.inf), "NaN or infinite values in c"),
        (lambda **_: ("a", "b"), "Expected arrays of numbers"),
        (lambda **_: (RIGHT.astype(str), RIGHT), "Expected arrays of numbers for h; got <U32 values"),
        (lambda **_: (RIGHT, RIGHT + 0j), "Expected arrays of numbers for c; got complex128 values"),
        (lambda **_: ([[1, 2], [3]], RIGHT), "Expected an array of numbers for h; got a list of 2"),
        (lambda **_: (RIGHT, {"c": RIGHT}), "Expected arrays of numbers for c; got a dict."),
        (lambda **_: (RIGHT, torch.zeros(3, 5, dtype=torch.bfloat16)), "three digits"),
        (lambda **_: (RIGHT.astype(np.float16), RIGHT), "three digits"),
        (lambda **_: (np.ma.masked_array(RIGHT), RIGHT), "Expected h as a plain array"),
        (lambda **_: 1 / 0, "stopped with ZeroDivisionError: division by zero."),
        (stops_with(AssertionError()), "stopped with AssertionError. It is called with"),
        (stops_with(SystemExit()), "stopped with SystemExit."),
        (lambda **values: values["z"], "stopped with KeyError: 'z'."),
        (lambda x, h, c, U, V, b: torch.tanh(x) @ U, "mat1 and mat2 shapes cannot be multiplied"),
        (lambda x, h, c, U, V, b: x.unsqueeze(0).nothing, "'Tensor' object has no attribute 'nothing'"),
        (lambda x, h, c, U, V, b: x.nothing, "'numpy.ndarray' object has no attribute 'nothing'"),
        (lambda x: x, "has the parameters (x). It is called with 6 arguments: arrays named x (3, 4), h_prev (3, 5)"),
        (lambda x, h, c, U, V, b, extra: x, "has the parameters (x, h, c, U, V, b, extra)"),
        (lambda: 0, "has the parameters ()"),
        (None, "Expected your function itself, got None"),
        (RIGHT, "Expected your function itself, got an array of shape (3, 5)"),
        ((RIGHT, RIGHT), "Expected your function itself, got a tuple of 2"),
        ("lstm_step", "Expected your function itself, got a str"),
    ],
)
def test_other_answers_are_told_what_is_wrong(answer, says):
    verdict = exercises.check("lstm-step", answer)
    assert not verdict.right
    assert says in verdict.message


def test_the_numbers_that_an_answer_is_called_with_are_said():
    verdict = exercises.check("bptt-truncated", stops_with(ValueError("no")))
    assert "arrays named d_output (7, 3, 5), h (7, 3, 5), h0 (3, 5), W_h (5, 5) and numbers named k = " in str(verdict)


def test_single_numbers_are_handed_over_as_numbers():
    numbers = []
    exercises.check("training-adam", lambda w, g, m, v, t: numbers.append(t))
    exercises.check("gradients-clip", lambda dW, db, theta: numbers.append(theta))
    assert [type(number) for number in numbers] == [int, float]


def changes_an_array(x, h_prev, W_x, W_h, b):
    h_prev[:] = np.tanh(x @ W_x.T + h_prev @ W_h.T + b)
    return h_prev


def changes_a_tensor(x, h_prev, W_x, W_h, b):
    return h_prev.copy_(torch.tanh(x @ W_x.T + h_prev @ W_h.T + b))


@pytest.mark.parametrize("answer", [changes_an_array, changes_a_tensor])
def test_an_answer_must_not_change_its_arguments(answer):
    assert "changed its argument h_prev" in exercises.check("rnn-step", answer).message


def test_functions_of_every_kind_are_answers():
    class Step:
        def __call__(self, x, h, U, V, b):
            return NUMPY["rnn-step"](x, h, U, V, b)

        def method(self, x, h, U, V, b):
            return NUMPY["rnn-step"](x, h, U, V, b)

    class Module(torch.nn.Module):
        def forward(self, x, h, U, V, b):
            return torch.tanh(x @ U.T + h @ V.T + b)

    class Double(Module):
        def forward(self, x, h, U, V, b):
            return super().forward(x, h, U, V, torch.eye(len(b), dtype=torch.float64) @ b)

    class Array:
        """What another library's array shows of itself."""

        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, copy=None):
            return np.asarray(self.values, dtype)

    def of_another_library(x, h, U, V, b):
        return Array(NUMPY["rnn-step"](x, h, U, V, b))

    for answer in (Step(), Step().method, Module(), Double(), of_another_library, torch.no_grad()(TORCH["rnn-step"])):
        assert exercises.check("rnn-step", answer).right


def test_what_an_answer_does_once_per_size_is_no_loop():
    prepared = set()

    def compiled(keep, write, h0):
        if keep.shape not in prepared:  # as a compiler does, line by line
            for _ in range(10 * len(keep)):
                prepared.add(keep.shape)
        return NUMPY["variants-scan"](keep, write, h0)

    def doubled(keep, write, h0):
        """As many rounds as T has bits."""
        h, step = write.copy(), 1
        h[0] += keep[0] * h0
        while step < len(h):
            h[step:] += keep[step:] * h[:-step]
            keep = np.concatenate([keep[:step], keep[step:] * keep[:-step]])
            step *= 2
        return h

    for answer in (compiled, doubled):
        assert exercises.check("variants-scan", answer).right


def test_unknown_exercises_are_named():
    with pytest.raises(ValueError, match=r"expected one of .*rnn-step.*, got 'rnn-stop'; did you mean rnn-step\?$"):
        exercises.check("rnn-stop", None)


def test_a_verdict_that_is_not_yet_right_unfolds_when_the_reader_asks():
    """The page shows the starter's verdict, and the hint is often the answer."""
    wrong = exercises.Verdict(False, "The bias is missing.")
    assert wrong._repr_html_() == (
        '<details class="lt-verdict-fold"><summary>What the marker says</summary>'
        '<p class="lt-verdict wrong">✗ Not yet. The bias is missing.</p></details>'
    )
    right = exercises.Verdict(True, "All of it.")
    assert right._repr_html_() == '<p class="lt-verdict right">✓ Right. All of it.</p>'
    assert repr(wrong) == "Not yet. The bias is missing."


def test_a_stressed_word_is_slanted_in_a_page_and_a_product_is_not():
    verdict = exercises.Verdict(
        False, "The weights *into* a unit, and *all of them*: c = f * c_prev + i*g*o, f(*a, *b)."
    )
    assert "weights <em>into</em> a unit" in verdict._repr_html_()
    assert "<em>all of them</em>: c = f * c_prev + i*g*o, f(*a, *b)." in verdict._repr_html_()
    assert "weights *into* a unit" in repr(verdict)


def test_what_the_reader_wrote_is_shown_as_text():
    shown = exercises.check("rnn-step", stops_with(ValueError("<script>alert(1)</script>")))._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
