"""The ablation switchboard: no figure without a record, each switch does what it says, and what nobody ran is said."""

from __future__ import annotations

import json
import re
from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from test_celllab import notebook

import lstm_tutor as lt
from lstm_tutor.experiments.studies.gates import ablation
from lstm_tutor.widgets import AblationSwitchboard
from lstm_tutor.widgets.ablation import TITLES, median
from lstm_tutor.widgets.ablation.runs import CODES, MEANINGS, claims, ours, paper, table

RESULTS = lt.experiments.results("ablation")


@pytest.mark.parametrize("task", ablation.TASKS)
def test_every_figure_of_the_table_comes_from_records(task: str) -> None:
    rows = AblationSwitchboard(task=task).table()
    assert {row["variant"] for row in rows} == set(ablation.VARIANTS)
    for row in rows:
        records = [record["metrics"] for record in RESULTS.of(f"{task}-{row['variant']}")]
        times = sorted(m["sequences"] for m in records if m["solved"])
        assert (row["solved"], row["runs"]) == RESULTS.successes(f"{task}-{row['variant']}")
        assert (row["low"], row["high"]) == ((times[0], times[-1]) if times else (None, None))
        assert {m["parameters"] for m in records} == {row["parameters"]}
        of_all = np.median(times + [np.inf] * (len(records) - len(times)))
        assert row["median"] == (of_all if np.isfinite(of_all) else None), "a failure is longer than all else"
    order = [np.inf if row["median"] is None else row["median"] for row in rows]
    assert order == sorted(order)


@pytest.mark.parametrize("task", ablation.TASKS)
def test_the_runs_are_the_records_all_of_them(task: str) -> None:
    for variant in ablation.VARIANTS:
        shown = AblationSwitchboard(task=task, variant=variant).runs()
        assert [{k: v for k, v in run.items() if k != "seed"} for run in shown] == [
            record["metrics"] for record in RESULTS.of(f"{task}-{variant}")
        ]


def test_verdicts_are_the_experiments_own() -> None:
    assert paper(RESULTS.experiment)["NIG"] == {"TIMIT": "worse", "IAM Online": "worse", "JSB Chorales": "no different"}
    assert "FGR" not in paper(RESULTS.experiment)
    said = claims(RESULTS)
    for claim in RESULTS.experiment.claims:
        (variant,) = {name.split("-")[1] for name in claim.variants} - {"LSTM"}
        assert said[variant] == {"text": claim.text, "outcome": "holds" if claim.holds(RESULTS) else "does not hold"}
    for variant, by_task in ours(RESULTS).items():
        for task, outcome in by_task.items():
            assert outcome["solved"] == RESULTS.successes(f"{task}-{variant}")
            assert outcome["whole"] == RESULTS.successes(f"{task}-LSTM")
            assert outcome["chance"] == RESULTS.chance_of_failures("sequences", f"{task}-{variant}", f"{task}-LSTM")
            assert outcome["slower"] == RESULTS.share_worse("sequences", f"{task}-{variant}", f"{task}-LSTM")
            assert outcome["worse"] == (task in ablation.hurts(RESULTS, variant))


def test_without_runs_nothing_is_made_up(tmp_path: Path) -> None:
    empty = lt.experiments.results("ablation", folder=tmp_path)
    assert table(empty, "adding") == [] and ours(empty) == {}
    assert {claim["outcome"] for claim in claims(empty).values()} == {"not run"}


def test_names_are_put_in_order_and_unknown_ones_refused() -> None:
    board = AblationSwitchboard(variant="NP+NIG")
    assert (board.variant, board.runs()) == ("NIG+NP", [])
    for bad in ("", "XYZ", "NIG+NIG", "NIG+LSTM", 3, "nig"):
        with pytest.raises(ValueError, match='expected variant to be "LSTM", or some of'):
            board.variant = bad
    with pytest.raises(ValueError, match="expected task to be one of"):
        board.task = "copy"
    with pytest.raises(ValueError, match="expected keywords of"):
        AblationSwitchboard(gate="f")
    assert (board.variant, board.task) == ("NIG+NP", "adding")


