"""The overview: every figure in it is one that a stored run holds, or that a paper printed."""

import pathlib
import re
import statistics

import nbformat
import pytest

from lstm_tutor import experiments
from lstm_tutor.experiments import __main__ as command_line
from lstm_tutor.experiments import runner
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, PaperRow
from lstm_tutor.experiments.summary import duration, source

OURS = slice(3, 7)  # claims that hold, seeds, time, ours
PAGE = pathlib.Path(__file__).parents[2] / "book" / "experiments.ipynb"


def test_without_stored_runs_the_overview_holds_no_figure_of_ours(tmp_path):
    overview = experiments.overview(folder=tmp_path)
    head, *body = overview.rows()
    assert [row[0] for row in body] == list(experiments.EXPERIMENTS) and len(head) == 8
    for row in body:
        assert row[OURS] == [""] * 4 and row[2] == "not run"
    assert overview.total() == "not run"
    printed = str(overview)
    for name, row in zip(experiments.EXPERIMENTS, body, strict=True):
        printed = printed.replace(name, "").replace(row[1], "")  # names, and years of papers
    assert not re.search(r"\d", printed)


def test_every_figure_of_the_overview_is_that_of_the_stored_runs():
    overview = experiments.overview()
    for row, name in zip(overview.rows()[1:], experiments.EXPERIMENTS, strict=True):
        results, experiment = experiments.results(name), experiments.get(name)
        assert row[0] == name and row[2] == experiments.verdict(results)[0]
        if not results.records:
            continue
        claims, seeds, time, ours = row[OURS]
        counts = {len(results.of(v)) for v in results.variants if not experiment.variants[v].get("deterministic")}
        assert {int(n) for n in re.findall(r"\d+", seeds)} == {min(counts), max(counts)}
        assert time == duration(sum(record["cpu_seconds"] for record in results.records))
        held = [outcome for _, outcome in experiments.verdict(results)[1]]
        assert claims == f"{held.count('holds')} of {len(held)}"
        assert figures_of(ours, results) == []
    assert overview.runs == sum(len(experiments.results(name)) for name in experiments.EXPERIMENTS)
    assert f"{overview.runs} runs of" in overview.total() and duration(overview.cpu_seconds) in overview.total()


def figures_of(text, results):
    """What is left of a cell of the overview when all that the stored runs say is taken out."""
    experiment = results.experiment
    for variant in sorted(results.variants, key=len, reverse=True):
        if experiment.success:
            met = sum(bool(experiment.success(record["metrics"])) for record in results.of(variant))
            text = text.replace(f"{variant}: {met} of {len(results.of(variant))}", "")
            continue
        column = experiment.columns[0]
        figures = [column.pick(record["metrics"]) for record in results.of(variant)]
        known = [figure for figure in figures if figure is not None]
        if known and all(isinstance(figure, bool) for figure in figures):
            text = text.replace(f"{variant} {sum(known)} of {len(known)}", "")
            continue
        shown = [column.format.format(f(known)) for f in (statistics.median, min, max)] if known else ["none"]
        spread = shown[0] if len(set(shown[1:])) <= 1 else f"{shown[0]} ({shown[1]} to {shown[2]})"
        text = text.replace(f"{variant} {spread}", "").replace(f", {len(known)} runs", "")
    if experiment.success:
        met = [results.successes(variant) for variant in results.variants]
        for word, count in (("always", sum(a == b for a, b in met)), ("never", sum(a == 0 for a, _ in met))):
            text = text.replace(f"{word}: {count} of {len(met)}", "")
    else:
        text = text.replace(experiment.columns[0].title, "")
    return re.findall(r"\d+", text)


def with_seed(settings, seed):
    return settings | {"seed": seed}


def made_up(variants, **options):
    variants = {name: {"k": k} for k, name in enumerate(variants)}
    return Experiment(name="made_up", title="Made up", question="Does it run?", run=with_seed, variants=variants,
                      seeds=3, paper="elman1990finding", **options)  # fmt: skip


