"""The strip of an experiment shows every seed, every failure, and the median that counts failures as longest."""

import matplotlib
import numpy as np
import pytest

from lstm_tutor.experiments import Experiment, Results
from lstm_tutor.experiments.store import add_record
from lstm_tutor.plots import seed_strip

matplotlib.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")

NAN = float("nan")


@pytest.fixture(autouse=True)
def figures_go():
    yield
    plt.close("all")


@pytest.fixture
def results(tmp_path):
    """Make Results of runs, variant -> figures by seed."""

    def made(**runs):
        study = Experiment("made_up", "", "", run=lambda settings, seed: {}, variants={name: {} for name in runs})
        for variant, figures in runs.items():
            for seed, figure in enumerate(figures):
                metrics = {"time": figure, "deep": {"time": figure}, "curve": [1.0, 2.0]}
                record = {"variant": variant, "seed": seed, "fingerprint": study.fingerprint(variant)}
                add_record(study, record | {"metrics": metrics}, tmp_path)
        return Results(study, tmp_path)

    return made


def line(ax, label):
    (found,) = [artist for artist in ax.lines if artist.get_label() == label]
    return found


def texts(ax):
    return [text.get_text() for text in ax.texts]


ROWS = {"a": "LSTM", "b": "RNN, larger"}


def test_a_row_for_each_variant_in_the_order_given_holds_a_dot_for_each_seed(results):
    ax = seed_strip(results(b=[5.0, 3.0], a=[1.0, 1.0, 2.0]), "time", ROWS)
    assert [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()] == ["LSTM", "RNN, larger"]
    assert ax.yaxis_inverted()
    for y, (words, figures) in enumerate({"LSTM": [1, 1, 2], "RNN, larger": [5, 3]}.items()):
        dots = line(ax, words)
        assert dots.get_xdata().tolist() == figures
        assert np.abs(dots.get_ydata() - y).max() < 0.45


def test_no_dot_hides_another(results):
    ax = seed_strip(results(a=[3.0] * 7, b=[1.0, 9.0]), "time", ROWS)
    heights = np.sort(line(ax, "LSTM").get_ydata())
    assert np.diff(heights).min() > 0.1


def test_the_median_counts_failures_as_longest(results):
    ax = seed_strip(results(a=[1.0, 2.0, 3.0, None, None], b=[4.0, 5.0, 6.0]), "time", ROWS)
    assert line(ax, "LSTM, median").get_xdata().tolist() == [3, 3]
    assert line(ax, "RNN, larger, median").get_xdata().tolist() == [5, 5]


@pytest.mark.parametrize("figures", [[1.0, None], [1.0, None, None], [None]])
def test_the_median_stands_among_the_failures_if_half_of_the_runs_failed(results, figures):
    ax = seed_strip(results(a=figures, b=[1.0, 2.0]), "time", ROWS)
    median = line(ax, "LSTM, median")
    assert median.get_transform() == ax.get_yaxis_transform() and min(median.get_xdata()) > 1


def test_failures_are_crosses_at_the_right_edge_with_their_count(results):
    ax = seed_strip(results(a=[1.0, None, None, None], b=[4.0, 5.0]), "time", ROWS)
    crosses = line(ax, "LSTM, failed")
    assert len(crosses.get_xdata()) == 3 and crosses.get_marker() == "x"
    assert crosses.get_transform() == ax.get_yaxis_transform() and min(crosses.get_xdata()) > 1
    assert {"failed", "3 of 4", "0 of 2"} <= set(texts(ax))


def test_no_column_of_failures_if_none_failed(results):
    ax = seed_strip(results(a=[1.0, 2.0], b=[4.0, 5.0]), "time", ROWS)
    assert "failed" not in texts(ax) and not [text for text in texts(ax) if " of " in text]


def test_a_study_in_which_all_runs_failed_is_drawn_too(results):
    ax = seed_strip(results(a=[None, None], b=[None]), "time", ROWS)
    assert {"2 of 2", "1 of 1"} <= set(texts(ax))


def test_a_variant_without_runs_says_so(results):
    assert "not run" in texts(seed_strip(results(a=[1.0, 2.0], b=[]), "time", ROWS))


@pytest.mark.parametrize("key", ["b", "RNN, larger"])
def test_the_papers_value_is_an_open_diamond_with_its_name(results, key):
    ax = seed_strip(results(a=[1.0, 2.0], b=[4.0, 5.0]), "time", ROWS, paper={key: 9.0})
    diamond = line(ax, "RNN, larger, paper")
    assert (diamond.get_xdata().tolist(), diamond.get_ydata().tolist()) == ([9], [1])
    assert diamond.get_markerfacecolor() == "none" and texts(ax).count("paper") == 1
    assert ax.get_xlim()[0] < 1 and ax.get_xlim()[1] > 9