def test_the_still_picture_counts_failures_and_says_what_nobody_ran() -> None:
    assert "NIG: 0 of 10 runs met the criterion" in AblationSwitchboard(variant="NIG").figure().alt
    assert "NIG+NP: not run" in AblationSwitchboard(variant="NIG+NP").figure().alt


CURVES = """async ({ runs, limit, measure }) => {
    const { medianCurve, valueAt } = await load("ablation/curves.js");
    return medianCurve(runs, measure, limit);
}"""


@pytest.mark.parametrize(("task", "measure"), [("adding", "wrong"), ("adding", "error"), ("reber", "wrong")])
def test_the_pages_medians_are_pythons(task: str, measure: str, engine) -> None:
    board = AblationSwitchboard(task=task)
    for variant in ablation.VARIANTS:
        board.variant = variant
        page = engine(CURVES, runs=board.runs(), limit=board._limits[task], measure=measure)
        x, y = median(board.runs(), board._limits[task], measure)
        np.testing.assert_array_equal(page["x"], x)
        np.testing.assert_allclose(page["values"], y, rtol=0, atol=1e-12)


def heading(page: Page) -> str:
    return page.locator(".ab-verdict h4").inner_text()


def counts(page: Page) -> str:
    return page.locator(".ab-curves .lt-label").inner_text()


SWITCHES = {
    "NIG": ("input gate i", "i = σ(Wxi x + Whi ht−1 + pi ⊙ ct−1 + bi) 1"),
    "NFG": ("forget gate f", "f = σ(Wxf x + Whf ht−1 + pf ⊙ ct−1 + bf) 1"),
    "NOG": ("output gate o", "o = σ(Wxo x + Who ht−1 + po ⊙ c + bo) 1"),
    "NIAF": ("tanh of the candidate g", "tanh"),
    "NOAF": ("tanh of the output", "tanh"),
    "CIFG": ("i and f coupled", "σ(Wxf x + Whf ht−1 + pf ⊙ ct−1 + bf) 1 − i"),
    "NP": ("peepholes", "+ pi ⊙ ct−1"),
    "FGR": ("gates see the gates", "+ Wgi (i, f, o)t−1"),
}


def test_each_switch_shows_its_variants_runs_equations_and_verdict(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard()) as seen:
        page = seen.page
        page.get_by_role("radio", name="Equations").check(force=True)
        page.wait_for_function("document.querySelector('.ab-equations') !== null")
        assert heading(page) == "The whole cell" and page.locator(".ab-equations :is(del, ins)").count() == 0
        for code, (label, changed) in SWITCHES.items():
            switch = page.get_by_role("switch", name=f"{label} {code}")
            was = switch.is_checked()
            assert was == (code not in ("CIFG", "FGR"))
            switch.focus()
            page.keyboard.press("Space")
            page.wait_for_function(f"document.querySelector('.ab-verdict h4')?.textContent.startsWith('{code},')")
            solved, total = RESULTS.successes(f"adding-{code}")
            assert counts(page) == f"Whole cell: 10 of 10 solved. {code}: {solved} of {total} solved."
            marked = page.locator(".ab-equations :is(del, ins)").all_inner_texts()
            squeezed = re.sub(r"\s+", "", "".join(marked))
            assert re.sub(r"\s+", "", changed.split(" = ")[-1]) in squeezed
            crosses = page.locator(".ab-curves path.lt-mark").count()
            assert crosses == total - solved, "each failure is marked"
            verdict = page.locator(".ab-verdict").inner_text()
            for task, outcome in ours(RESULTS)[code].items():
                (ours_solved, n), (whole, m) = outcome["solved"], outcome["whole"]
                counted = (
                    f"{TITLES[task].removeprefix('the ')}: solves {ours_solved} of {n}; the whole cell {whole} of {m}."
                )
                judged = "Worse" if task in ablation.hurts(RESULTS, code) else "Not clearly worse"
                slower = f"slower in {round(100 * outcome['slower'], 1):g} % of the pairs"
                assert f"{counted} {judged}: {slower}" in verdict.replace("\n", " ")
            claim = claims(RESULTS).get(code)
            if claim:
                agrees = "They agree." if claim["outcome"] == "holds" else "They do not agree."
                assert agrees in verdict and claim["text"] in verdict
            else:
                assert "no verdict of the paper on FGR" in verdict
            page.keyboard.press("Space")
            page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent === 'The whole cell'")
            assert switch.is_checked() == was
        assert seen.messages == []


