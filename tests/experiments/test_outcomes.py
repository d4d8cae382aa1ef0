"""One line on an experiment: whose claims they are, how many hold; and figures in which a failure counts as longest."""

import re

import numpy as np
import pytest

from lstm_tutor import experiments
from lstm_tutor.experiments import Claim, Column, Experiment, Results
from lstm_tutor.experiments.experiment import NOT_MEASURED
from lstm_tutor.experiments.outcomes import Outcome
from lstm_tutor.experiments.reporting import Report, spread
from lstm_tutor.experiments.store import add_record


def stored(folder, claims=(), kind="own", seeds=3, **runs):
    """Results of a made-up experiment: variant -> its figure by seed."""
    runs = runs or {"a": [1.0] * seeds}
    columns = (Column("time", lambda m: m["time"], "{:,.0f}", fails=True),)
    variants: dict = {name: {} for name in runs}
    study = Experiment("made_up", "Made up", "Is it so?", dict, variants, kind=kind, claims=claims, columns=columns)
    for variant, figures in runs.items():
        for seed, figure in enumerate(figures):
            add_record(study, {"variant": variant, "seed": seed, "fingerprint": study.fingerprint(variant),
                               "metrics": {"time": figure}, "cpu_seconds": 60.0}, folder)  # fmt: skip
    return Results(study, folder)


def claims(*held, kind=None):
    return tuple(Claim(f"claim {k}", lambda r, so=so: so, ("a",), kind) for k, so in enumerate(held))


YES, NO = True, False


@pytest.mark.parametrize(
    ("kind", "held", "line"),
    [
        ("paper", [YES, YES, YES], "Paper's result: reproduced (all 3 claims hold, 3 seeds each) [made_up]"),
        ("paper", [YES, NO, YES], "Paper's result: partly reproduced (2 of 3 claims hold, 3 seeds each) [made_up]"),
        ("paper", [NO, NO, NO], "Paper's result: not reproduced (none of its 3 claims holds, 3 seeds each) [made_up]"),
        ("saying", [YES, YES], "Common saying: true (both of its 2 claims hold, 3 seeds each) [made_up]"),
        ("saying", [YES, NO], "Common saying: partly true (1 of 2 claims holds, 3 seeds each) [made_up]"),
        ("saying", [NO], "Common saying: false (its claim does not hold, 3 seeds each) [made_up]"),
        ("own", [YES], "Our own question: yes (its claim holds, 3 seeds each) [made_up]"),
        ("own", [YES, NO, NO], "Our own question: partly (1 of 3 claims holds, 3 seeds each) [made_up]"),
        ("own", [NO, NO], "Our own question: no (none of its 2 claims holds, 3 seeds each) [made_up]"),
    ],
)
def test_the_line_says_whose_claims_they_are_and_how_many_hold(kind, held, line, tmp_path):
    assert str(Outcome(stored(tmp_path, claims(*held), kind))) == line


def test_an_experiment_may_judge_several_kinds(tmp_path):
    mixed = claims(NO, kind="saying") + claims(YES, YES, YES)
    assert str(Outcome(stored(tmp_path, mixed))) == (
        "Common saying: false (its claim does not hold); "
        "Our own question: yes (all 3 claims hold, 3 seeds each) [made_up]"
    )


@pytest.mark.parametrize(("seeds", "told"), [(1, "1 seed each"), (2, "2 seeds each")])
def test_the_line_has_its_plurals_right(seeds, told, tmp_path):
    assert told in str(Outcome(stored(tmp_path, claims(YES), seeds=seeds)))


def test_different_numbers_of_seeds_are_told_as_a_range(tmp_path):
    results = stored(tmp_path, claims(YES), a=[1.0] * 5, b=[1.0] * 10)
    assert "5 to 10 seeds each" in str(Outcome(results))


def test_what_was_not_run_has_no_verdict(tmp_path):
    waiting = (*claims(YES), Claim("b too", lambda r: True, ("b",)))
    line = str(Outcome(stored(tmp_path, waiting, "paper", a=[1.0], b=[])))
    assert line == "Paper's result: not run [made_up]"


def test_the_line_leads_to_the_experiments_section():
    link = '<a href="experiments.html#temporal-xor">All figures</a>'
    assert link in experiments.outcome("temporal_xor")._repr_html_()
    assert (
        'href="../experiments.html#recall"' in experiments.outcome("recall", page="../experiments.html")._repr_html_()
    )
    assert "<a " not in experiments.outcome("recall", page=None)._repr_html_()
    assert "<strong>Common saying:</strong> partly true (3 of 4 claims hold, 10 seeds each)" in (
        experiments.outcome("recall")._repr_html_()
    )


@pytest.mark.parametrize("make", [lambda: Claim("", bool, (), "rumor"),
                                  lambda: Experiment("e", "", "", dict, {}, kind="rumor")])  # fmt: skip
