"""The experiments: their tasks against the definitions, the registry, interrupts, and stored runs made again."""

import ast
import json
import platform
import re
import signal
import zlib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import fisher_exact

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.analysis import units
from lstm_tutor.experiments import __main__ as command_line
from lstm_tutor.experiments import keeping, recipes, runner, store
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, PaperRow
from lstm_tutor.experiments.studies.applications import charlm
from lstm_tutor.experiments.studies.gradients import connectivity
from lstm_tutor.tasks.continual import ContinualReber
from lstm_tutor.tasks.reber import SYMBOLS, embedded_reber_string, reber_string

# -- tasks against their definitions -----------------------------------------------------------------------------------

# Reber's grammar as a regular expression, written from the drawing: two branches from B to E, which meet in its loops.
LOOP = "(?:T*VPX)*T*V"  # from node 2: some T, then V to node 4; from there P to node 3 and X back
INNER = re.compile(f"B(?:TS*X(?:X{LOOP}(?:V|PS)|S)|P{LOOP}(?:V|PS))E")
# What may follow some beginnings, read off the drawing.
FOLLOWS = {"B": "TP", "BT": "SX", "BTX": "XS", "BP": "TV", "BPV": "PV"}


def is_embedded(text):
    return len(text) > 4 and text[0] + text[-1] == "BE" and text[1] == text[-2] in "TP" and INNER.fullmatch(text[2:-2])


def test_reber_strings_are_legal_and_every_choice_occurs():
    rng = np.random.default_rng(0)
    texts = [reber_string(rng)[0] for _ in range(500)]
    assert all(INNER.fullmatch(text) for text in texts)
    for prefix, letters in FOLLOWS.items():
        after = [text[len(prefix)] for text in texts if text.startswith(prefix)]
        assert set(after) == set(letters)
        assert abs(after.count(letters[0]) / len(after) - 0.5) < 0.15


def test_embedded_reber_strings_close_with_the_letter_that_opened_them_and_tell_what_may_follow():
    rng = np.random.default_rng(1)
    texts = [embedded_reber_string(rng) for _ in range(400)]
    assert all(is_embedded(text) for text, _ in texts)
    follows = {}
    for text, _ in texts:
        for t in range(1, len(text)):
            follows.setdefault(text[:t], set()).add(text[t])
    for text, legal in texts:
        assert len(legal) == len(text) - 1
        for t in range(1, len(text)):
            assert follows[text[:t]] <= set(legal[t - 1])
            if t < 5:  # short prefixes occur often enough to have been followed by everything that may follow
                assert follows[text[:t]] == set(legal[t - 1])


def test_embedded_reber_sets_hold_different_strings():
    data = tasks.EmbeddedReber(64, rng=0)
    texts = [text for text, _ in data.train + data.test]
    assert len(data.train) == len(data.test) == 64
    assert len(set(texts)) == 128


def test_the_continual_stream_is_made_of_embedded_reber_strings():
    stream = ContinualReber(updates=5, batch_size=3, steps=200, rng=0)
    for lane in range(3):
        text = "".join(SYMBOLS[k] for k in stream.codes[:, lane])
        pieces = re.findall(r"B[TP]B.*?E[TP]E", text)
        assert len(pieces) > 50
        assert text.startswith("".join(pieces))
        assert all(is_embedded(piece) for piece in pieces)


def test_the_continual_stream_tells_what_may_follow_and_where_a_string_closes():
    stream = ContinualReber(updates=5, batch_size=3, steps=200, rng=0)
    for update in range(5):
        batch, legal, closing = stream(update), stream.legal(update), stream.closing(update)
        assert batch.start == (update == 0)
        assert np.take_along_axis(legal, batch.targets[..., None], axis=2).all()
        assert (legal.sum(axis=2) <= 2).all()
        for t, n in zip(*np.nonzero(closing), strict=True):
            text = "".join(SYMBOLS[k] for k in stream.codes[: update * 200 + t + 1, n])
            assert (
                text.endswith("E") and SYMBOLS[batch.targets[t, n]] == text[text.rindex("B", 0, text.rindex("B")) + 1]
            )
    np.testing.assert_array_equal(stream(3).x, stream(3).x)
    with pytest.raises(ValueError, match="expected an update from 0 to 4, got 5"):
        stream(5)


