"""What the text microscope computes in the page is what the package computes, and that is what it should be."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.activations import log_softmax
from lstm_tutor.widgets import _holding
from lstm_tutor.widgets.microscope import measures
from lstm_tutor.widgets.microscope.texts import SIGNS, known, samples

SIZE = len(lt.tasks.ALPHABET)
WITHIN: dict[str, Any] = {"rtol": 0, "atol": 1e-9}
BEFORE, AFTER = "for k in range(9):\n    x += y[k]", "for key in rang(9):\n    x += y[k]  # no"


def call(engine, path: str, source: str, **arguments: Any) -> Any:
    """What a function of a module of the page and of `arguments` returns."""
    return engine(f"async (given) => ({source})(await load('{path}'), given)", **arguments)


def random_model(kind: str, hidden: int = 5, spread: float = 0.5, **options: Any) -> lt.SequenceModel:
    rng = np.random.default_rng(4)
    model = lt.SequenceModel(getattr(lt, kind)(SIZE, hidden, rng=rng, **options), SIZE, rng=rng)
    model.load_parameters({name: rng.normal(0, spread, a.shape) for name, a in model.parameters().items()})
    return model


MODELS = {
    "rnn": random_model("RNN"),
    "rnn-relu": random_model("RNN", nonlinearity="relu"),
    "lstm1997": random_model("LSTM1997"),
    "lstm": random_model("LSTM"),
    "lstm-2-layers": random_model("LSTM", num_layers=2),
    "peephole": random_model("PeepholeLSTM"),
    "gru": random_model("GRU"),
    "gru-before-2-layers": random_model("GRU", num_layers=2, reset_after=False),
}

READ = """({ modelOf, Findings, Reading }, { described, weights, before, after, asked }) => {
    const reading = new Reading(modelOf(described, weights), 60);
    const findings = new Findings(reading.model, 60); // what the page keeps of a reading in the worker
    const worked = [before, after].map((codes) => {
        reading.read(codes);
        findings.take(structuredClone(reading.news()));
        return codes.length - reading.same;
    });
    const values = described.layers.map((layer) =>
        Object.fromEntries(described.names.map((name) => [name, findings.values(name, layer)])));
    const logP = findings.logP.slice(0, after.length * reading.K);
    const gradients = asked.map(([caret, of, layer, unit]) => reading.gradientSizes(caret, of, layer, unit));
    const surprise = findings.surprise().slice(1);
    return { worked, values, logP, gradients, surprise, series: findings.series("h", 0, 3) };
}"""


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_reading_on_from_a_change_gives_the_values_and_gradients_of_the_whole(model: lt.SequenceModel, engine) -> None:
    layer = model.layer
    codes = lt.tasks.encode(AFTER)
    predictions, trace = model.forward(lt.tasks.one_hot(codes[:, None], SIZE))
    config = {name: value for name, value in layer.config().items() if name not in ("dropout", "dtype")}
    states = layer.State._fields
    last = layer.num_layers - 1
    asked = [(caret, "prediction", 0, 0) for caret in (1, 20, len(codes))]
    asked += [(caret, of, k, 2) for of in states for k in {0, last} for caret in (7, len(codes))]
    described = {
        "kind": type(layer).__name__, "config": config, "names": list(trace.names), "states": states,
        "layers": list(range(layer.num_layers)),
        "shapes": [[name, list(a.shape)] for name, a in model.parameters().items()],
    }  # fmt: skip
    weights = np.concatenate([a.ravel() for a in model.parameters().values()])
    read = call(engine, "microscope/reading.js", READ, described=described, weights=weights, asked=asked,
                before=lt.tasks.encode(BEFORE).tolist(), after=codes.tolist())  # fmt: skip
    assert read["worked"] == [len(BEFORE), len(AFTER) - len("for k")], "only what the change reaches is read again"
    for k, named in enumerate(read["values"]):
        for name in trace.names:
            theirs = trace.at(layer=k)[name][:, 0]
            np.testing.assert_allclose(np.reshape(named[name], theirs.shape), theirs, err_msg=f"{name} {k}", **WITHIN)
    log_p = log_softmax(predictions[:, 0])
    np.testing.assert_allclose(np.reshape(read["logP"], log_p.shape), log_p, **WITHIN)
    np.testing.assert_allclose(read["series"], trace.at(layer=0)["h"][:, 0, 3], **WITHIN)
    bits = -log_p[np.arange(len(codes) - 1), codes[1:]] / np.log(2)
    np.testing.assert_allclose(read["surprise"], bits, **WITHIN)
    for (caret, of, k, unit), sizes in zip(asked, read["gradients"], strict=True):
        theirs = measures.gradient_sizes(model, codes, caret, of, k, unit)
        assert of != "prediction" or theirs[-1] > 1e-3, "a gradient of nothing would agree with anything"
        np.testing.assert_allclose(sizes, theirs, err_msg=f"{of} at {caret}, layer {k}", **WITHIN)


@pytest.mark.parametrize(("caret", "of"), [(3, "prediction"), (6, "prediction"), (6, "c"), (4, "h")])
def test_sizes_of_gradients_are_those_of_differences(caret: int, of: str) -> None:
    model, codes = MODELS["lstm-2-layers"], lt.tasks.encode("x = a(")
    x = lt.tasks.one_hot(codes[:caret, None], SIZE)

    def value(x):
        predictions, trace = model.forward(x)
        if of != "prediction":
            return trace.at(layer=1)[of][-1, 0, 2]
        log_p = log_softmax(predictions[-1, 0])
        return log_p[codes[caret]] if caret < len(codes) else log_p.max()

    slopes = np.zeros((caret, SIZE))
    for place in np.ndindex(slopes.shape):
        step = np.zeros_like(x)
        step[place[0], 0, place[1]] = 1e-5
        slopes[place] = (value(x + step) - value(x - step)) / 2e-5
    sizes = measures.gradient_sizes(model, codes, caret, of, 1, 2)
    np.testing.assert_allclose(sizes, np.linalg.norm(slopes, axis=1), rtol=0, atol=1e-7)


def kept_values(name: str) -> np.ndarray:
    text = samples()["comments"]
    x = lt.tasks.one_hot(lt.tasks.encode(text)[:, None], SIZE)
    return lt.experiments.model("charlm-lstm-small").layer.forward(x.astype("f4"))[name][:, 0].astype(float)


def drawn(T: int, H: int, seed: int) -> np.ndarray:
    """Slow random units, one of them constant."""
    values = np.cumsum(np.random.default_rng(seed).normal(size=(T, H)), axis=0)
    values[:, H // 2] = 1.5
    return values


@pytest.mark.parametrize(("T", "H"), [(80, 9), (33, 1), (120, 24), (1, 4)])
def test_page_and_package_sort_the_units_alike(T: int, H: int, engine) -> None:
    values = drawn(T, H, T)
    ours = call(engine, "microscope/order.js", "(m, { v, H }) => [m.similarityOrder(v, H), m.correlations(v, H)]",
                v=values, H=H)  # fmt: skip
    assert ours[0] == measures.similarity_order(values)
    np.testing.assert_allclose(np.array(ours[1]), measures.correlations(values), **WITHIN)


def test_correlations_are_numpys_and_a_constant_unit_has_none() -> None:
    values = drawn(60, 6, 1)
    expected = np.zeros((6, 6))
    moving = [0, 1, 2, 4, 5]
    expected[np.ix_(moving, moving)] = np.corrcoef(values[:, moving].T)
    np.testing.assert_allclose(measures.correlations(values), expected, **WITHIN)


def test_neighbors_in_the_order_are_alike() -> None:
    rng = np.random.default_rng(0)
    waves = np.sin(np.arange(300)[:, None] / np.array([3.0, 11.0, 29.0]))
    values = waves[:, np.arange(12) % 3] + 0.2 * rng.normal(size=(300, 12))
    kinds = [unit % 3 for unit in measures.similarity_order(values)]
    assert sum(a != b for a, b in itertools.pairwise(kinds)) == 2


MARKS = [[(4, 9)], [(0, 3), (20, 26), (50, 51)], [(79, 80)], [(0, 30)], [(0, 39)], [(0, 80)], []]


@pytest.mark.parametrize("marked", MARKS, ids=str)
def test_page_and_package_score_a_mark_alike(marked: list, engine) -> None:
    values = drawn(80, 9, 5)
    mask = measures.mask_of(marked, 80)
    theirs = measures.score_mark(values, mask)
    source = """(m, { v, marked, unit }) => {
        const mask = m.maskOf(marked, v.length / 9);
        const series = Float64Array.from(mask, (_, t) => v[t * 9 + unit]);
        const places = m.places(series, mask).map(({ start, length }) => [start, length]);
        return { ...m.scoreMark(v, 9, mask), places };
    }"""
    for unit in (0, 3):
        ours = call(engine, "microscope/marks.js", source, v=values, marked=marked, unit=unit)
        np.testing.assert_allclose(ours["correlation"], theirs.correlation, **WITHIN)
        assert ours["shifts"] == theirs.shifts
        assert ours["asGood"] == theirs.as_good.tolist()
        assert ours["bestAsGood"] == theirs.best_as_good
        assert ours["chance"] == pytest.approx(theirs.chance, abs=1e-9, nan_ok=True)
        assert [tuple(run) for run in ours["places"]] == measures.places(values[:, unit], mask)


def test_scores_are_correlations_and_chance_is_what_shifted_marks_reach() -> None:
    values = drawn(80, 9, 5)
    mask = measures.mask_of([(4, 9), (30, 38)], 80)
    scores = measures.score_mark(values, mask)
    moving = [unit for unit in range(9) if unit != 4]
    shifts = range(8, 80 - 8 + 1)

    def each(marks):
        return np.array([abs(np.corrcoef(values[:, unit], marks)[0, 1]) for unit in moving])

    elsewhere = np.array([each(np.roll(mask, shift)) for shift in shifts])
    here = each(mask)
    np.testing.assert_allclose(np.abs(scores.correlation[moving]), here, **WITHIN)
    assert scores.correlation[4] == 0
    assert scores.shifts == len(shifts)
    assert scores.as_good[moving].tolist() == (elsewhere >= here - 1e-9).sum(axis=0).tolist()
    best = np.sort(elsewhere.max(axis=1))
    assert scores.best_as_good == (best >= here.max() - 1e-9).sum()
    assert (best > scores.chance + 1e-9).sum() <= len(shifts) / 20 < (best > scores.chance - 1e-9).sum()


def test_a_mark_that_means_nothing_is_seldom_called_rare() -> None:
    rare = 0
    for seed in range(60):
        start = np.random.default_rng(seed).integers(0, 180)
        scores = measures.score_mark(drawn(200, 16, seed), measures.mask_of([(start, start + 20)], 200))
        rare += scores.best_as_good * 20 <= scores.shifts
    assert rare <= 10, "with 60 marks, 3 are expected"


def test_the_unit_of_comments_is_found_on_the_kept_model() -> None:
    text = samples()["comments"]
    start = text.index("# The")
    values = kept_values("c")
    scores = measures.score_mark(values, measures.mask_of([(start, text.index("\n", start))], len(text)))
    assert np.abs(scores.correlation).argmax() == 46
    assert scores.best_as_good * 20 <= scores.shifts


STRANGE = "a\tb\rc“”„«»‘’–—−×÷∗ßæøéñŁıﬀ½²…→漢字Я😀\u00a0\u2003\u200b\u0301\u0085\x1c\x7f\ufeff∑"


def test_page_and_package_read_strange_signs_alike(engine) -> None:
    text = STRANGE + lt.tasks.ALPHABET
    source = "(m, { text, known }) => { const read = m.readable(text, known); return [read.codes, read.typed]; }"
    codes, typed = call(engine, "microscope/signs.js", source, text=text,
                        known={"alphabet": lt.tasks.ALPHABET, "signs": SIGNS})  # fmt: skip
    assert typed == list(text)
    assert lt.tasks.decode(codes) == known(text)
    assert known(text).endswith(lt.tasks.ALPHABET)
    assert known("é\t“漢”") == 'e "?"'


@pytest.mark.parametrize(("kind", "layers"), [("LSTM", 2), ("GRU", 1)])
def test_page_and_package_read_and_write_alike_with_gates_held(kind: str, layers: int, engine) -> None:
    model = random_model(kind, 12, spread=8, num_layers=layers)  # bold: it writes more than one character
    layer = model.layer
    gates = [gate for gate in layer.cells[0][0].blocks if gate in "ifozr"]
    held = [(gate, k, k % 2, at) for at in range(layer.num_layers) for k, gate in enumerate(gates)]
    changed = _holding.operated(model, held)
    codes = lt.tasks.encode(AFTER)
    predictions, _ = changed.forward(lt.tasks.one_hot(codes[:, None], SIZE))
    config = {name: value for name, value in layer.config().items() if name not in ("dropout", "dtype")}
    described = {
        "kind": type(layer).__name__, "config": config,
        "shapes": [[name, list(a.shape)] for name, a in model.parameters().items()],
    }  # fmt: skip
    source = """async (m, { described, weights, held, codes }) => {
        const { operated } = await load("js/kit/holding.js");
        const { answersOf } = await load("microscope/answers.js");
        const model = m.modelOf(described, weights);
        const answer = answersOf(model, 200);
        answer({ codes: codes.slice(0, 20), held, gradient: null });
        const reading = new m.Findings(operated(model, held), 200);
        reading.take(answer({ codes: codes.slice(0, 20), held: held.slice(1), gradient: null }).whole);
        reading.take(answer({ codes, held, gradient: null }).whole);
        return { logP: reading.logP.slice(0, codes.length * reading.K), written: reading.written(9, 8),
            mean: reading.meanSurprise() };
    }"""
    theirs = call(engine, "microscope/reading.js", source, described=described, held=held, codes=codes.tolist(),
                  weights=np.concatenate([a.ravel() for a in model.parameters().values()]))  # fmt: skip
    log_p = log_softmax(predictions[:, 0])
    untouched = log_softmax(model.forward(lt.tasks.one_hot(codes[:, None], SIZE))[0][:, 0])
    assert np.abs(log_p - untouched).max() > 1e-3, "what is held must matter"
    np.testing.assert_allclose(np.reshape(theirs["logP"], log_p.shape), log_p, **WITHIN)
    ours = [_holding.written(changed, changed.layer.forward(lt.tasks.one_hot(codes[:end, None], SIZE)), 8)
            for end in (9, len(codes))]  # fmt: skip
    assert theirs["written"] == ours[0].tolist()
    assert len(set(ours[0])) > 2 and (ours[0] != ours[1]).any()
    bits = -log_p[np.arange(len(codes) - 1), codes[1:]] / np.log(2)
    assert theirs["mean"] == pytest.approx(bits.mean(), abs=1e-9)


def test_a_unit_s_color_is_full_at_the_same_limit_on_both_sides(engine) -> None:
    series = [[0.0, 0.02], [0.1], [0.11], [-2.23, 1], [4.9], [41.8], [7.0], [99.0]]
    source = "(m, { series }) => series.map((values) => m.limitOf(values, false))"
    assert call(engine, "microscope/scales.js", source, series=series) == pytest.approx(
        [measures.round_limit(np.array(values)) for values in series]
    )
    assert measures.round_limit(np.array([-2.23, 1])) == 3