def test_a_combination_that_nobody_ran_has_no_curve_and_says_so(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard(variant="NFG")) as seen:
        page = seen.page
        lines = page.locator(".ab-curves path.lt-line").count()
        page.get_by_role("radio", name="Equations").check(force=True)
        page.get_by_role("switch", name="peepholes").click(force=True)
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.includes('nobody ran this here')")
        assert counts(page) == "Whole cell: 10 of 10 solved. NFG+NP: no stored run."
        assert page.locator(".ab-curves path.lt-line").count() < lines
        assert page.locator(".ab-equations del").count() == 5
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.startsWith('NFG,')")


def test_the_drawing_is_pressed_and_shows_what_is_gone(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard()) as seen:
        page = seen.page
        page.locator('[data-part="valve-f"] .knob').click(force=True)
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.startsWith('NFG,')")
        assert page.locator('[data-part="wire-f"].is-faded').count() == 1
        assert page.locator('[data-part="wire-i"].is-faded').count() == 0
        assert page.locator('.body[data-valve="f"]').evaluate("e => e.style.getPropertyValue('--open')") == "1"
        cross, knob = (page.locator(s).first.bounding_box() for s in (".ab-marks path", '[data-part="valve-f"] .knob'))
        assert abs(cross["x"] + cross["width"] / 2 - knob["x"] - knob["width"] / 2) < 2
        page.locator('[data-part="valve-f"] .knob').click(force=True)
        page.wait_for_function("document.querySelectorAll('.ab-marks path').length === 0")
        assert page.locator(".is-faded").count() == 0


@pytest.mark.parametrize("tap", ["peep-i", "peep-f", "peep-o"])
def test_a_peephole_is_pressed_anywhere_along_its_line(tap: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard()) as seen:
        page = seen.page
        points = page.locator(f'[data-part="{tap}"] .line').evaluate(
            """(line) => [0.2, 0.5, 0.8].map((share) => {
                const at = line.getPointAtLength(share * line.getTotalLength()).matrixTransform(line.getScreenCTM());
                return [at.x, at.y];
            })"""
        )
        for x, y in points:
            for aside in (-5, 0, 5):
                page.mouse.click(x + aside, y + aside)
                page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.startsWith('NP,')")
                page.mouse.click(x + aside, y + aside)
                page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent === 'The whole cell'")


def test_the_guess_comes_before_the_switches_that_show_the_answer(browser: Browser, tmp_path: Path) -> None:
    for size in (harness.WIDE, harness.PHONE):
        with harness.shown(browser, tmp_path, AblationSwitchboard(), size=size) as seen:
            ask, switch = (seen.page.locator(of).first.bounding_box() for of in (".ab-ask select", "[role=switch]"))
            assert ask["y"] + ask["height"] < switch["y"]


SCREEN = {"width": 1280, "height": 900}


def test_it_fits_one_screen_and_no_column_of_the_table_is_cut_off(browser: Browser, tmp_path: Path) -> None:
    for variant in ("LSTM", "NOG", "FGR", "NFG+NP"):
        for shown in (False, True):
            board = AblationSwitchboard(variant=variant, shown=shown)
            with harness.shown(browser, tmp_path, board, size=SCREEN) as seen:
                assert seen.page.locator(".lt-w").bounding_box()["height"] <= 700
                if shown:
                    assert seen.page.locator(".ab-scroll").evaluate("e => e.scrollWidth <= e.clientWidth")
                    assert not seen.page.locator(".ab-sideways").is_visible()
    with harness.shown(browser, tmp_path, AblationSwitchboard(shown=True), size=harness.PHONE) as seen:
        assert seen.page.locator(".ab-sideways").is_visible(), "a hint says that the table scrolls"
        frame = seen.page.locator(".ab-scroll").bounding_box()
        judged = seen.page.locator(".ab-table th", has_text="worse here").bounding_box()
        assert judged["x"] + judged["width"] <= frame["x"] + frame["width"]