def test_recall_asks_at_the_end_for_the_first_symbol():
    batch = tasks.recall(7, 50, symbols=4, rng=0)
    codes = batch.x.argmax(axis=2)
    assert batch.x.shape == (9, 50, 9)
    assert (batch.x.sum(axis=2) == 1).all()
    assert set(codes[0]) == {0, 1, 2, 3}
    assert set(codes[1:-1].ravel()) == {4, 5, 6, 7}
    assert (codes[-1] == 8).all()
    np.testing.assert_array_equal(batch.targets[-1], codes[0])
    assert batch.mask[-1].all() and not batch.mask[:-1].any()


def test_every_third_bit_is_the_exclusive_or_of_the_two_before():
    batch = tasks.temporal_xor(99, 20, rng=0)
    bits = batch.x[..., 0].astype(int)
    np.testing.assert_array_equal(bits[2::3], bits[0::3] != bits[1::3])
    np.testing.assert_array_equal(batch.targets[:-1], batch.x[1:])
    assert abs(bits[0::3].mean() - 0.5) < 0.1


# -- running, interrupting, going on -----------------------------------------------------------------------------------


def experiment_of(run, **options):
    return Experiment(name="made_up", title="Made up", question="Does it run?", run=run,
                      **({"variants": {"a": {"k": 1}, "b": {"k": 2}}, "seeds": 3} | options))  # fmt: skip


def double(settings, seed):
    return {"value": settings["k"] * 10 + seed}


def test_a_run_is_stored_with_everything_that_made_it(tmp_path):
    experiment = experiment_of(double)
    assert runner.run(experiment, folder=tmp_path, progress=False) == 6
    results = store.Results(experiment, tmp_path)
    assert results.variants == ["a", "b"]
    np.testing.assert_array_equal(results.values("b", "value"), [20, 21, 22])
    record = results.record("a", 2)
    assert (record["settings"], record["seed"], record["metrics"]) == ({"k": 1}, 2, {"value": 12})
    assert record["versions"] == {
        "lstm_tutor": lt.__version__, "numpy": np.__version__, "python": platform.python_version()
    }  # fmt: skip
    assert record["seconds"] >= 0 and record["cpu_seconds"] >= 0
    with pytest.raises(LookupError, match="expected a stored run of 'a', seed 7"):
        results.record("a", 7)
    with pytest.raises(ValueError, match="expected a variant of"):
        results.of("c")
    with pytest.raises(ValueError, match="expected a metric of"):
        results.values("a", "loss")


def test_an_interrupt_keeps_what_has_finished_and_the_next_call_does_the_rest(tmp_path):
    calls = []

    def run(settings, seed):
        calls.append((settings["k"], seed))
        if len(calls) == 4:
            raise KeyboardInterrupt
        return double(settings, seed)

    experiment = experiment_of(run)
    with pytest.raises(KeyboardInterrupt):
        runner.run(experiment, folder=tmp_path, progress=False)
    assert len(store.Results(experiment, tmp_path)) == 3
    assert runner.run(experiment, folder=tmp_path, progress=False) == 3
    assert len(store.Results(experiment, tmp_path)) == 6
    assert calls[3:5] == [calls[3]] * 2  # only the one under way was lost
    assert runner.run(experiment, folder=tmp_path, progress=False) == 0
    assert not [path for path in tmp_path.iterdir() if path.suffix != ".json"]


def test_an_interrupt_inside_training_is_not_taken_for_a_finished_run(monkeypatch, pythons_own_handler):
    updates = []

    def update(trainer):
        updates.append(trainer)
        if len(updates) == 5:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(lt.Trainer, "update", update)
    with pytest.raises(KeyboardInterrupt):
        experiments.rerun("temporal_xor", "rnn-2")
    assert len(updates) == 5


def _interrupt():
    raise KeyboardInterrupt


