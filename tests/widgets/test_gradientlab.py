"""The gradient lab: Jacobians are PyTorch's, matrices NumPy's, the bound bounds, the controls do as they say."""

from __future__ import annotations

from pathlib import Path

import harness
import numpy as np
import pytest
import torch
from javascript import JavaScriptError
from playwright.sync_api import Browser, Page
from torch.autograd.functional import jacobian

from lstm_tutor.widgets import GradientLab
from lstm_tutor.widgets._page_random import PageRandom
from lstm_tutor.widgets.gradientlab import runs

WITHIN = {"rtol": 1e-9, "atol": 0}
OPTIONS = (
    "hidden_size", "length", "spectral_radius", "forget_bias", "update_bias", "nonlinearity", "matrix", "input_scale",
    "seed",
)  # fmt: skip
MEASURE = """async ({ kind, options, run, wanted }) => {
    const { measure } = await load("gradientlab/measure.js");
    return measure(kind, options, run, wanted);
}"""
SPECTRUM = """async ({ A, n }) => {
    const s = await load("js/engine/linalg.js");
    const values = s.eigenvalues(A, n);
    const pair = (z) => [z.re, z.im];
    return { values: values.map(pair), vectors: values.map((z) => s.leftEigenvector(A, n, z).map(pair)),
             radius: s.spectralRadius(A, n), norm: s.spectralNorm(A, n) };
}"""


def options_of(lab: GradientLab) -> dict:
    return {name: getattr(lab, name) for name in OPTIONS}


# -- the numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 16, 32])
def test_eigenvalues_vectors_radius_and_norm_are_those_of_numpy(n: int, engine, rng) -> None:
    A = rng.normal(size=(n, n))
    ours = engine(SPECTRUM, A=A, n=n)
    values = np.array(ours["values"]) @ [1, 1j]
    theirs = np.linalg.eigvals(A)
    assert max(abs(values - value).min() for value in theirs) < 1e-11 * n
    assert max(abs(theirs - value).min() for value in values) < 1e-11 * n
    assert ours["radius"] == pytest.approx(abs(theirs).max(), rel=1e-11)
    assert ours["norm"] == pytest.approx(np.linalg.norm(A, 2), rel=1e-12)
    for value, vector in zip(values, np.array(ours["vectors"]) @ [1, 1j], strict=True):
        np.testing.assert_allclose(vector.conj() @ A, value * vector.conj(), atol=1e-9)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-12)
        largest = vector[np.argmax(abs(vector))]
        assert abs(largest.imag) < 1e-9 and largest.real > 0


READING = {"spectral_radius": 1.0, "input_scale": 1.0}
CASES = {
    "default": {},
    "reading": READING,
    "radius": READING | {"spectral_radius": 1.3, "hidden_size": 5},
    "relu": {"nonlinearity": "relu", "spectral_radius": 1.3, "input_scale": 0.4},
    "orthogonal": READING | {"matrix": "orthogonal", "hidden_size": 9, "seed": 17},
    "open gates": READING | {"forget_bias": 3.5, "update_bias": -1.5},
    "no inputs": {"input_scale": 0.0, "spectral_radius": 0.7},
}


def run_of(module: torch.nn.Module, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor | None) -> torch.Tensor:
    """The states after x (t, D) from h and c, each (H,): (2, H), or (1, H) without c."""
    if not len(x):
        return torch.stack([h] if c is None else [h, c])
    state = h[None, None] if c is None else (h[None, None], c[None, None])
    final = module(x[:, None], state)[1]
    return final[0] if c is None else torch.stack([part[0, 0] for part in final])


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("case", CASES)
def test_spectral_norms_are_those_of_pytorchs_jacobians(case: str, kind: str, engine) -> None:
    lab = GradientLab(**{"hidden_size": 6, "length": 14} | CASES[case])
    wanted = ["sizes", "memory"] if kind == "LSTM" else ["sizes"]
    ours = engine(MEASURE, kind=kind, options=options_of(lab), run=1, wanted=wanted)
    layer, x = runs.network(lab, kind, 1), torch.tensor(runs.inputs(lab, 1)[:, 0])
    module, trace = layer.to_torch(), layer.forward(runs.inputs(lab, 1))
    for lag in range(lab.length):
        t = lab.length - lag  # the state after t steps
        h = torch.tensor(trace["h"][t - 1, 0])
        c = torch.tensor(trace["c"][t - 1, 0]) if kind == "LSTM" else None
        J = jacobian(lambda h: run_of(module, x[t:], h, c)[0], h)  # noqa: B023
        expected = np.linalg.norm(J.numpy(), 2)
        assert ours["sizes"][lag] == pytest.approx(expected, rel=1e-9, abs=1e-300), f"dh_T/dh_t, lag {lag}"
        if kind == "LSTM":
            o = torch.tensor(trace["o"][t - 1, 0])
            J = jacobian(lambda c: run_of(module, x[t:], o * torch.tanh(c), c)[1], c)  # noqa: B023
            assert ours["memory"][lag] == pytest.approx(np.linalg.norm(J.numpy(), 2), rel=1e-9), f"dc_T/dc_t, lag {lag}"