def test_each_task_is_ticked_when_it_is_done(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard()) as seen:
        page = seen.page
        page.locator('[data-part="valve-f"] .knob').click(force=True)
        acts = [
            lambda: None,
            lambda: [page.get_by_role("switch", name=f"{part} gate").click(force=True) for part in ("forget", "input")],
            lambda: [page.get_by_role("switch", name=f"{part} gate").click(force=True) for part in ("input", "output")],
            lambda: (
                page.get_by_role("radio", name="All variants").check(force=True),
                page.locator(".ab-table button").first.click(),
            ),
        ]
        for number, act in enumerate(acts, 1):
            act()
            page.wait_for_function(f"document.querySelectorAll('.lt-tour-done').length === {number}")
            if number < len(acts):
                page.get_by_role("button", name="Next").click()
        assert seen.messages == []


def test_the_table_comes_after_a_guess_and_tells_where_it_came_out(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard(task="reber")) as seen:
        page = seen.page
        assert page.locator(".ab-table").count() == 0
        page.get_by_role("combobox", name="Guess before you look").select_option("no forget gate")
        page.wait_for_function("document.querySelector('.ab-table') !== null")
        rows = AblationSwitchboard(task="reber").table()
        cells = [row.split("\t") for row in page.locator(".ab-table tbody tr").all_inner_texts()]
        for row, shown in zip(rows, cells, strict=True):
            name = "whole cell" if row["variant"] == "LSTM" else row["variant"]
            assert shown[0].split("guess")[0].strip() == name
            assert shown[1] == f"{row['solved']} of {row['runs']}"
            if row["variant"] != "LSTM":
                assert shown[2] == ("yes" if "reber" in ablation.hurts(RESULTS, row["variant"]) else "not clearly")
            assert shown[4] == ("> 10,000" if row["median"] is None else f"{row['median']:,.0f}")
            assert shown[6] == f"{row['parameters']:,}"
        text = page.locator(".ab-came-out").inner_text()
        assert "You said no forget gate (NFG)." in text
        for task in TITLES:
            last = AblationSwitchboard(task=task).table()[-1]
            name = f"{MEANINGS[last['variant']].split(':')[0]} ({last['variant']}"
            assert f"On {TITLES[task]} the slowest is {name}; {last['solved']} of {last['runs']} solved)" in text
        page.locator(".ab-table button").filter(has_text="NOG").click()
        page.get_by_role("radio", name="adding task").check(force=True)
        page.wait_for_function("document.querySelector('.ab-table caption').textContent.includes('the adding task')")
        page.get_by_role("radio", name="Drawing").check(force=True)
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.startsWith('NOG,')")
        assert seen.messages == []


def test_the_error_is_a_curve_of_the_adding_task_alone(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AblationSwitchboard()) as seen:
        page = seen.page
        page.get_by_role("radio", name="squared error").check(force=True)
        page.wait_for_function("document.querySelector('.ab-curves svg').ariaLabel.startsWith('mean squared error')")
        page.get_by_role("radio", name="Reber grammar").check(force=True)
        page.wait_for_function("document.querySelector('.ab-curves svg').ariaLabel.startsWith('share of unseen')")
        assert page.locator(".ab-hidden fieldset[disabled]").count() == 1
        assert not page.locator(".ab-hidden fieldset").is_visible()


def test_links_set_it_and_what_is_not_valid_is_left_alone(browser: Browser, tmp_path: Path) -> None:
    links = '<a href="#lt:ablation?variant=NOAF&amp;task=reber">one</a> '
    links += '<a href="#lt:ablation?variant=XYZ&amp;task=copy">bad</a>'
    with harness.shown(browser, tmp_path, AblationSwitchboard(), before=links, at="#lt:ablation?variant=NIG") as seen:
        page = seen.page
        assert heading(page).startswith("NIG,")
        page.get_by_role("link", name="one").click()
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent.startsWith('NOAF,')")
        assert page.get_by_role("radio", name="Reber grammar").is_checked()
        page.get_by_role("link", name="bad").click()
        page.wait_for_function("document.querySelector('.ab-verdict h4')?.textContent === 'The whole cell'")
        assert seen.messages == []