def test_no_study_trains_in_a_way_that_an_interrupt_could_end_quietly():
    """Every call of a Trainer's ``run`` has the options UNATTENDED."""
    calls = 0
    for path in Path(experiments.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and re.fullmatch(r".*(trainer|each)\.run", ast.unparse(node.func)):
                assert "**UNATTENDED" in ast.unparse(node), f"{path}:{node.lineno}"
                calls += 1
    assert calls >= 20


def test_runs_of_other_settings_or_of_an_older_revision_do_not_count(tmp_path):
    runner.run(experiment_of(double), folder=tmp_path, progress=False)
    changed = experiment_of(double, variants={"a": {"k": 1}, "b": {"k": 3}})
    assert [record["variant"] for record in store.Results(changed, tmp_path).records] == ["a"] * 3
    assert runner.missing(changed, folder=tmp_path) == [("b", 0), ("b", 1), ("b", 2)]
    assert len(runner.missing(experiment_of(double, revision=2), folder=tmp_path)) == 6
    assert runner.run(changed, folder=tmp_path, progress=False) == 3
    np.testing.assert_array_equal(store.Results(changed, tmp_path).values("b", "value"), [30, 31, 32])


def test_parallel_runs_give_the_same_records(tmp_path):
    experiment = experiment_of(double)
    assert runner.run(experiment, jobs=2, folder=tmp_path, progress=False) == 6
    np.testing.assert_array_equal(store.Results(experiment, tmp_path).values("a", "value"), [10, 11, 12])


def test_what_is_deterministic_or_single_runs_once():
    experiment = experiment_of(double, variants={"a": {"deterministic": True}, "b": {}, "c": {}}, single=("c",))
    assert runner.missing(experiment, folder="nowhere") == [("a", 0), ("b", 0), ("c", 0), ("b", 1), ("b", 2)]


def test_a_damaged_file_is_an_error_that_names_it(tmp_path):
    (tmp_path / "made_up.json").write_text("{")
    with pytest.raises(ValueError, match=r"expected stored runs of 'made_up' in .*made_up.json"):
        store.Results(experiment_of(double), tmp_path)


# -- the report --------------------------------------------------------------------------------------------------------


def reported():
    return experiment_of(
        double,
        success=lambda metrics: metrics["value"] > 11,
        columns=(
            Column("|value|", lambda metrics: metrics["value"]),
            Column("even", lambda metrics: metrics["value"] % 2 == 0),
            Column("of b", lambda metrics: metrics["value"] if metrics["value"] >= 20 else None),
        ),
        paper_rows=(PaperRow("theirs", {"success": "100 %"}, "P"),),
        claims=(Claim("b is larger than a", lambda r: r.values("b", "value").min() > r.values("a", "value").max(),
                      ("a", "b")),),
    )  # fmt: skip


def test_a_report_says_not_run_where_nothing_is_stored(tmp_path):
    report = str(experiments.report(reported(), folder=tmp_path))
    assert report.lower().count("not run") == 4  # two variants, the verdict, the claim
    assert not re.search(r"\d", report.replace("100 %", ""))


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_no_report_holds_a_figure_of_ours_that_no_run_stored(name, tmp_path):
    report = experiments.report(name, folder=tmp_path)
    assert all(row[1] == "not run" and not any(row[2:]) for row in report.rows()[1:])
    assert experiments.verdict(report.results)[0] == "not run"


def test_a_report_prints_median_and_spread_of_the_stored_runs(tmp_path):
    experiment = reported()
    runner.run(experiment, folder=tmp_path, progress=False)
    report = experiments.report(experiment, folder=tmp_path)
    assert report.rows()[1][:6] == ["a", "3", "1 of 3", "11 (10 to 12)", "2 of 3", "–"]
    assert report.paper_rows()[1] == ["theirs", "100 %", "read in the paper"]
    assert experiments.verdict(report.results) == ("yes", [("b is larger than a", "holds")])
    shown = report._repr_html_()
    number = '<td class="number">'
    cells = "".join(f"{number}{cell}</td>" for cell in ["3", "1 of 3", "11 (10 to 12)", "2 of 3", "–"])
    assert f'<tr><th scope="row">a</th>{cells}' in shown and shown.count("<details") == 1


def test_the_command_line_lists_runs_and_reports(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(experiments.EXPERIMENTS, "made_up", reported())
    folder = ["--folder", str(tmp_path)]
    assert command_line.main(["run", "made_up", "--seeds", "1", "--variants", "b", *folder]) == 0
    assert command_line.main(["list", "made_up", *folder]) == 0
    assert command_line.main(["report", "made_up", *folder]) == 0
    printed = capsys.readouterr().out
    assert "1 new run stored" in printed and "(1 run stored)" in printed and "not run" in printed
    assert command_line.main(["run", "nothing", *folder]) == 2
    assert "expected one of ['charlm'" in capsys.readouterr().err
    assert command_line.main(["run", *folder]) == 2


def test_the_command_line_ends_with_130_at_an_interrupt(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(experiments.EXPERIMENTS, "made_up", experiment_of(lambda settings, seed: _interrupt()))
    assert command_line.main(["run", "made_up", "--folder", str(tmp_path)]) == 130
    assert "the same command goes on" in capsys.readouterr().err


# -- the stored runs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_every_experiment_is_complete(name):
    experiment = experiments.get(name)
    bibliography = Path(__file__).resolve().parents[2] / "book" / "references.bib"
    if experiment.paper is None:
        assert experiment.kind != "paper"
    else:
        assert f"{{{experiment.paper}," in bibliography.read_text(encoding="utf-8")
    assert experiment.question.endswith("?") and experiment.columns and experiment.claims
    for variant in experiment.variants:
        assert json.loads(json.dumps(experiment.settings(variant))) == experiment.settings(variant)
    for claim in experiment.claims:
        assert set(claim.variants) <= set(experiment.variants)


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_every_run_of_every_experiment_is_stored_with_its_present_settings(name):
    experiment = experiments.get(name)
    assert runner.missing(experiment) == []
    for record in experiments.results(name).records:
        assert record["settings"] == experiment.settings(record["variant"])


def test_the_texts_are_the_ones_of_the_stored_runs():
    stored = {json.dumps(record["metrics"]["data"]) for record in experiments.results("charlm").records}
    assert stored == {json.dumps(charlm.data_fingerprints())}, "this Python's standard library has other texts"


CHARACTER_MODELS = [variant for variant in experiments.get("charlm").variants if variant != "ngrams"]
KEPT = list(experiments.kept())


@pytest.mark.parametrize("variant", CHARACTER_MODELS)
def test_a_character_model_learns_as_its_record_says(variant):
    experiment = experiments.get("charlm")
    record = experiments.results("charlm").record(variant)
    trainer = charlm.make_trainer(experiment.settings(variant), 0)
    trainer.run(20, progress=False)
    np.testing.assert_allclose(trainer.history.loss, record["metrics"]["first_losses"], rtol=1e-3)


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_model_is_the_one_of_its_record(name):
    experiment, variant, seed = experiments.kept()[name]
    model, notes = experiments.model_with_notes(name)
    record = experiments.results(experiment).record(variant, seed)
    assert (notes["experiment"], notes["variant"], notes["seed"]) == (experiment.name, variant, seed)
    assert notes["settings"] == record["settings"] == experiment.settings(variant)
    assert {metric: notes[metric] for metric in experiment.noted} == {
        metric: record["metrics"][metric] for metric in experiment.noted
    }
    assert model.size() == record["metrics"]["parameters"]


@pytest.mark.parametrize("variant", ["rnn", "lstm"])
def test_a_character_model_reads_about_as_well_as_its_notes_say(variant):
    model, notes = experiments.model_with_notes(f"charlm-{variant}")
    assert charlm.bits(model, tasks.python_source("test")[:20_000], strands=8) == pytest.approx(notes["bits"], abs=0.3)
    assert (store.MODELS / f"charlm-{variant}.npz").stat().st_size < 350_000


@pytest.mark.parametrize("variant", ["rnn-small", "lstm-small", "gru-small"])
def test_the_bits_of_a_small_character_model_are_those_of_its_stored_weights(variant):
    model, notes = experiments.model_with_notes(f"charlm-{variant}")
    assert charlm.bits(model, tasks.python_source("test")) == pytest.approx(notes["bits"], abs=2e-4)


@pytest.mark.parametrize("name", [name for name in KEPT if name.startswith("connectivity")])
def test_the_gradients_of_a_model_of_connectivity_are_those_of_its_record(name):
    experiment, variant, seed = experiments.kept()[name]
    model, notes = experiments.model_with_notes(name)
    assert charlm.bits(model, tasks.python_source("test")) == pytest.approx(notes["bits"], abs=2e-4)
    recorded = experiments.results(experiment).record(variant, seed)["metrics"]["sizes"]
    np.testing.assert_allclose(connectivity.median_sizes(model), recorded, rtol=0.01)


@pytest.mark.parametrize(
    "name", [name for name in KEPT if name not in ("charlm-rnn", "charlm-lstm", "translation-additive")]
)
def test_two_bytes_hold_a_weight_of_a_model_that_goes_with_a_page(name):
    weights = np.concatenate([array.ravel() for array in experiments.model(name).parameters().values()])
    assert weights.dtype == np.float32
    np.testing.assert_array_equal(weights.astype(np.float16), weights)
    assert not (weights.view(np.uint32) & 0xFFFF).any()  # all there is stands in the upper half
    halves = weights.astype("<f2").view(np.uint8)
    planes = np.concatenate([halves[::2], halves[1::2]])  # first all low bytes, then all high ones: packs better
    assert len(zlib.compress(planes.tobytes(), 9)) < 80_000


def test_keeping_a_model_stores_its_run_and_the_model_with_notes(tmp_path):
    small = lt.SequenceModel(lt.RNN(3, 2, rng=0), 4, rng=1)
    experiment = experiment_of(
        double, train=lambda settings, seed: (small, {"value": settings["k"], "size": 7}), kept=("b",), noted=("value",)
    )
    path = keeping.keep(experiment, "b", folder=tmp_path, models=tmp_path)
    assert path == tmp_path / "made_up-b.npz"
    assert store.Results(experiment, tmp_path).record("b")["metrics"] == {"value": 2, "size": 7}
    model, notes = lt.storage.load_with_notes(path)
    assert (notes["experiment"], notes["variant"], notes["seed"], notes["settings"]) == ("made_up", "b", 0, {"k": 2})
    assert notes["value"] == 2 and "size" not in notes
    np.testing.assert_array_equal(model.readout.weight, small.readout.weight)


def test_the_command_line_keeps_the_models_it_is_asked_for(monkeypatch, capsys):
    kept = []
    monkeypatch.setattr(experiments, "keep", lambda name: kept.append(name) or f"models/{name}.npz")
    assert command_line.main(["keep", "charlm-lstm", "tagging-both"]) == 0
    assert kept == ["charlm-lstm", "tagging-both"]
    assert capsys.readouterr().out.splitlines() == ["models/charlm-lstm.npz", "models/tagging-both.npz"]
    assert command_line.main(["keep"]) == 0
    assert len(kept) == 2, "all are stored as their settings are"
    assert "to train one again, name it" in capsys.readouterr().out


def test_models_that_are_not_stored_or_have_other_settings_are_outdated(monkeypatch, tmp_path):
    assert experiments.outdated() == []
    for name in KEPT:
        (tmp_path / f"{name}.npz").symlink_to(store.MODELS / f"{name}.npz")
    monkeypatch.setattr(experiments, "MODELS", tmp_path)
    (tmp_path / "tagging-both.npz").unlink()
    model, notes = experiments.model_with_notes("dates-general")
    (tmp_path / "dates-general.npz").unlink()
    lt.save(model, tmp_path / "dates-general.npz", notes=notes | {"settings": notes["settings"] | {"updates": 1}})
    assert sorted(experiments.outdated()) == ["dates-general", "tagging-both"]


def test_keeping_shows_how_far_a_model_is_and_an_interrupt_loses_only_that_one(monkeypatch, capsys):
    def keep(name):
        if name == "tagging-both":
            raise KeyboardInterrupt
        batch = tasks.adding(30, 2, rng=0)
        lt.Trainer(lt.SequenceModel(lt.RNN(2, 2, rng=0), 1, loss="mean_squared_error", rng=0), lambda step: batch,
                   lt.Adam(0.01)).run(4, **recipes.UNATTENDED)  # fmt: skip
        return name

    monkeypatch.setattr(experiments, "keep", keep)
    assert command_line.main(["keep", "charlm-lstm", "tagging-both", "dates-general"]) == 130
    out, err = capsys.readouterr()
    assert out.splitlines() == ["charlm-lstm"]
    assert "0/4 [" in err, "the updates of the model"
    assert "interrupted; what had finished is stored, go on with: keep tagging-both dates-general\n" in err
    assert recipes.UNATTENDED["progress"] is False


def test_a_model_that_is_not_kept_is_an_error_that_names_the_kept_ones(capsys):
    with pytest.raises(
        ValueError, match=r"^experiments.model: expected one of \['charlm-.*'charlm-rnn'.*\], got 'gpt'$"
    ):
        experiments.model("gpt")
    with pytest.raises(ValueError, match=r", got 'charlm-lstn'; did you mean charlm-lstm\?$"):
        experiments.model("charlm-lstn")
    assert command_line.main(["keep", "gpt"]) == 2
    assert re.match(r"error: experiments.keep: expected one of \['charlm-.*\], got 'gpt'$", capsys.readouterr().err)


QUICK = [
    ("temporal_xor", "rnn-4"),
    ("embedded_reber", "lstm"),
    ("bidirectional", "shift 2"),
    ("gradient_lag", "rnn, radius 2"),
    ("gradient_lag", "lstm, forget bias 1"),
    ("gradient_lag", "rnn, trained one by one"),
    ("weight_guessing", "A1, 1 hidden unit"),
    ("counting", "a^n b^n"),
]


@pytest.mark.parametrize("name, variant", QUICK)
def test_a_quick_run_made_again_equals_its_record(name, variant):
    stored = min(experiments.results(name).of(variant), key=lambda record: record["cpu_seconds"])
    again = experiments.rerun(name, variant, stored["seed"])
    assert_alike(again, stored["metrics"])


def assert_alike(again, stored, where=""):
    """The same metrics, whatever dicts they are in, up to rounding."""
    if isinstance(again, dict):
        assert again.keys() == stored.keys(), where
        for key in again:
            assert_alike(again[key], stored[key], f"{where} {key}")
    elif again is None or stored is None:
        assert again is stored, where
    else:
        np.testing.assert_allclose(again, stored, rtol=1e-3, atol=1e-5, err_msg=where)


# -- units -------------------------------------------------------------------------------------------------------------

SOURCE = 'def f(a):  # one\n    return {"k": a[0], \'l\': """m\nn"""}\n'


@pytest.mark.parametrize(
    "name, inside",
    [
        ("string", {'"k"', "'l'", '"""m\nn"""'}),
        ("comment", {"# one"}),
        ("( )", {"(a)"}),
        ("[ ]", {"[0]"}),
        ("{ }", {'{"k": a[0], \'l\': """m\nn"""}'}),
        ("start of line", {"    "}),
    ],
)
def test_properties_of_a_text_are_where_a_reader_sees_them(name, inside):
    labels = units.properties_of(SOURCE)[:, units.PROPERTIES.index(name)]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], labels, [0]])))
    assert {SOURCE[begin:end] for begin, end in edges.reshape(-1, 2)} == inside