def test_an_unknown_kind_is_refused(make):
    with pytest.raises(ValueError, match=r"expected kind to be one of \['paper', 'saying', 'own'\], got 'rumor'"):
        make()


def test_words_for_a_variant_that_is_not_there_are_refused():
    with pytest.raises(ValueError, match=r"e: expected words for variants of \['a'\], got \['b'\]"):
        Experiment("e", "", "", dict, {"a": {}}, words={"b": "B"})


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_every_variant_has_words_in_place_of_an_identifier(name):
    experiment = experiments.get(name)
    words = [experiment.called(variant) for variant in experiment.variants]
    assert len(set(words)) == len(words)
    identifier = r"_|\^|\b(rnn|lstm|gru|lstm1997|mingru)\b|[a-z]-[0-9]|\S=|= "
    assert not [text for text in words if re.search(identifier, text)]


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_every_experiment_is_drawn_from_runs_that_are_stored(name):
    drawings = experiments.strips(name)
    assert drawings
    for drawing in drawings:
        for variant in drawing["variants"]:
            assert drawing["results"].of(variant)
        assert set(drawing["paper"]) <= set(drawing["variants"])


# -- figures -----------------------------------------------------------------------------------------------------------


def records(*figures):
    return [{"metrics": {"time": figure}} for figure in figures]


def test_a_failure_counts_as_longer_than_every_number(tmp_path):
    results = stored(tmp_path, a=[1.0, 2.0, None], b=[1.0, None, None], c=[1.0, None])
    assert [results.median(variant, "time") for variant in "abc"] == [2.0, np.inf, np.inf]


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ([3000.0, 1000.0, 2000.0], "2,000 (1,000 to 3,000)"),
        ([1000.0, 3000.0, None, 2000.0, 4000.0], "3,000 (1,000 to 4,000), 1 failed"),
        ([1000.0, None, 2000.0, None], "failed (1,000 to 2,000), 2 failed"),
        ([1000.0, None, None], "failed (1,000), 2 failed"),
        ([None, None], "all failed"),
        ([NOT_MEASURED, NOT_MEASURED], "–"),
        ([5.0, 5.0], "5"),
    ],
)
def test_a_column_counts_failures_as_longest_and_says_how_many(figures, text):
    assert spread(records(*figures), Column("time", lambda m: m["time"], "{:,.0f}", fails=True)) == text


@pytest.mark.parametrize(("figures", "text"), [([1.0, 2.0, 4.0], "2 % (1 to 4)"), ([3.0, 3.0], "3 %")])
def test_a_percent_sign_is_written_once(figures, text):
    assert spread(records(*figures), Column("time", lambda m: m["time"], "{:.0f} %")) == text


@pytest.mark.parametrize(("figures", "text"), [([None, None], "–"), ([1.0, None, 3.0], "2 (1 to 3), 2 runs")])
def test_what_was_not_measured_is_a_dash_and_no_failure(figures, text):
    assert spread(records(*figures), Column("time", lambda m: m["time"], "{:.0f}")) == text


@pytest.mark.parametrize(
    ("figure", "form", "text"),
    [(1e-5, "{:.0e}", "10⁻⁵"), (3e-14, "{:.0e}", "3 × 10⁻¹⁴"), (0.94, "{:.0e}", "0.9"), (1.0, "{:.0e}", "1"),
     (2.5e-7, "{:.1e}", "2.5 × 10⁻⁷"), (-0.5, "{:.1f} %", "−0.5 %"), (31.0, "{:.0e}", "30")],
)  # fmt: skip
def test_powers_of_ten_are_typeset(figure, form, text):
    assert spread(records(figure), Column("time", lambda m: m["time"], form)) == text


def test_a_report_folds_all_but_its_question_and_its_line(tmp_path):
    report = Report(stored(tmp_path, claims(YES, NO)))
    before, fold = report._repr_html_().split("<details")
    assert "Is it so?" in before and "Our own question" in before and "<table" not in before
    assert "<table" in fold and "open" not in fold.split(">")[0] and "<strong>Does not hold:</strong> claim 1" in fold
    assert "3 runs, 3.0 min of CPU time in all" in fold and "CPU" not in str(report.rows())


def test_names_are_typeset_in_a_report():
    html = experiments.report("gradient_lag").details._repr_html_()
    assert "dh<sub>T</sub>/dh<sub>t</sub>" in html and "dh_T" not in html
    assert "10<sup>−12</sup>" in html and "e-12" not in html


def test_medians_of_report_ablation_and_depth_agree():
    """The same rule in the table, in the claims, and in the switchboard."""
    from lstm_tutor.widgets.ablation.runs import table

    results = experiments.results("ablation")
    for task in ("adding", "reber"):
        for row in table(results, task):
            assert results.median(f"{task}-{row['variant']}", "sequences") == (row["median"] or np.inf)
    rows = {row[0]: row for row in experiments.report("ablation").rows()}
    assert rows["adding: no output gate"][3].startswith("failed")
    assert experiments.results("depth").median("adding-1", "sequences") == np.inf