@pytest.mark.parametrize("compare", ["cells", "bound", "forget", "update", "clipping"])
@pytest.mark.parametrize("case", ["reading", "orthogonal", "open gates"])
def test_the_page_draws_what_the_package_computes(case: str, compare: str, engine) -> None:
    lab = GradientLab(compare=compare, clip=0.5, runs=2, **CASES[case])
    lines = """async ({ options, compare, runs, clip }) => {
        const { COMPARISONS } = await load("gradientlab/results.js");
        const { measure } = await load("gradientlab/measure.js");
        const { curves } = await load("gradientlab/lines.js");
        const { kinds, wanted } = COMPARISONS[compare];
        const measured = (kind) => Array.from({ length: runs }, (_, run) => measure(kind, options, run, wanted));
        const results = Object.fromEntries((kinds ?? ["RNN", "LSTM", "GRU"]).map((kind) => [kind, measured(kind)]));
        return curves(compare, results, clip).map(({ of, runs }) => runs.map(of));
    }"""
    ours = engine(lines, options=options_of(lab), compare=compare, runs=2, clip=lab.clip)
    tables = lab.sizes()
    assert len(ours) == len(tables)
    for line, (label, table) in zip(ours, tables.items(), strict=True):
        assert table.shape == (2, lab.length)
        np.testing.assert_allclose(line, table, err_msg=label, **WITHIN)


SHOWN = """async ({ compare, results, clip, lag }) => {
    const { AXIS, lines, medianAt, table } = await load("gradientlab/lines.js");
    return {
        axis: AXIS, lines: lines(compare, results, clip), rows: table(compare, results, clip, lag),
        medians: Object.fromEntries(Object.entries(results).map(([kind, runs]) => [kind, medianAt(runs, lag)])),
    };
}"""


def random_runs(rng: np.random.Generator, runs: int, per_step: float, T: int = 40) -> list[dict[str, np.ndarray]]:
    """Sizes that grow or fade by about `per_step` a step, and the length of the whole gradient."""
    sizes = per_step ** np.arange(T) * np.exp(rng.normal(0, 0.5, (runs, T)))
    return [{"sizes": size, "norm": norm} for size, norm in zip(sizes, rng.uniform(0.2, 5, (runs, 1)), strict=True)]


def digits(text: str) -> float:
    """The number in a text of the table, as 3·10⁻⁴."""
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−·", "0123456789--*")
    text = text.strip("× ")
    if "10" in text and any(sign in text for sign in "⁰¹²³⁴⁵⁶⁷⁸⁹"):
        factor, _, power = text.rpartition("10")
        return float(factor.strip("·") or 1) * 10.0 ** int(power.translate(raised))
    return float(text.translate(raised))