def test_properties_count_the_indentation_and_the_place_in_the_line():
    labels = units.properties_of(SOURCE)
    lines = [len(line) for line in SOURCE.splitlines(keepends=True)]
    np.testing.assert_array_equal(labels[:, units.PROPERTIES.index("indentation")], np.repeat([0, 4, 0], lines))
    np.testing.assert_array_equal(
        labels[:, units.PROPERTIES.index("place in line")], np.concatenate([np.arange(n) for n in lines])
    )


def test_an_f_string_is_a_string_whatever_its_parts():
    labels = units.properties_of("x = f'a{b(1)}c' + d\n")[:, [units.PROPERTIES.index(p) for p in ("string", "( )")]]
    np.testing.assert_array_equal(np.flatnonzero(labels[:, 0]), np.arange(4, 15))
    assert not labels[:, 1].any()


def test_a_unit_that_follows_a_property_is_found_and_noise_is_not():
    rng = np.random.default_rng(0)
    text = tasks.python_source("test")[:8000]
    labels = units.properties_of(tasks.python_source("test"))[:8000]
    planted = rng.normal(size=(8000, 6))
    planted[:, 2] += 5 * labels[:, units.PROPERTIES.index("string")]
    found = units.follow({"c": planted, "h": rng.normal(size=(8000, 6))}, labels, shifts=100)
    quantity, unit, correlation = found.best("string")
    assert (quantity, unit) == ("c", 2) and correlation > 0.7
    assert found.correlation.shape == (2, 6, len(units.PROPERTIES))
    counts = found.counts()
    assert counts["clear"] == 1 and counts["none"] >= 3
    assert sum(counts[k] for k in ("clear", "weak", "none")) == counts["units"] == 6
    assert len(text) == 8000


