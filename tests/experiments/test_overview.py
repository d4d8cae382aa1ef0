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
from lstm_tutor.experiments.reporting import PAGES, duration
from lstm_tutor.experiments.summary import source

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
        counts = {len(results.of(v)) for v in results.variants if not experiment.is_single(v)}
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
    for variant in sorted(results.variants, key=lambda variant: len(experiment.called(variant)), reverse=True):
        words = experiment.called(variant)
        if experiment.success:
            met = sum(bool(experiment.success(record["metrics"])) for record in results.of(variant))
            text = text.replace(f"{words}: {met} of {len(results.of(variant))}", "")
            continue
        column = experiment.columns[0]
        figures = [column.pick(record["metrics"]) for record in results.of(variant)]
        known = [figure for figure in figures if figure is not None]
        if known and all(isinstance(figure, bool) for figure in figures):
            text = text.replace(f"{words} {sum(known)} of {len(known)}", "")
            continue
        if not known:
            text = text.replace(f"{words} –", "")
            continue
        shown = [column.format.format(f(known)) for f in (statistics.median, min, max)]
        low, high = (figure.removesuffix(" %") for figure in shown[1:])
        spread = shown[0] if low == high else f"{shown[0]} ({low} to {high})"
        text = text.replace(f"{words} {spread}", "").replace(f", {len(known)} runs", "")
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


def test_the_map_leads_to_the_section_and_to_the_chapters(tmp_path):
    own, saying = Claim("b", lambda r: True, ("b",)), Claim("a", lambda r: False, ("a",), "saying")
    experiment = made_up("ab", claims=(own, saying), columns=(Column("k", lambda m: m["k"]),), pages=("lstm", "gru"))
    runner.run(experiment, folder=tmp_path, progress=False)
    row = experiments.overview([experiment], folder=tmp_path)._repr_html_()
    assert '<a href="#made-up">Made up</a><span>Does it run?</span>' in row
    assert "<span>Common saying</span> false<br><span>Our own question</span> yes" in row
    assert '<a href="lstm.html">the LSTM</a><br><a href="gru.html">the GRU</a>' in row
    assert "6 runs of 1 experiment, 0 s" in row


def test_the_map_is_in_the_order_of_the_chapters():
    shown = experiments.overview()._repr_html_()
    places = [
        shown.index(f'href="#{name.replace("_", "-")}"') for name in ("temporal_xor", "truncation", "adding", "hmm")
    ]
    assert places == sorted(places)


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
    assert [duration(seconds) for seconds in (0.2, 119.4, 150, 6000, 9000)] == [
        "0 s", "119 s", "2.5 min", "100 min", "2.5 h",
    ]  # fmt: skip


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


CELLS = nbformat.read(PAGE, as_version=4).cells


def test_the_page_has_a_section_with_an_anchor_for_each_experiment_and_for_nothing_else():
    studies = [cell for cell in CELLS if cell.cell_type == "code" and cell.source.startswith("study(")]
    named = [re.fullmatch(r'study\("(\w+)"\)', cell.source)[1] for cell in studies]
    assert sorted(named) == sorted(experiments.EXPERIMENTS)
    for name, cell in zip(named, studies, strict=True):
        above = CELLS[CELLS.index(cell) - 1].source
        assert above.startswith(f"({name})=\n### {experiments.get(name).title}\n") and f"`{name}`" in above


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_the_text_alternative_of_a_picture_says_what_its_rows_and_its_axis_are(name):
    (cell,) = [cell for cell in CELLS if cell.source == f'study("{name}")']
    alt = cell.metadata["mystnb"]["image"]["alt"].lower()
    for drawing in experiments.strips(name):
        assert f"{drawing['label']}: {', '.join(drawing['variants'].values())}".lower() in alt


BOOK = PAGE.parent


def test_the_chapters_that_speak_of_an_experiment_are_named_there():
    for path in sorted(BOOK.rglob("*.ipynb")):
        page = str(path.relative_to(BOOK).with_suffix(""))
        if page in ("experiments", "intro"):
            continue
        code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
        for name in set(re.findall(r'experiments\.(?:report|outcome|strips|results)\(\s*"(\w+)"', code)):
            assert page in experiments.get(name).pages, f"{page} speaks of {name}: name it in `pages`"


def test_the_pages_that_are_named_are_there():
    assert all((BOOK / f"{page}.ipynb").is_file() for page in PAGES)
    assert {page for name in experiments.EXPERIMENTS for page in experiments.get(name).pages} <= set(PAGES)