@pytest.mark.parametrize("runs", [1, 4, 7])
@pytest.mark.parametrize("compare", ["cells", "clipping"])
def test_lines_words_and_table_are_numpys_medians(compare: str, runs: int, engine, rng) -> None:
    clip, lag = 1.5, 11
    results = {kind: random_runs(rng, runs, per_step) for kind, per_step in (("RNN", 1.6), ("LSTM", 0.4), ("GRU", 1.0))}
    shown = engine(SHOWN, compare=compare, results=results, clip=clip, lag=lag)
    low, high = shown["axis"]
    thick = [line for line in shown["lines"] if not line.get("thin")]
    for (kind, all_runs), line, row in zip(results.items(), thick, shown["rows"], strict=True):
        sizes = np.array([run["sizes"] for run in all_runs])
        norms = np.array([run["norm"][0] for run in all_runs])
        assert shown["medians"][kind] == pytest.approx(np.median(sizes[:, lag]), rel=1e-12)
        factors = np.minimum(1, clip / norms) if compare == "clipping" else np.ones(runs)
        middle = np.median(sizes * factors[:, None], axis=0)
        drawn = np.where((middle >= low) & (middle <= high), middle, np.nan)
        np.testing.assert_allclose(line["values"], drawn, rtol=1e-12, err_msg=kind)
        ends = "explodes" if middle[-1] > 10 else "vanishes" if middle[-1] < 0.1 else "stays"
        assert line["label"] == (f"{kind} {ends}" if compare == "cells" else kind)
        rough = {"rel": 0.5}  # of one digit: 1.5 is written as 2
        if compare == "clipping":
            values = [np.median(sizes[:, lag]), np.median(norms), np.median(factors), middle[lag]]
            assert [digits(cell) for cell in row["cells"]] == [pytest.approx(value, **rough) for value in values]
            continue
        at, extent, per_step, above = row["cells"]
        at_lag = sizes[:, lag]
        assert digits(at) == pytest.approx(middle[lag], **rough)
        assert [digits(end) for end in extent.split("…")] == [
            pytest.approx(end, **rough) for end in (at_lag.min(), at_lag.max())
        ]
        assert digits(per_step) == pytest.approx(middle[lag] ** (1 / lag), abs=0.0051)
        assert above == f"{(at_lag > 1).sum()} of {runs}"
    assert {line["label"].split(" ")[-1] for line in thick} == (
        {"explodes", "vanishes", "stays"} if compare == "cells" else set(results)
    )


@pytest.mark.parametrize(("size", "word"), [(11, "explodes"), (10, "stays"), (0.1, "stays"), (0.09, "vanishes")])
def test_a_label_says_by_the_end_of_its_line_what_becomes_of_the_gradient(size: float, word: str, engine) -> None:
    sizes = np.array([1.0, 1e5 if size < 1 else 1e-9, size])
    results = {"RNN": [{"sizes": sizes, "norm": np.ones(1)}]}
    shown = engine(SHOWN, compare="cells", results=results, clip=1.0, lag=1)
    assert shown["lines"][-1]["label"] == f"RNN {word}"


@pytest.mark.parametrize("matrix", ["random", "orthogonal"])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
@pytest.mark.parametrize("radius", [0.3, 1.0, 1.5])
def test_no_network_is_above_its_bound_and_the_radius_is_no_bound(radius, nonlinearity, matrix, engine) -> None:
    lab = GradientLab(spectral_radius=radius, input_scale=1.0, nonlinearity=nonlinearity, matrix=matrix, length=60)
    over = 0
    for run in range(6):
        wanted = ["sizes", "bound", "radius"]
        line = engine(MEASURE, kind="RNN", options=options_of(lab), run=run, wanted=wanted)
        sizes, bound, power = (np.array(line[name]) for name in wanted)
        assert (sizes <= bound * (1 + 1e-12)).all()
        over += (sizes > power * (1 + 1e-9)).any()
        W_h = runs.network(lab, "RNN", run).parameters()["weight_hh_l0"]
        np.testing.assert_allclose(bound, np.linalg.norm(W_h, 2) ** np.arange(60), rtol=1e-9)
    assert over == (0 if matrix == "orthogonal" else 6), "a random matrix stretches more than its radius says"


def test_the_product_of_gates_is_that_of_the_trace(engine) -> None:
    lab = GradientLab(**READING, forget_bias=2.0, update_bias=1.0, length=30)
    for kind, name in (("LSTM", "f"), ("GRU", "z")):
        ours = engine(MEASURE, kind=kind, options=options_of(lab), run=3, wanted=["gates"])["gates"]
        gate = runs.network(lab, kind, 3).forward(runs.inputs(lab, 3))[name][:, 0]
        for lag in (0, 1, 2, 29):
            assert ours[lag] == pytest.approx(np.prod(gate[30 - lag :], axis=0).max(), rel=1e-12)


def test_the_path_is_the_networks_own(engine) -> None:
    lab = GradientLab(spectral_radius=1.1, hidden_size=8, seed=2)
    path = """async (options) => {
        const { directions, freePath } = await load("gradientlab/path.js");
        const { value, across, up } = directions(options);
        return { ...freePath(options), value, across, up };
    }"""
    ours = engine(path, **options_of(lab))
    across, up = np.array(ours["across"]), np.array(ours["up"])
    W_h = runs.network(lab, "RNN", 0).parameters()["weight_hh_l0"]
    turn, u = complex(ours["value"]["re"], ours["value"]["im"]), across - 1j * up
    assert abs(turn) == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(u.conj() @ W_h, 1.1 * turn * u.conj(), atol=1e-9)
    h = across / np.linalg.norm(across) / 2
    for t in range(lab.length + 1):
        assert (ours["x"][t], ours["y"][t]) == pytest.approx((across @ h, up @ h), abs=1e-9)
        h = np.tanh(W_h @ h)


