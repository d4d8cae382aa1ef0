"""The playground: it trains as the package does, answers while it trains, and is open to everyone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import lstm_tutor as lt
from lstm_tutor.tasks import Batch
from lstm_tutor.widgets import Playground
from lstm_tutor.widgets.playground import runs
from lstm_tutor.widgets.playground.tasks import CELLS, TASKS

# -- the training, against the package -------------------------------------------------------------------------------

UPDATES = 30
SMALL = {"hidden_size": 5, "batch_size": 4, "seed": 11, "learning_rate": 0.03, "clip": 0.2}
LENGTHS = {"adding": 23, "copying": 6, "reber": 2}

EXPORT = """async ({ settings, updates }) => {
    const { Race } = await load("playground/race.js");
    const plain = (arrays) =>
        Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, Array.from(array)]));
    const race = new Race(settings);
    const again = new Race(settings); // draws the same batches
    const cells = Object.fromEntries(
        race.runners.map(({ kind, model }) => [kind, { H: model.layer.H, parameters: plain(model.parameters) }]),
    );
    const batches = Array.from({ length: updates }, () => again.draw());
    for (let k = 0; k < updates; k++) race.update();
    for (const { kind, losses, rights, model } of race.runners) {
        Object.assign(cells[kind], { losses, rights, after: plain(model.parameters) });
    }
    const { D, K, loss, question } = race.problem;
    return { cells, batches, D, K, loss, probe: race.probe, asked: question(race.probe), reach: race.reach() };
}"""

# The bundle with a model that does as anywidget's does; `act` is told the model's state and sets traits.
IN_A_PAGE = """async ({ esm, state, act }) => {
    const listeners = [];
    const model = {
        get: (name) => state[name],
        set: (name, value) => {
            if (state[name] === value) return;
            state[name] = value;
            for (const [event, callback] of [...listeners]) {
                if (event === "change" || event === `change:${name}`) callback();
            }
        },
        save_changes: () => {},
        on: (name, callback) => listeners.push([name, callback]),
        off: () => {},
    };
    const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    const el = document.body.appendChild(document.createElement("div"));
    const dispose = await widget.render({ model, el });
    const until = async (isSo) => {
        const end = performance.now() + 600_000;
        while (!isSo() && performance.now() < end) await new Promise((done) => setTimeout(done, 10));
    };
    try {
        return await eval(act)({ model, state, el, until });
    } finally {
        dispose();
        el.remove();
    }
}"""

PLAY = """async ({ model, state, until }) => {
    model.set("until", %d);
    model.set("playing", true);
    await until(() => !state.playing && state.step);
    const { data, shape } = state.history;
    return { step: state.step, playing: state.playing, shape, history: new Float64Array(data.buffer) };
}"""

BOTH_WAYS = """async ({ model, state, el, until }) => {
    const units = () => el.querySelector(".lt-pg-table td").textContent;
    const before = units();
    model.set("hidden_size", 9); // as if by Python
    await until(() => units() === "9");
    const after = units();
    const slider = [...el.querySelectorAll("input[type=range]")].find((input) => input.max === "32");
    slider.value = "7";
    slider.dispatchEvent(new Event("input"));
    await until(() => units() === "7");
    const button = (name) => [...el.querySelectorAll("button")].find(({ textContent }) => textContent.includes(name));
    button("One update").click();
    await until(() => state.step === 1);
    button("Train").click();
    const playing = state.playing;
    model.set("playing", false);
    await until(() => button("Train"));
    const shape = state.history.shape.slice(0, 2);
    return { before, after, trait: state.hidden_size, shape, playing, waits: !!button("Train") };
}"""


def in_a_page(engine_in_page: Any, widget: Playground, act: str) -> Any:
    plain = bool | int | float | str | list | dict
    state = {name: value for name, value in widget.get_state().items() if isinstance(value, plain)}
    return engine_in_page(IN_A_PAGE, esm=widget._esm, state=state | {"history": None}, act=act)


def settings_of(task: str) -> dict[str, Any]:
    return {
        "task": task, "cells": list(CELLS), "equal": "units", "length": LENGTHS[task], "forget_bias": 1.5, **SMALL,
    }  # fmt: skip


@pytest.fixture(scope="module")
def exported(engine) -> Iterator[Any]:
    known: dict[str, Any] = {}

    def export(task: str) -> Any:
        if task not in known:
            known[task] = engine(EXPORT, settings=settings_of(task), updates=UPDATES)
        return known[task]

    yield export


def as_batch(batch: dict[str, Any], D: int, K: int, loss: str) -> Batch:
    N = batch["N"]
    x = np.reshape(batch["x"], (-1, N, D))
    targets = np.reshape(batch["targets"], (len(x), N) + ((K,) if loss == "mean_squared_error" else ()))
    mask = None if batch["mask"] is None else np.reshape(batch["mask"], x.shape[:2]).astype(bool)
    lengths = None if batch["lengths"] is None else np.array(batch["lengths"])
    return Batch(x, targets if loss == "mean_squared_error" else targets.astype(int), mask, lengths)


def model_of(kind: str, given: dict[str, Any], which: str, D: int, K: int, loss: str) -> lt.SequenceModel:
    model = lt.SequenceModel(getattr(lt, kind)(D, given["H"], rng=0), K, loss=loss, rng=0)
    model.load_parameters({n: np.reshape(given[which][n], a.shape) for n, a in model.parameters().items()})
    return model


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("task", TASKS)
def test_from_the_same_weights_and_batches_the_losses_are_the_packages(
    task: str, kind: str, exported, record_property
) -> None:
    found = exported(task)
    given, about = found["cells"][kind], (found["D"], found["K"], found["loss"])
    model = model_of(kind, given, "parameters", *about)
    batches = [as_batch(batch, *about) for batch in found["batches"]]
    trainer = lt.Trainer(model, lambda k: batches[k], lt.Adam(SMALL["learning_rate"]), clip=SMALL["clip"])
    history = trainer.run(UPDATES, progress=False)
    assert max(history.gradient_norm) > SMALL["clip"], "something was clipped"
    off = np.abs(np.array(given["losses"]) / history.loss - 1).max()
    record_property("parity", f"{task} {kind}: losses of {UPDATES} updates within {off:.1e}")
    assert off < 1e-10
    for name, value in model.parameters().items():
        np.testing.assert_allclose(given["after"][name], value.ravel(), rtol=1e-8, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("task", TASKS)
def test_the_page_trains_as_its_modules_do_bit_for_bit(task: str, exported, engine_in_page) -> None:
    found, widget = exported(task), Playground(**settings_of(task))
    seen = in_a_page(engine_in_page, widget, PLAY % UPDATES)
    assert (seen["step"], seen["playing"], seen["shape"]) == (UPDATES, False, [3, 2, UPDATES])
    wanted = [[found["cells"][kind][row] for row in ("losses", "rights")] for kind in CELLS]
    np.testing.assert_array_equal(np.reshape(seen["history"], seen["shape"]), wanted)
    widget.history = np.reshape(seen["history"], seen["shape"])
    assert widget.losses["GRU"].tolist() == found["cells"]["GRU"]["losses"]
    assert widget.right["RNN"].tolist() == found["cells"]["RNN"]["rights"]


@pytest.mark.parametrize("task", TASKS)
def test_the_reach_is_the_gradient_of_the_questions_loss(task: str, exported) -> None:
    found = exported(task)
    about = (found["D"], found["K"], found["loss"])
    probe, steps = as_batch(found["probe"], *about), np.array(found["asked"])
    question = np.zeros(probe.x.shape[:2], bool)
    question[steps, np.arange(len(steps))] = True
    for kind in CELLS:
        model = model_of(kind, found["cells"][kind], "after", *about)
        predictions, trace = model.forward(probe.x, lengths=probe.lengths)
        _, d = model.loss(predictions, probe.targets, question)
        through = model.layer.backward(trace, model.readout.backward(trace.output, d)[0]).at()
        for name in ("h", "c") if kind == "LSTM" else ("h",):
            sizes = np.linalg.norm(getattr(through, name), axis=2)
            by_lag = np.array([sizes[steps - lag, np.arange(len(steps))].mean() for lag in range(steps.min() + 1)])
            np.testing.assert_allclose(found["reach"][kind][name], by_lag / by_lag[0], rtol=1e-8)


# -- numbers that do not depend on the browser: the same sums and products in another language ------------------------

LN2_HIGH, LN2_LOW, LOG2_E = 0.693147180369123816, 1.90821492927058770e-10, 1.4426950408889634
TAYLOR = [1 / math.factorial(n) for n in range(14)]


def expm1_near_0(r: float) -> float:
    tail = TAYLOR[13]
    for n in range(12, 1, -1):
        tail = TAYLOR[n] + r * tail
    return r + r * r * tail


def parts(x: float) -> tuple[int, float]:
    k = math.floor(x * LOG2_E + 0.5)
    return k, expm1_near_0(x - k * LN2_HIGH - k * LN2_LOW)


def other_exp(x: float) -> float:
    k, p = parts(x)
    return math.ldexp(1 + p, k)


def other_tanh(a: float) -> float:
    k, p = parts(2 * abs(a))
    less = p if k == 0 else 2.0**k * p + (2.0**k - 1)
    return math.copysign(less / (less + 2), a)


def other_log(x: float) -> float:
    m, k = math.frexp(x)
    while m >= 1.4142135623730951:
        m, k = m / 2, k + 1
    while m < 1.4142135623730951 / 2:
        m, k = m * 2, k - 1
    s = (m - 1) / (m + 1)
    tail = 0.0
    for n in range(23, 1, -2):
        tail = s * s * (1 / n + tail)
    return k * LN2_HIGH + (2 * s + (2 * s * tail + k * LN2_LOW))


def test_exp_tanh_and_log_are_the_same_bits_wherever_they_are_computed(engine, rng) -> None:
    a = np.concatenate([rng.normal(0, size, 1000) for size in (1e-6, 0.3, 3, 12)])
    a = a[np.abs(a) < 20]
    ours = engine(
        "({ a }) => ({ e: a.map(lt.exp), l: a.map((v) => lt.log(Math.abs(v))), t: a.map((v) => lt.tanh(v)) })", a=a
    )
    assert ours["e"] == [other_exp(float(v)) for v in a]
    assert ours["l"] == [other_log(abs(float(v))) for v in a]
    assert ours["t"] == [other_tanh(float(v)) for v in a]


# -- Python's side ----------------------------------------------------------------------------------------------------


def test_what_is_not_given_is_what_the_task_begins_with() -> None:
    assert (Playground("reber").length, Playground("copying").hidden_size, Playground().until) == (2, 16, 1500)
    widget = Playground("adding", length=40, cells=("GRU", "RNN"), hide=["link"])
    assert (widget.length, widget.cells, widget.hide) == (40, ["RNN", "GRU"], ["link"])
    widget.task = "reber"
    assert widget.length == 2, "a length that does not fit the new task becomes the usual one"
    assert {kind: len(v) for kind, v in widget.losses.items()} == {"RNN": 0, "GRU": 0}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "task", "parity"), r"expected task to be one of \['adding', 'copying', 'reber'\]"),
        (lambda w: setattr(w, "cells", []), r"expected cells to be some of \['RNN', 'LSTM', 'GRU'\], got \[\]"),
        (lambda w: setattr(w, "cells", ["LSTM", "Transformer"]), "expected cells to be some of"),
        (lambda w: setattr(w, "hide", ["everything"]), "expected hide to be none or some of"),
        (lambda w: setattr(w, "length", 10), "expected length to be an int from 22 to 60 for adding, got 10"),
        (lambda w: setattr(w, "hidden_size", 0), "expected hidden_size to be an int from 2 to 32, got 0"),
        (lambda w: setattr(w, "learning_rate", float("nan")), "expected learning_rate to be a finite number from"),
        (lambda w: setattr(w, "clip", 0), "expected clip to be a finite number from 0.01 to 100, got 0"),
        (lambda w: setattr(w, "seed", 1.5), "expected seed to be an int from 0 to 9999, got 1.5"),
        (lambda w: Playground("reber", length=9), "expected length to be an int from 1 to 4 for reber, got 9"),
        (lambda w: Playground("xor"), "expected task to be one of"),
        (lambda w: Playground(units=3), "expected keywords of"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = Playground(length=30, seed=4)
    with pytest.raises(ValueError, match=told):
        change(widget)
    kept = (widget.task, widget.cells, widget.hide, widget.length, widget.hidden_size, widget.clip, widget.seed)
    assert kept == ("adding", ["RNN", "LSTM", "GRU"], [], 30, 12, 1.0, 4)


def test_how_stored_races_ended_is_told_by_name_and_cell() -> None:
    races = Playground.races()
    assert set(races) == set(runs.RACES)
    for name, race in runs.stored().items():
        assert race["order"] == runs.order_of(name), "the settings have changed: run the races again"
        assert races[name]["GRU"].tolist() == [run["cells"]["GRU"]["rights"][-1] for run in race["runs"]]


@pytest.mark.parametrize("task", TASKS)
def test_the_still_picture_shows_stored_races_of_the_usual_settings(task: str) -> None:
    kept = runs.stored()[task]
    assert len(kept["runs"]) >= 5
    still = Playground(task).figure()
    assert "<svg" in still.content and "percent right" in still.alt and "Stored races on" in still.caption
    ends = [100 * run["cells"]["RNN"]["rights"][-1] for run in kept["runs"]]
    assert f"RNN {min(ends):.0f} to {max(ends):.0f} percent right" in still.alt


@pytest.mark.parametrize("task", TASKS)
def test_the_stored_races_begin_as_they_would_today(task: str, engine) -> None:
    kept = runs.stored()[task]
    order = kept["order"]
    first = """async ({ settings, updates }) => {
        const { Race } = await load("playground/race.js");
        const race = new Race(settings);
        for (let k = 0; k < updates; k++) race.update();
        return Object.fromEntries(race.runners.map(({ kind, losses }) => [kind, losses]));
    }"""
    seed = kept["runs"][1]["seed"]
    now = engine(first, settings=order["settings"] | {"seed": seed}, updates=order["bin"])
    for kind in CELLS:
        stored = kept["runs"][1]["cells"][kind]
        assert now[kind][0] == stored["first"], "bit for bit"
        assert np.mean(now[kind]) == pytest.approx(stored["losses"][0], rel=0.006)


def test_traits_go_both_ways(engine_in_page) -> None:
    seen = in_a_page(engine_in_page, Playground("copying", hidden_size=3, batch_size=2, length=3), BOTH_WAYS)
    assert (seen["before"], seen["after"], seen["trait"]) == ("3", "9", 7)
    assert (seen["shape"], seen["playing"], seen["waits"]) == ([3, 2], True, True)


# -- in the page ------------------------------------------------------------------------------------------------------

FAST = {"hidden_size": 3, "batch_size": 2, "length": 3, "until": 300}


def count(page: Page) -> int:
    return int(page.locator(".lt-pg-count b").inner_text())


def wait_for(page: Page, what: str) -> None:
    page.wait_for_function(
        f"(() => {{ const count = +document.querySelector('.lt-pg-count b').textContent; return {what} }})()"
    )


def row(page: Page, kind: str) -> list[str]:
    return page.locator(f".lt-pg-table tr:has-text('{kind}') td").all_inner_texts()


def look_on(page: Page) -> None:
    """Ask for the next sequence, and wait until it is shown: by then the worker has obeyed all that came before."""
    row = "document.querySelector('.lt-pg-verdict').textContent.split('.')[0]"
    page.locator(".lt-pg-verdict").filter(has_text=":").wait_for()
    before = page.evaluate(row)
    page.get_by_role("button", name="the next sequence").click()
    page.wait_for_function(f"{row} !== {json.dumps(before)}")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST), size=size, theme=theme) as seen:
        page = seen.page
        assert page.locator("[data-still-of]").count() == 0, "the live view takes the still picture's place"
        assert count(page) == 0, "it does not train by itself"
        page.get_by_role("button", name="Train").click()
        wait_for(page, "count === 300")
        page.locator("summary").click()
        page.get_by_role("slider", name="units").wait_for()
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input:not([type=checkbox]), select, summary)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert "After 300 updates. RNN: loss" in page.locator(".lt-w [aria-live]").inner_text()
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_train_pause_step_and_start_again(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST | {"until": 50_000})) as seen:
        page = seen.page
        step = page.get_by_role("button", name="One update")
        for k in (1, 2, 3):
            step.click()
            wait_for(page, f"count === {k}")
        first = [row(page, kind) for kind in CELLS]
        page.get_by_role("button", name="Train").click()
        wait_for(page, "count > 60")
        page.get_by_role("button", name="Pause").click()
        look_on(page)
        stopped = count(page)
        look_on(page)
        assert count(page) == stopped
        step.click()
        wait_for(page, f"count === {stopped + 1}")
        page.get_by_role("button", name="Start again").click()
        wait_for(page, "count === 0")
        assert row(page, "LSTM")[2:] == ["–", "–"]
        for k in (1, 2, 3):
            step.click()
            wait_for(page, f"count === {k}")
        assert [row(page, kind) for kind in CELLS] == first, "the same seed, the same run"
        assert seen.messages == []


def test_at_the_end_it_stops_and_goes_on_when_asked(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST | {"until": 40})) as seen:
        page = seen.page
        page.get_by_role("button", name="Train").press("Enter")
        page.get_by_role("button", name="Go on").wait_for()
        assert count(page) == 40
        page.get_by_role("button", name="Go on").press("Space")
        wait_for(page, "count === 80")
        assert "of 80" in page.locator(".lt-pg-count").inner_text()


def test_each_setting_starts_a_new_run_that_has_it(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST)) as seen:
        page = seen.page
        page.locator("summary").click()
        assert row(page, "RNN")[:2] == ["3", "50"]
        for name in ("lag", "units", "learning rate", "batch", "clip at", "bias of f, z", "seed"):
            page.get_by_role("button", name="One update").click()
            wait_for(page, "count > 0")
            before = row(page, "LSTM")[2]
            page.get_by_role("slider", name=name).press("ArrowRight")
            wait_for(page, "count === 0")
            page.get_by_role("button", name="One update").click()
            wait_for(page, "count === 1")
            if name not in ("learning rate", "clip at"):  # which matter from the second update on
                assert row(page, "LSTM")[2] != before, name
            page.get_by_role("button", name="Start again").click()
            wait_for(page, "count === 0")
        assert row(page, "RNN")[0] == "4"
        page.get_by_role("radio", name="parameters").check()
        page.wait_for_function("document.querySelector('.lt-pg-table td').textContent !== '4'")
        sizes = [int(row(page, kind)[1]) for kind in CELLS]
        assert max(sizes) < 1.2 * min(sizes)
        page.get_by_role("checkbox", name="GRU").uncheck()
        page.wait_for_function("document.querySelectorAll('.lt-pg-table tbody tr').length === 2")
        page.get_by_role("radio", name="Embedded Reber").check()
        page.wait_for_function("+document.querySelector('.lt-pg-table td:nth-child(3)').textContent > 200")
        assert page.get_by_role("slider", name="inner strings").input_value() == "2"
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelectorAll('.lt-pg-table tbody tr').length === 3")
        assert row(page, "RNN")[:2] == ["3", "50"]
        assert seen.messages == []


def test_the_sequence_can_be_read_value_by_value(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST)) as seen:
        page = seen.page
        verdict = page.locator(".lt-pg-verdict")
        verdict.filter(has_text="The row: ").wait_for()
        assert verdict.inner_text().startswith("The row: ")
        before = verdict.inner_text()
        page.get_by_role("button", name="the next sequence").click()
        page.wait_for_function(f"document.querySelector('.lt-pg-verdict').textContent !== {json.dumps(before)}")
        inside = page.get_by_role("combobox", name="inside")
        inside.select_option("GRU: z, update gate")
        page.get_by_role("img", name="GRU: z, update gate").wait_for()
        inside.select_option("GRU: r, reset gate")
        page.get_by_role("img", name="GRU: r, reset gate, of every unit over the sequence. 3 rows, 9 steps.").wait_for()
        assert seen.messages == []


def test_links_make_a_run_and_what_a_teacher_hides_is_gone(browser: Browser, tmp_path: Path) -> None:
    prose = '<p><a href="#lt:playground?task=adding&amp;length=30&amp;seed=7&amp;hide=task.speed.seed">run</a></p>'
    with harness.shown(
        browser, tmp_path, Playground("copying", **FAST), before=prose, at="#lt:playground?seed=5&lr=9"
    ) as seen:
        page = seen.page
        page.locator("summary", has_text="seed 5").wait_for()
        page.get_by_role("link", name="run").click()
        page.locator("summary", has_text="seed 7").wait_for()
        page.locator("summary").click()
        assert page.get_by_role("slider", name="length", exact=True).input_value() == "30"
        for role, name in (("radio", "Copying"), ("combobox", "speed"), ("slider", "seed")):
            assert page.get_by_role(role, name=name).count() == 0
        page.get_by_role("slider", name="units").press("ArrowRight")
        page.get_by_role("button", name="Copy link").click()
        page.wait_for_function("location.hash.includes('hidden_size=4')")
        for part in ("task=adding", "length=30", "seed=7", "hide=task.speed.seed"):
            assert part in page.evaluate("decodeURIComponent(location.hash)")
        assert seen.messages == []


def test_text_in_a_setting_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    at = "#lt:playground?task=<img src=x>&cells=<b>&hide=<i>&seed=<script>"
    with harness.shown(browser, tmp_path, Playground("copying", **FAST), at=at) as seen:
        assert seen.page.locator(".lt-w :is(img, script)").count() == 0
        assert row(seen.page, "RNN")[:2] == ["3", "50"]


def test_the_wildest_settings_do_no_harm(browser: Browser, tmp_path: Path) -> None:
    wild = Playground("adding", learning_rate=0.3, clip=100.0, forget_bias=6.0, hidden_size=32, batch_size=1, length=60)
    with harness.shown(browser, tmp_path, wild) as seen:
        seen.page.get_by_role("button", name="Train").click()
        wait_for(seen.page, "count > 20")
        seen.page.get_by_role("button", name="Pause").click()
        assert seen.page.locator(".lt-pg-table td").count() == 12
        assert seen.messages == []


def test_it_answers_while_it_trains(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("adding", until=50_000)) as seen:
        page = seen.page
        page.get_by_role("button", name="Train").click()
        for _ in range(3):
            before = count(page)
            wait_for(page, f"count > {before}")
            page.get_by_role("button", name="Pause").click()
            page.get_by_role("button", name="Train").click()
        assert seen.messages == []


LEFT = """() => JSON.stringify([
    document.querySelector(".lt-pg-count").textContent,
    [...document.querySelectorAll(".lt-pg-table td")].map((cell) => cell.textContent),
])"""


def test_a_reload_trains_again_up_to_where_the_reader_was(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", **FAST)) as seen:
        page = seen.page
        page.locator("summary").click()
        page.get_by_role("slider", name="seed").press("ArrowRight")
        page.locator("summary", has_text="seed 1").wait_for()
        page.get_by_role("button", name="Train").click()
        page.get_by_role("button", name="Go on").wait_for()
        before = page.evaluate(LEFT)
        for what in ("state", "run"):  # the settings are kept when they rest
            page.wait_for_function(f"Object.keys(sessionStorage).some((key) => key.endsWith(':{what}'))")
        page.reload()
        wait_for(page, "count === 300")
        assert page.evaluate(LEFT) == before
        page.get_by_role("button", name="Start again").click()
        wait_for(page, "count === 0")
        page.wait_for_function("![...Object.keys(sessionStorage)].some((key) => key.endsWith(':run'))")
        assert seen.messages == []


def test_training_again_is_said_and_can_be_stopped(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground("copying", until=50_000)) as seen:
        page = seen.page
        page.locator(".lt-pg-verdict").wait_for()
        page.get_by_role("button", name="Train").click()
        wait_for(page, "count > 0")
        page.get_by_role("button", name="Pause").click()
        page.wait_for_function("[...Object.keys(sessionStorage)].some((key) => key.endsWith(':run'))")
        page.evaluate("""() => {
            const key = Object.keys(sessionStorage).find((name) => name.endsWith(":run"));
            sessionStorage.setItem(key, sessionStorage.getItem(key).replace(/[|].*/, "|40000"));
        }""")
        page.reload()
        page.get_by_text("Training again up to update 40000, where you left.").wait_for()
        page.get_by_role("button", name="Stop", exact=True).click()
        page.wait_for_function("!document.querySelector('.lt-pg-again')")
        look_on(page)
        stopped = count(page)
        look_on(page)
        assert count(page) == stopped < 40_000
        assert seen.messages == []


def test_a_task_is_ticked_when_the_first_cell_has_learned(browser: Browser, tmp_path: Path) -> None:
    race = Playground(batch_size=32, until=400)
    with harness.shown(browser, tmp_path, race) as seen:
        page = seen.page
        page.get_by_text("Try: Press Train.").wait_for()
        page.get_by_role("button", name="Train").click()
        page.locator(".lt-tour").get_by_text("Done. It left suddenly").wait_for()
        assert seen.messages == []


def test_tasks_are_those_of_the_widget_as_it_comes() -> None:
    assert len(Playground().tasks) == len(Playground.TASKS) == 4
    assert Playground("copying").tasks == Playground(cells=["RNN"]).tasks == Playground(hide=["seed"]).tasks == []


@pytest.mark.parametrize("opened", [False, True], ids=["as it comes", "while it trains"])
def test_curves_and_gates_are_seen_together_on_one_screen(opened: bool, browser: Browser, tmp_path: Path) -> None:
    size = {"width": 1280, "height": 900}
    with harness.shown(browser, tmp_path, Playground(until=30), size=size) as seen:
        page = seen.page
        page.locator(".lt-pg-inside").wait_for()
        if opened:
            page.get_by_role("button", name="Train").click()
            page.get_by_role("button", name="Go on").wait_for()
        harness.painted(page)
        assert page.locator(".lt-w").bounding_box()["height"] <= 700


def test_nothing_is_wider_than_the_smallest_phone(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Playground(until=30), size={"width": 320, "height": 640}) as seen:
        page = seen.page
        page.get_by_role("button", name="Train").click()
        page.get_by_role("button", name="Go on").wait_for()
        page.locator("summary").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = Playground("copying", **FAST)
    with harness.shown(browser, tmp_path, widget) as seen:
        use = "(el) => el.querySelector('.lt-pg-transport button').click()"
        assert harness.left_behind(seen.page, widget, use) == {}