def test_the_model_hears_of_each_switch_and_its_changes_are_shown(browser: Browser, tmp_path: Path) -> None:
    board = AblationSwitchboard()
    with notebook(browser, tmp_path, board) as seen:
        page = seen.page
        page.get_by_role("switch", name="output gate").click(force=True)
        page.get_by_role("radio", name="Reber grammar").check(force=True)
        page.wait_for_function("model.state.variant === 'NOG' && model.state.task === 'reber'")
        board.set_state(
            {name: page.evaluate(f"model.state.{name}") for name in ("variant", "task", "measure", "shown")}
        )
        assert (board.variant, board.task) == ("NOG", "reber")
        page.evaluate("model.set('variant', 'NIG')")
        page.evaluate("model.set('shown', true)")
        page.wait_for_function("document.querySelector('.ab-table tr.is-now')?.textContent.includes('NIG')")
        assert not page.get_by_role("switch", name="input gate").is_checked()
        assert seen.messages == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    board = AblationSwitchboard(variant="CIFG", shown=True)
    with harness.shown(browser, tmp_path, board, AblationSwitchboard(name="two"), size=size, theme=theme) as seen:
        page = seen.page
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    board = AblationSwitchboard()
    with harness.shown(browser, tmp_path, board) as seen:
        use = "(el) => el.querySelector('[role=switch]').click()"
        assert harness.left_behind(seen.page, board, use) == {}


def test_the_switches_are_the_packages_variants() -> None:
    assert set(SWITCHES) == set(CODES) == set(ablation.VARIANTS) - {"LSTM"}


def test_the_lab_page_says_what_the_records_say() -> None:
    path = Path(__file__).resolve().parents[2] / "book" / "labs" / "ablation-switchboard.ipynb"
    page = "".join("".join(cell["source"]) for cell in json.loads(path.read_text("utf-8"))["cells"])
    solved = {name: RESULTS.successes(name) for name in RESULTS.variants}
    assert solved["adding-NIG"] == (0, 10) and "no run out of ten learns to add" in page
    assert solved["reber-NIG"] == (3, 10) and "only three out of ten learn the grammar" in page
    assert solved["adding-NFG"] == solved["reber-NFG"] == (10, 10) and "all twenty runs without it succeed" in page
    assert solved["adding-NOG"] == (2, 10) and "on adding, where two runs out of ten succeed" in page
    assert solved["adding-NP"] == (7, 10) and solved["adding-LSTM"] == (10, 10) and "seven of ten runs succeed" in page
    slower = {name: RESULTS.share_worse("sequences", name, name.split("-")[0] + "-LSTM") for name in RESULTS.variants}
    assert slower["reber-NFG"] < 0.5 and "is even faster in most pairs of runs" in page
    assert 0.78 < slower["adding-NP"] < 0.83 and "it is eight of ten pairs" in page
    assert slower["adding-NOG"] == pytest.approx(0.895) and "89.5 pairs in a hundred" in page
    assert slower["adding-CIFG"] < 0.1 and "learns adding faster in nine pairs of ten" in page
    chance = {
        name: RESULTS.chance_of_failures("sequences", name, "adding-LSTM") for name in ("adding-NP", "adding-NOG")
    }
    assert chance["adding-NP"] == pytest.approx(0.105, abs=5e-4) and "(p = 0.11)" in page
    assert chance["adding-NOG"] == pytest.approx(1 / 2800, rel=0.01) and "about once in 2,800 times" in page
    assert ablation.hurts(RESULTS, "NOG") == ["adding"] and "That is *worse*" in page
    assert ablation.hurts(RESULTS, "NP") == [] and claims(RESULTS)["NFG"]["outcome"] == "does not hold"
    for task in TITLES:
        assert AblationSwitchboard(task=task).table()[-1]["variant"] == "NIG"
    median = {row["variant"]: row["median"] for row in AblationSwitchboard(task="adding").table()}
    assert [name for name in median if median[name] and median[name] < median["LSTM"]] == ["CIFG", "NFG", "NOAF"]
    outcomes = [claim["outcome"] for claim in claims(RESULTS).values()]
    assert (outcomes.count("does not hold"), len(outcomes)) == (3, 7)
    assert "Of seven results" in page and "three do not hold" in page
    assert "within 24,000 sequences" in page and ablation.RECIPES["adding"]["max_sequences"] == 24_000