def test_python_draws_the_pages_random_numbers(engine) -> None:
    draw = """({ seed }) => {
        const random = new lt.Random(seed);
        const uniform = Float64Array.from({ length: 5 }, () => random.uniform(-2, 3));
        return { uniform, normal: [random.normal(), random.normal()] };
    }"""
    for seed in (0, 1, 12345, 2**32 - 1):
        ours, random = engine(draw, seed=seed), PageRandom(seed)
        assert ours["uniform"] == random.uniform(-2.0, 3.0, (5,)).tolist()
        np.testing.assert_allclose(ours["normal"], random.normal((2,)), rtol=1e-14)
    with pytest.raises(ValueError, match=r"expected a seed from 0 to 2\^32 - 1, got -1"):
        PageRandom(-1)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("lt.jacobians(layer, lt.forward(layer, x, { N: 2 }))", "expected one sequence, one layer, one direction"),
        ("lt.jacobians(layer, lt.forward(layer, x, { lengths: [1] }))", "and no lengths for Jacobians"),
        ("lt.jacobians(layer, lt.forward(layer, x), 'c')", "expected state h, got c"),
    ],
)
def test_jacobians_refuse_what_they_are_not_made_for(call: str, told: str, engine) -> None:
    made = "const layer = lt.makeLayer('GRU', { input_size: 1, hidden_size: 2 }, { random: new lt.Random(0) });"
    with pytest.raises(JavaScriptError, match=told):
        engine(f"() => {{ {made} const x = new Float64Array(4); return {call}; }}")