def test_a_row_tells_paper_and_ours(tmp_path, monkeypatch):
    holds = Claim("b is larger", lambda r: r.values("b", "k").min() > r.values("a", "k").max(), ("a", "b"))
    never = Claim("a is larger", lambda r: False, ("a",))
    experiment = made_up("ab", columns=(Column("k plus seed", lambda m: m["k"] + m["seed"], "{:.0f}"),),
                         claims=(holds, never), paper_rows=(PaperRow("net", {"share": "42 %"}, "P"),))  # fmt: skip
    monkeypatch.setitem(experiments.EXPERIMENTS, "made_up", experiment)
    runner.run(experiment, folder=tmp_path, progress=False)
    row = experiments.overview(["made_up"], folder=tmp_path).rows()[1]
    ours = "k plus seed: a 1 (0 to 2); b 2 (1 to 3)"
    assert row == ["made_up", "Elman 1990", "partly", "1 of 2", "3", "0 s", ours, "share: net: 42 %"]
    shown = experiments.overview(["made_up"], folder=tmp_path)._repr_html_()
    assert (
        "<td>partly<br><small>1 of 2 claims<br>3 seeds, 0 s</small></td>" in shown
        and "made_up<br><small>Elman 1990</small>" in shown
        and f"<td>{ours}</td>" in shown
        and "6 runs of 1 experiments" in shown
    )


def test_a_claim_that_was_not_run_is_not_one_that_holds(tmp_path):
    holds = Claim("a is there", lambda r: True, ("a",))
    experiment = made_up("ab", columns=(Column("k", lambda m: m["k"]),), claims=(holds, Claim("b", bool, ("b",))))
    runner.run(experiment, folder=tmp_path, progress=False, variants=["a"])
    assert experiments.overview([experiment], folder=tmp_path).rows()[1][2:4] == ["not run", "1 of 2"]


@pytest.mark.parametrize("met, told", [(3, "always: 8 of 8 variants; never: 0 of 8"),
                                       (0, "always: 0 of 8 variants; never: 8 of 8")])  # fmt: skip
def test_of_many_variants_only_counts_are_told(met, told, tmp_path):
    experiment = made_up("abcdefgh", success=lambda metrics: metrics["seed"] < met, columns=())
    runner.run(experiment, folder=tmp_path, progress=False)
    assert experiments.overview([experiment], folder=tmp_path).rows()[1][6] == f"met criterion: {told}"


def test_names_and_times_read_well():
    assert source("greff2017lstm") == "Greff 2017"
    assert [duration(seconds) for seconds in (0.2, 119.4, 150, 6000)] == ["0 s", "119 s", "2.5 min", "100.0 min"]


def test_the_command_line_prints_the_overview_alone_or_before_the_reports(tmp_path, capsys):
    folder = ["--folder", str(tmp_path)]
    assert command_line.main(["report", "--overview", *folder]) == 0
    alone = capsys.readouterr().out
    assert "claims that hold" in alone and "Question" not in alone
    assert command_line.main(["report", "recall", "dates", *folder]) == 0
    both = capsys.readouterr().out
    assert both.index("claims that hold") < both.index("Question") and "charlm" not in both
    assert command_line.main(["report", "recall", *folder]) == 0
    assert "claims that hold" not in capsys.readouterr().out


def test_the_page_has_a_heading_and_a_report_for_each_experiment_and_for_nothing_else():
    cells = nbformat.read(PAGE, as_version=4).cells
    reports = [cell.source for cell in cells if cell.cell_type == "code" and "report(" in cell.source]
    named = [re.fullmatch(r'experiments\.report\("(\w+)"\)', text)[1] for text in reports]
    assert sorted(named) == sorted(experiments.EXPERIMENTS)
    for name in named:
        place = next(k for k, cell in enumerate(cells) if cell.source == f'experiments.report("{name}")')
        assert cells[place - 1].source.startswith(f"### {experiments.get(name).title}\n")
        assert f"`{name}`" in cells[place - 1].source