def test_the_record_of_a_text_is_in_the_order_of_the_text():
    model = lt.SequenceModel(lt.LSTM(len(tasks.ALPHABET), 4, rng=0), len(tasks.ALPHABET), rng=1)
    text = tasks.python_source("test")[:400]
    recorded = units.record(model, text, strands=4)
    alone = model.layer.forward(tasks.one_hot(tasks.encode(text[100:200])[:, None], len(tasks.ALPHABET)))
    np.testing.assert_allclose(recorded["c"][100:200], alone["c"][:, 0], atol=1e-12)


def test_chance_is_what_the_best_unit_reaches_in_one_shift_of_a_hundred():
    """Of shifts that `follow` did not try, about one in a hundred goes beyond chance, and not one in two."""
    rng = np.random.default_rng(5)
    T, recorded = 3000, {"c": rng.standard_normal((3000, 12)), "h": rng.standard_normal((3000, 12))}
    labels = rng.standard_normal((T, len(units.PROPERTIES)))
    chance = units.follow(recorded, labels, shifts=400, least_shift=500, rng=0).chance
    both = np.concatenate(list(recorded.values()), axis=1)
    beyond = []
    for shift in rng.integers(500, 2500, 200):
        shifted = np.roll(labels, shift, axis=0)
        best = [max(abs(np.corrcoef(unit, label)[0, 1]) for unit in both.T) for label in shifted.T[:2]]
        beyond += [b > level for b, level in zip(best, chance[:2], strict=True)]
    assert np.mean(beyond) < 0.06