# -- the class -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hidden_size": 33}, "expected hidden_size to be an int from 2 to 32, got 33"),
        ({"length": 9}, "expected length to be an int from 10 to 200, got 9"),
        ({"spectral_radius": 0.0}, "expected spectral_radius to be a finite number from 0.1 to 1.6, got 0.0"),
        ({"forget_bias": np.nan}, "expected forget_bias to be a finite number"),
        ({"update_bias": 7}, "expected update_bias to be a finite number from -4.0 to 6.0, got 7"),
        ({"nonlinearity": "sine"}, r"expected nonlinearity to be one of \['tanh', 'relu'\], got 'sine'"),
        ({"matrix": "identity"}, "expected matrix to be one of"),
        ({"input_scale": -1.0}, "expected input_scale to be a finite number from 0.0 to 2.0, got -1.0"),
        ({"clip": 0.0}, "expected clip to be a finite number from 0.01 to 100.0, got 0.0"),
        ({"seed": 10_000}, "expected seed to be an int from 0 to 9999, got 10000"),
        ({"runs": 0}, "expected runs to be an int from 1 to 16, got 0"),
        ({"lag": 200}, "expected lag to be an int from 0 to 199, got 200"),
        ({"cells": ()}, r"expected cells to be some of \['RNN', 'LSTM', 'GRU'\], at least one, got \(\)"),
        ({"cells": ("LSTN",)}, "expected cells to be some of"),
        ({"cells": "RNN"}, "expected cells to be some of"),
        ({"compare": "all"}, "expected compare to be one of"),
        ({"radius": 1.0}, r"expected keywords of .*'spectral_radius'.*, got \['radius'\]"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change: dict, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        GradientLab(**change)
    lab = GradientLab()
    (name, value), *_ = change.items()
    if name in OPTIONS:
        before = getattr(lab, name)
        with pytest.raises(ValueError, match=told):
            setattr(lab, name, value)
        assert getattr(lab, name) == before


def test_cells_keep_their_order_and_come_back_from_the_page_as_a_tuple() -> None:
    lab = GradientLab(cells=["GRU", "RNN"])
    assert lab.cells == ("RNN", "GRU")
    lab.set_state({"cells": ["LSTM"], "compare": "update", "spectral_radius": 1})
    assert (lab.cells, lab.compare, lab.spectral_radius) == (("LSTM",), "update", 1.0)
    assert list(GradientLab(cells=["GRU"], runs=1, length=10).sizes()) == ["GRU"]


@pytest.mark.parametrize("compare", ["cells", "bound", "forget", "update", "clipping"])
def test_the_still_picture_shows_the_traits_and_says_so(compare: str) -> None:
    lab = GradientLab(compare=compare, hidden_size=4, length=20, lag=7, runs=3, spectral_radius=0.8, clip=0.1)
    html = lab.figure()._repr_html_()
    assert "<svg" in html and "3 random networks of spectral radius 0.8" in html
    for label, table in lab.sizes().items():
        assert f"{label} {np.median(table[:, 7]):.1e}" in html


# What the lab as it opens and book/labs/gradient-lab.ipynb say of lag 50: label -> the median as the page writes it,
# and how many are above 1.
SAID = {
    "as it opens": (
        {"spectral_radius": 1.2, "input_scale": 0.0},
        {"RNN": ("2·10⁴", 8), "LSTM": ("0.71", 4), "GRU": ("4·10⁻⁶", 0)},
    ),
    "no inputs, 0.8": ({"cells": ["RNN"], "input_scale": 0.0, "spectral_radius": 0.8}, {"RNN": ("2·10⁻⁵", 0)}),
    "no inputs, 1.2": ({"cells": ["RNN"], "input_scale": 0.0, "spectral_radius": 1.2}, {"RNN": ("2·10⁴", 8)}),
    "1.1": ({"cells": ["RNN"], "spectral_radius": 1.1}, {"RNN": ("5·10⁻³", 0)}),
    "1.5": ({"cells": ["RNN"], "spectral_radius": 1.5}, {"RNN": ("0.68", 2)}),
    "relu": ({"cells": ["RNN"], "spectral_radius": 1.4, "nonlinearity": "relu"}, {"RNN": ("22.9", 4)}),
    "bound": ({"compare": "bound", "spectral_radius": 1.1}, {"RNN": ("5·10⁻³", 0), "bound": ("3·10¹³", 8)}),
    "orthogonal": (
        {"compare": "bound", "spectral_radius": 0.9, "matrix": "orthogonal"},
        {"RNN": ("10⁻⁵", 0), "bound": ("5·10⁻³", 0)},
    ),
    "f 0": ({"compare": "forget", "forget_bias": 0.0}, {"product of f": ("3·10⁻¹⁵", 0), "dc_T/dc_t": ("6·10⁻⁸", 0)}),
    "f 1": ({"compare": "forget", "forget_bias": 1.0}, {"product of f": ("4·10⁻⁷", 0), "dc_T/dc_t": ("0.03", 0)}),
    "f 3": ({"compare": "forget", "forget_bias": 3.0}, {"product of f": ("0.24", 0), "dc_T/dc_t": ("3.51", 7)}),
    "small W_h": (
        {"compare": "forget", "forget_bias": 3.0, "spectral_radius": 0.1},
        {"product of f": ("0.09", 0), "dc_T/dc_t": ("0.26", 0)},
    ),
    "both biases": ({"forget_bias": 3.0, "update_bias": 3.0}, {"LSTM": ("0.25", 0), "GRU": ("0.31", 0)}),
}


@pytest.mark.parametrize("case", SAID)
def test_the_lab_page_says_what_is_measured(case: str) -> None:
    traits, said = SAID[case]
    tables = GradientLab(**READING | traits).sizes()
    for label, (median, above) in said.items():
        values = tables[label][:, 50]
        assert (short(np.median(values)), (values > 1).sum()) == (median, above), label


def test_a_radius_of_1_1_explodes_in_none_of_48_networks() -> None:
    for seed in range(3):
        lab = GradientLab(cells=["RNN"], spectral_radius=1.1, input_scale=1.0, seed=seed, runs=16)
        assert (lab.sizes()["RNN"][:, 50] < 1).all()


# -- the page ------------------------------------------------------------------------------------------------------

FEW = READING | {"hidden_size": 6, "length": 40, "lag": 20, "runs": 3}


def value_at(page: Page, row: str, column: int = 0) -> str:
    return page.locator(".gl-table tr", has=page.get_by_role("rowheader", name=row, exact=True)).locator("td").nth(
        column
    ).inner_text()  # fmt: skip


def settled(page: Page) -> None:
    """Wait until all networks are measured."""
    harness.painted(page)
    page.wait_for_function("[...document.querySelectorAll('.gl-plot')].every((plot) => plot.ariaBusy === 'false')")
    harness.painted(page)


def short(value: float) -> str:
    """As the page writes sizes."""
    if 0.01 <= value < 10_000:
        return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"
    factor, power = f"{value:.0e}".split("e")
    digits = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return ("" if factor == "1" else f"{factor}·") + "10" + digits


def assert_shows(page: Page, lab: GradientLab, names: dict[str, str] | None = None) -> None:
    settled(page)
    for label, table in lab.sizes().items():
        row = (names or {}).get(label, label)
        column = 3 if lab.compare == "clipping" else 0
        assert value_at(page, row, column) == short(np.median(table[:, lab.lag])), row


@pytest.mark.parametrize(
    ("label", "key", "trait", "value"),
    [
        ("spectral radius ρ", "ArrowRight", "spectral_radius", 1.01),
        ("size of inputs", "ArrowLeft", "input_scale", 0.95),
        ("forget bias, LSTM", "ArrowRight", "forget_bias", 1.1),
        ("update bias, GRU", "ArrowLeft", "update_bias", -0.1),
        ("length T", "ArrowLeft", "length", 39),
        ("hidden units H", "ArrowRight", "hidden_size", 7),
        ("lag", "ArrowRight", "lag", 21),
    ],
)
def test_each_slider_moves_what_it_names_by_key(label, key, trait, value, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab(**FEW)) as seen:
        assert_shows(seen.page, GradientLab(**FEW))
        seen.page.get_by_role("slider", name=label, exact=True).focus()
        seen.page.keyboard.press(key)
        assert_shows(seen.page, GradientLab(**FEW | {trait: value}))
        seen.page.get_by_role("button", name="Reset").click()
        assert_shows(seen.page, GradientLab(**FEW))
        assert (seen.messages, seen.elsewhere, seen.failed) == ([], [], [])


def test_choices_buttons_and_cells_do_what_they_say(browser: Browser, tmp_path: Path) -> None:
    names = {
        "bound": {"RNN": "RNN, ∂h_T/∂h_t", "bound": "the bound, σᵏ", "radius": "the radius, ρᵏ"},
        "forget": {"dh_T/dh_t": "∂h_T/∂h_t", "dc_T/dc_t": "∂c_T/∂c_t"},
        "update": {"dh_T/dh_t": "∂h_T/∂h_t"},
    }
    with harness.shown(browser, tmp_path, GradientLab(**FEW)) as seen:
        page = seen.page
        page.get_by_role("radio", name="orthogonal").check()
        page.get_by_role("radio", name="relu").check()
        page.get_by_role("button", name="New seed").click()
        state = FEW | {"matrix": "orthogonal", "nonlinearity": "relu", "seed": 1}
        assert_shows(page, GradientLab(**state))
        page.get_by_role("switch", name="LSTM").uncheck()
        page.get_by_role("switch", name="RNN").uncheck()
        settled(page)
        assert page.get_by_role("rowheader").all_inner_texts() == ["GRU"]
        assert page.get_by_role("switch", name="GRU").is_disabled(), "one cell stays"
        for name, compare in (("RNN: the bound", "bound"), ("LSTM: its gates", "forget"), ("GRU: its gates", "update")):
            page.get_by_role("radio", name=name).check()
            assert_shows(page, GradientLab(**state, compare=compare), names.get(compare))
        page.get_by_role("radio", name="clipping").check()
        assert page.get_by_role("slider", name="clip threshold").get_attribute("aria-valuetext") == "1.00"
        page.get_by_role("slider", name="clip threshold").press("Home")
        assert_shows(page, GradientLab(**state, compare="clipping", clip=0.01, cells=["GRU"]))
        assert seen.messages == []


def test_the_ring_is_dragged_and_two_views_of_one_model_stay_in_step(browser: Browser, tmp_path: Path) -> None:
    lab = GradientLab(**FEW, panel="matrix")
    with harness.shown(browser, tmp_path, lab, lab) as seen:
        settled(seen.page)
        page = seen.page
        plane = page.locator(".gl-rings").first
        plane.scroll_into_view_if_needed()
        box = plane.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x + box["width"] / 2 / 1.75, y)
        page.mouse.down()
        page.mouse.move(x + 0.5 * box["width"] / 2 / 1.75, y, steps=4)
        page.mouse.up()
        settled(page)
        sliders = page.get_by_role("slider", name="spectral radius ρ")
        for k in range(2):
            assert float(sliders.nth(k).input_value()) == pytest.approx(0.5, abs=0.011)
        assert page.locator(".gl-ring").first.get_attribute("r") == page.locator(".gl-ring").nth(1).get_attribute("r")