def test_a_logarithmic_axis_has_round_ticks_apart_from_each_other(results):
    ax = seed_strip(results(a=[1200.0, 90_000.0], b=[2000.0, 30_000.0, None]), "time", ROWS, log=True)
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert ax.get_xscale() == "log" and 2 <= len(shown) <= 4
    assert all(text.replace(",", "").rstrip("0") in ("1", "15", "2", "3", "5", "7") for text in shown)


def test_a_logarithmic_axis_over_many_powers_of_ten_says_them_as_powers(results):
    ax = seed_strip(results(a=[2e-16, 1e-8], b=[1.0, 1e-3, None]), "time", ROWS, log=True)
    shown = [label.get_text() for label in ax.get_xticklabels()]
    assert len(shown) >= 2 and all(text.startswith("10⁻") or text in ("0.001", "0.01", "0.1", "1") for text in shown)
    assert any(text.startswith("10⁻") for text in shown)


def test_figures_below_the_floor_are_triangles_at_it_and_so_is_their_median(results):
    ax = seed_strip(results(a=[2e-16, 1e-9, 0.5], b=[1.0, 0.1, None]), "time", ROWS, log=True, floor=1e-6)
    assert line(ax, "LSTM").get_xdata().tolist() == [0.5]
    small = line(ax, "LSTM, smaller")
    assert small.get_marker() == "<" and small.get_xdata().tolist() == [1e-6, 1e-6]
    assert abs(np.diff(small.get_ydata())) > 0.1, "no triangle hides another"
    assert line(ax, "LSTM, median").get_xdata()[0] == 1e-6
    assert 1e-7 < ax.get_xlim()[0] < 1e-6
    assert ax.get_xticklabels()[0].get_text() == "< 10⁻⁶"
    assert not [artist for artist in ax.lines if artist.get_label() == "RNN, larger, smaller"]


def test_a_floor_below_all_figures_changes_nothing(results):
    runs = results(a=[1.0, 2.0], b=[4.0])
    with_floor, without = (seed_strip(runs, "time", ROWS, log=True, floor=floor) for floor in (1e-3, None))
    assert with_floor.get_xlim() == without.get_xlim()
    assert not any("<" in label.get_text() for label in with_floor.get_xticklabels())


def test_figures_are_reached_by_names_joined_by_dots_and_by_a_function(results):
    runs = results(a=[1.0, 2.0], b=[4.0, None])
    for metric in ("deep.time", lambda metrics: metrics["deep"]["time"]):
        ax = seed_strip(runs, metric, ROWS, label="seconds")
        assert line(ax, "LSTM").get_xdata().tolist() == [1, 2] and "1 of 2" in texts(ax)
        assert ax.get_xlabel() == "seconds"
    assert seed_strip(runs, "deep.time", ROWS).get_xlabel() == "time"


def test_a_model_keeps_its_color(results):
    ax = seed_strip(results(a=[1.0], b=[2.0], c=[3.0]), "time", {"a": "LSTM", "b": "LSTM of 1997", "c": "RNN, larger"})
    lstm, older, rnn = (line(ax, words).get_color() for words in ("LSTM", "LSTM of 1997", "RNN, larger"))
    assert lstm == older == "#E69F00" and rnn == "#56B4E9"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variants": {}}, "expected at least one variant, got none"),
        ({"variants": {"z": "Z"}}, r"expected a variant of \['a', 'b'\], got 'z'"),
        ({"metric": "curve"}, r"expected one figure for each run of 'a', got shape \(2, 2\)"),
        ({"metric": "speed"}, "expected a metric of .*, got 'speed'"),
        ({"paper": {"z": 1.0}}, r"expected the paper's values of \['a', 'b'\], got one of 'z'"),
        ({"paper": {"a": NAN}}, "expected finite numbers"),
        ({"floor": 1.0}, "expected floor to be positive and the axis logarithmic, got 1.0 and log=False"),
        ({"floor": 0.0, "log": True}, "expected floor to be positive and the axis logarithmic, got 0.0 and log=True"),
        ({"log": True}, "expected positive figures on a logarithmic axis, got 0"),
    ],
)
def test_bad_input_is_refused_with_what_was_expected_and_what_came(results, options, message):
    arguments = {"metric": "time", "variants": ROWS} | options
    with pytest.raises(ValueError, match=message):
        seed_strip(results(a=[0.0, 2.0], b=[4.0]), arguments.pop("metric"), arguments.pop("variants"), **arguments)


def test_a_given_axes_is_used(results):
    _, given = plt.subplots()
    assert seed_strip(results(a=[1.0], b=[2.0]), "time", ROWS, ax=given) is given