def test_chance_is_that_of_the_same_text_rolled_along_its_properties():
    rng = np.random.default_rng(3)
    recorded = {"c": rng.standard_normal((1501, 5)), "h": rng.standard_normal((1501, 5))}
    labels = rng.standard_normal((1501, len(units.PROPERTIES)))
    both = np.concatenate(list(recorded.values()), axis=1)
    shifts = np.random.default_rng(0).choice(np.arange(500, 1001), 40, replace=False)
    best = [np.abs(correlations(both, np.roll(labels, shift, axis=0))).max(axis=0) for shift in shifts]
    chance = units.follow(recorded, labels, shifts=40, least_shift=500, rng=0).chance
    np.testing.assert_allclose(chance, np.quantile(best, 0.99, axis=0), rtol=1e-5)


def correlations(units, labels):
    """Pearson's, of each unit (T, U) with each label (T, P), array (U, P)."""
    return np.corrcoef(units.T, labels.T)[: units.shape[1], units.shape[1] :]


class MadeUp(store.Results):
    """Stored runs with such figures of one metric (None: the run never met the criterion)."""

    def __init__(self, **figures):
        self.figures = figures

    def values(self, variant, metric):
        assert metric == "sequences"
        return np.array(self.figures[variant], float)


@pytest.mark.parametrize(
    "figures, share",
    [
        ((4, 5, 6), 1),
        ((1, 2, 3), 0.5),
        ((None, None, 0), 2 / 3),
        ((None, None, None), 1),
        ((2, 2, 2), 0.5),
        ((0, 0, 0), 0),
    ],
    ids=str,
)
def test_how_often_a_variant_is_worse_is_counted_in_pairs(figures, share):
    results = MadeUp(one=figures, other=(1, 2, 3))
    assert results.share_worse("sequences", "one", "other") == pytest.approx(share)