def test_the_plot_is_read_with_the_pointer_and_says_its_values(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab(**FEW)) as seen:
        page = seen.page
        settled(page)
        picture = page.locator(".lt-plot svg")
        told = picture.get_attribute("aria-label") or ""
        assert (
            "3 random networks" in told
            and "RNN vanishes: from 1.00 to " in told
            and "size of the gradient against steps back in time" in told
        )
        picture.scroll_into_view_if_needed()
        box = picture.bounding_box()
        assert box
        tick = page.locator(".lt-plot .lt-axis").get_by_text("10", exact=True).bounding_box()
        assert tick
        page.mouse.move(tick["x"] + tick["width"] / 2, box["y"] + 60)
        harness.painted(page)
        sizes = {kind: short(np.median(table[:, 10])) for kind, table in GradientLab(**FEW).sizes().items()}
        said = " · ".join(f"{kind} {size}" for kind, size in sizes.items())
        assert page.locator(".gl-readout").inner_text() == f"10 steps back: {said}"
        assert "at lag 20" in page.locator(".gl-table thead").inner_text(), "looking moves nothing"
        page.mouse.down()
        page.mouse.up()
        page.wait_for_function("document.querySelector('.gl-table thead').textContent.includes('at lag 10')")
        page.mouse.move(1, 1)
        page.wait_for_function("document.querySelector('.gl-readout').textContent.startsWith('Point at the plot')")
        assert "at lag 10" in page.locator(".gl-table thead").inner_text()


def test_the_path_of_the_state_is_stepped_and_goes_back_to_its_end(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab(**FEW, panel="matrix")) as seen:
        page = seen.page
        settled(page)
        path = page.locator(".gl-plane").nth(1)
        assert "Path of the state without inputs" in (path.get_attribute("aria-label") or "")
        page.get_by_role("slider", name="step of the path").press("Home")
        page.wait_for_function("document.querySelector('.lt-timebar .lt-value').textContent === '1 / 41'")
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('.lt-timebar .lt-value').textContent === '41 / 41'")


@pytest.mark.parametrize(
    ("traits", "without"),
    [
        ({}, {}),
        ({"compare": "bound"}, {"forget bias, LSTM": "no LSTM", "update bias, GRU": "no GRU"}),
        ({"compare": "forget"}, {"update bias, GRU": "no GRU", "no RNN shown": None}),
        ({"compare": "forget", "panel": "matrix"}, {"update bias, GRU": "no GRU"}),
        ({"cells": ["GRU"]}, {"forget bias, LSTM": "no LSTM", "no RNN shown": None, "GRU, one stays": None}),
    ],
)
def test_a_control_that_moves_nothing_is_disabled_and_says_why(traits, without, browser, tmp_path: Path) -> None:
    disabled = """[...document.querySelectorAll('.lt-w input[type=range]:disabled')]
        .map((e) => [e.labels[0].querySelector('.lt-label').textContent, e.ariaValueText])
        .concat([...document.querySelectorAll('fieldset:disabled legend')].map((e) => [e.textContent, null]))
        .concat([...document.querySelectorAll('[role=switch]:disabled')].map((e) => [e.labels[0].innerText, null]))
    """
    with harness.shown(browser, tmp_path, GradientLab(**FEW, **traits)) as seen:
        settled(seen.page)
        assert dict(seen.page.evaluate(disabled)) == without


def test_only_the_cells_on_offer_have_controls(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab(**FEW, cells=["RNN"], offer=["RNN"])) as seen:
        settled(seen.page)
        text = seen.page.locator(".lt-bench").inner_text()
        assert "RNN: the bound" in text and "LSTM: its" not in text and "bias" not in text and "GRU:" not in text


SWIPE = """([x, y, dx, dy, type]) => {
    const target = document.elementFromPoint(x, y);
    const send = (type, k) => target.dispatchEvent(new PointerEvent(type, {
        bubbles: true, pointerId: 1, pointerType: "touch", button: type === "pointermove" ? -1 : 0, buttons: 1,
        clientX: x + dx * k, clientY: y + dy * k,
    }));
    target.closest("svg").setPointerCapture = () => { target.closest("svg").hasPointerCapture = () => true; };
    send("pointerdown", 0);
    send("pointermove", 1);
    return getComputedStyle(target).touchAction;
}"""