def test_two_runs_that_never_meet_the_criterion_are_alike():
    results = MadeUp(one=(None, None), other=(1, None))
    assert results.share_worse("sequences", "one", "other") == pytest.approx((2 + 2 / 2) / 4)


def test_a_variant_is_clearly_worse_in_nine_of_ten_pairs():
    results = MadeUp(much=[8.5] * 10, little=[7.5] * 10, other=list(range(10)))
    assert results.clearly_worse("sequences", "much", "other")
    assert not results.clearly_worse("sequences", "little", "other")


def failing(failures, runs):
    return [None] * failures + list(range(runs - failures))


@pytest.mark.parametrize("runs, others", [(10, 10), (5, 10), (10, 5), (3, 4)])
def test_the_chance_of_more_failures_is_that_of_fishers_exact_test(runs, others):
    for ours in range(runs + 1):
        for theirs in range(others + 1):
            results = MadeUp(one=failing(ours, runs), other=failing(theirs, others))
            table = [[ours, runs - ours], [theirs, others - theirs]]
            expected = fisher_exact(table, alternative="greater").pvalue
            assert results.chance_of_failures("sequences", "one", "other") == pytest.approx(expected, abs=1e-12), table


@pytest.mark.parametrize("failures, worse", [(3, False), (4, True), (8, True)])
def test_a_variant_is_clearly_worse_if_significantly_more_of_its_runs_fail(failures, worse):
    fast = [-1.0] * (10 - failures) + [None] * failures  # a run that meets the criterion is faster than all others
    results = MadeUp(one=fast, other=list(range(10)))
    assert results.share_worse("sequences", "one", "other") == failures / 10 < 0.9
    assert results.clearly_worse("sequences", "one", "other") == worse
    assert not results.clearly_worse("sequences", "other", "one"), "to fail less often is not worse"