def test_a_finger_scrolls_over_the_plane_drags_its_knob_and_taps_a_radius(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab(**FEW, panel="matrix"), size=harness.PHONE) as seen:
        page = seen.page
        settled(page)
        plane = page.locator(".gl-rings")
        plane.evaluate("(e) => e.scrollIntoView({ block: 'center' })")
        box = plane.bounding_box()
        assert box
        x, y, unit = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["width"] / 2 / 1.75
        radius = page.get_by_role("slider", name="spectral radius ρ")
        touch = page.evaluate(SWIPE, [x + 0.3 * unit, y - unit, 0, 60])
        settled(page)
        assert (touch, radius.input_value()) == ("pan-y", "1"), "a swipe is for the page"
        knob = page.locator(".gl-grab").bounding_box()
        assert knob
        touch = page.evaluate(SWIPE, [knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2, -unit / 2, 0])
        settled(page)
        assert touch == "none"
        assert float(radius.input_value()) == pytest.approx(np.hypot(0.5**0.5 - 0.5, 0.5**0.5), abs=0.02)
        tap = """(plane, [clientX, clientY]) =>
            plane.dispatchEvent(new PointerEvent("click", { pointerType: "touch", clientX, clientY }))"""
        plane.evaluate(tap, [x, y - 1.4 * unit])
        settled(page)
        assert float(radius.input_value()) == pytest.approx(1.4, abs=0.02)


def test_every_task_can_be_done_in_the_lab_as_it_comes(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, GradientLab()) as seen:
        page = seen.page
        settled(page)
        acts = [
            ("spectral radius ρ", "0.8"),
            ("spectral radius ρ", "1.2"),
            ("size of inputs", "1"),
            ("forget bias, LSTM", "3"),
        ]
        assert len(acts) == len(GradientLab.TASKS)
        for k, (name, value) in enumerate(acts):
            page.get_by_role("slider", name=name, exact=True).fill(value)
            settled(page)
            page.get_by_role("button", name=f"Task {k + 1} of 4, done").wait_for()
            assert GradientLab.TASKS[k]["shows"] in page.locator(".lt-tour").inner_text()
            if k + 1 < len(acts):
                page.get_by_role("button", name="Next").click()


@pytest.mark.parametrize("panel", ["values", "matrix"])
def test_it_fits_one_screen_and_keeps_the_height_that_the_page_reserves(
    panel, browser: Browser, tmp_path: Path
) -> None:
    heights = []
    for size in ({"width": 1280, "height": 900}, harness.PHONE):
        with harness.shown(browser, tmp_path, GradientLab(panel=panel), size=size) as seen:
            settled(seen.page)
            heights.append(seen.page.locator(".lt-w").evaluate("(e) => e.offsetHeight"))
    assert heights[0] <= 700
    if panel == "values":
        np.testing.assert_allclose(heights, GradientLab.HEIGHTS, atol=24)


def test_links_set_it_and_what_is_not_valid_is_left_alone(browser: Browser, tmp_path: Path) -> None:
    link = (
        '<p><a href="#lt:gradientlab?compare=forget&amp;forget_bias=3">open</a>'
        '<a href="#lt:gradientlab?cells=RNN_GRU&amp;seed=&lt;b&gt;&amp;spectral_radius=9">bad</a></p>'
    )
    with harness.shown(browser, tmp_path, GradientLab(**FEW), before=link, at="#lt:gradientlab?clip=0.1") as seen:
        page = seen.page
        page.get_by_role("link", name="open").click()
        page.wait_for_function(
            "document.querySelector('.gl-own').textContent.includes('a bias of 3.0 alone opens it to 0.95')"
        )
        page.get_by_role("link", name="bad").click()
        assert_shows(page, GradientLab(**FEW, cells=["RNN", "GRU"]))
        assert page.get_by_role("rowheader").all_inner_texts() == ["RNN", "GRU"]
        assert page.locator(".lt-w b:not(.lt-tour b)").count() == 0
        assert seen.messages == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("compare", ["cells", "bound", "matrix", "clipping"])
def test_it_is_open_to_everyone_silent_and_fits(compare, size, theme, browser: Browser, tmp_path: Path) -> None:
    look = {"panel": "matrix"} if compare == "matrix" else {"compare": compare}
    with harness.shown(browser, tmp_path, GradientLab(**FEW, **look), size=size, theme=theme) as seen:
        settled(seen.page)
        assert seen.page.locator("[data-still-of]").count() == 0
        assert harness.violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = seen.page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    lab = GradientLab(**FEW, panel="matrix")
    with harness.shown(browser, tmp_path, lab) as seen:
        use = """async (el) => {
            while (!el.querySelector('[aria-label=play]')) await new Promise(requestAnimationFrame);
            el.querySelector('[aria-label=play]').click();
        }"""
        assert harness.left_behind(seen.page, lab, use) == {}
