"""The plots are read by their artists: data, limits, texts; never by pixels."""

import ast
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import palette
from lstm_tutor.analysis import sizes_by_lag
from lstm_tutor.plots import (
    attention_heatmap,
    colored_text,
    confusion,
    gate_heatmap,
    gate_lines,
    gradient_flow,
    history,
    seed_strip,
    state_lines,
    style,
)
from lstm_tutor.plots._style import _as_png, _as_svg

matplotlib.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")

T, N, D, H = 6, 2, 3, 5
TEXT = "if $_:"


@pytest.fixture(autouse=True)
def settings_stay_and_figures_go():
    before = dict(matplotlib.rcParams)
    yield
    plt.close("all")
    assert dict(matplotlib.rcParams) == before, "a plot changed matplotlib's settings"


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(T, N, D))


@pytest.fixture
def trace(x):
    return lt.LSTM(D, H, rng=0).forward(x)


def code_of(notebook):
    """The code cells of a notebook, without IPython's own commands."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "\n".join(line for line in "".join(cell["source"]).splitlines() if not line.startswith(("%", "!")))


def ticks(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


# ---------------------------------------------------------------- heat maps


@pytest.mark.parametrize("gate", ["i", "f", "o"])
def test_a_gate_heat_map_holds_the_traces_values_from_0_to_1(trace, gate):
    image = gate_heatmap(trace, gate, sequence=1).images[0]
    np.testing.assert_array_equal(image.get_array(), trace[gate][:, 1].T)
    assert image.get_clim() == (0, 1)


@pytest.mark.parametrize("name", ["g", "c", "h"])
def test_a_state_heat_map_is_centered_on_0_and_prints_its_limit(trace, name):
    ax = gate_heatmap(trace, name)
    low, high = ax.images[0].get_clim()
    assert -low == high == np.abs(trace[name][:, 0]).max()
    bar = ax.figure.axes[1]
    assert ticks(bar.yaxis) == [f"−{high:.2f}", "0", f"{high:.2f}"]
    assert ax.images[0].get_cmap()(0.5) != ax.images[0].get_cmap()(0.0)


def test_a_given_limit_makes_two_heat_maps_comparable(trace):
    assert gate_heatmap(trace, "c", limit=3).images[0].get_clim() == (-3, 3)


def test_the_axes_say_symbol_and_meaning(trace):
    ax = gate_heatmap(trace, "f")
    assert ax.figure.axes[1].get_ylabel() == "f, forget gate"
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("unit", "step t")


def test_chosen_units_stand_from_top_to_bottom_under_their_numbers(trace):
    ax = gate_heatmap(trace, "f", units=[4, 0])
    np.testing.assert_array_equal(ax.images[0].get_array(), trace["f"][:, 0, [4, 0]].T)
    assert ticks(ax.yaxis) == ["4", "0"]
    assert ax.yaxis_inverted()
    assert gate_heatmap(trace, "f", units=3).images[0].get_array().shape == (1, T)


@pytest.mark.parametrize("draw", [gate_heatmap, gate_lines, state_lines])
def test_each_character_stands_under_its_step_as_plain_text(trace, draw):
    what = {gate_heatmap: "f", gate_lines: 0, state_lines: [0]}[draw]
    ax = draw(trace, what, text="i $\n_x")
    labels = ax.get_xticklabels()
    assert [label.get_text() for label in labels] == ["i", "␣", "$", "↵", "_", "x"]
    assert list(ax.get_xticks()) == list(range(T))
    assert not any(label.get_parse_math() or label.get_usetex() for label in labels)
    ax.figure.savefig(io.BytesIO())


def test_signs_that_the_font_does_not_have_are_boxes_and_warn_nobody(trace):
    ax = gate_heatmap(trace, "f", text="a字\x00b🙂c")
    assert ticks(ax.xaxis)[1] == "□" and "b" in ticks(ax.xaxis)
    ax.figure.savefig(io.BytesIO())


def test_any_layer_and_direction_can_be_drawn(x):
    trace = lt.LSTM(D, H, num_layers=2, bidirectional=True, rng=0).forward(x)
    image = gate_heatmap(trace, "o", layer=1, direction="reverse").images[0]
    np.testing.assert_array_equal(image.get_array(), trace.at(1, "reverse")["o"][:, 0].T)


def test_the_map_of_gates_is_even_and_both_maps_read_in_gray():
    gates, signed = palette.gate_colors(), palette.signed_colors()
    gray = gates @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(gray) < 0).all() and gray[0] > 0.95 and gray[-1] < 0.15
    assert np.diff(gray).min() > 1.6 * np.diff(gray).mean(), "no step much larger than the others"
    middle = signed[[127, 128]].mean(0)
    assert (middle > 0.93).all()
    halves = signed @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(halves[:128]) > 0).all() and (np.diff(halves[128:]) < 0).all()


# -------------------------------------------------------------------- lines


def test_gate_lines_hold_the_traces_values_in_their_letters_colors_and_styles(trace):
    ax = gate_lines(trace, 3, sequence=1)
    assert [line.get_label() for line in ax.lines] == ["i", "f", "o"]
    for line in ax.lines:
        name = line.get_label()
        np.testing.assert_array_equal(line.get_ydata(), trace[name][:, 1, 3])
        assert line.get_color() == palette.COLORS[name]
    assert len({str(line._dash_pattern) for line in ax.lines}) == 3
    assert [text.get_text() for text in ax.texts] == ["i input", "f forget", "o output"]
    assert ax.get_ylim()[0] <= 0 and ax.get_ylim()[1] >= 1


def test_the_reference_is_drawn_as_open_circles_at_its_own_values(trace, x):
    other = lt.LSTM(D, H, rng=1).forward(x)
    mapping = {name: np.asarray(other[name]) for name in ("i", "f", "o")}
    flat = {name: values[:, 0, 2] for name, values in mapping.items()}
    for reference in (other, mapping, flat):
        circles = [line for line in gate_lines(trace, 2, reference=reference).lines if line.get_marker() == "o"]
        assert len(circles) == 3
        for line, name in zip(circles, "ifo", strict=True):
            np.testing.assert_array_equal(line.get_ydata(), other[name][:, 0, 2])
            assert line.get_markerfacecolor() == "none" and line.get_linestyle() == "None"


def test_other_quantities_can_be_drawn_beside_the_gates(trace):
    ax = gate_lines(trace, 0, names=["f", "c"])
    assert [line.get_label() for line in ax.lines][:2] == ["f", "c"]
    assert ax.get_ylim()[0] <= trace["c"][:, 0, 0].min()


def test_end_labels_stay_apart(trace):
    flat = {name: np.full((T, N, H), 0.5) for name in ("i", "f", "o")}
    same = type("Same", (), {"names": ("i", "f", "o"), "__getitem__": lambda self, name: flat[name]})()
    heights = sorted(text.get_position()[1] for text in gate_lines(same, 0).texts)
    assert np.diff(heights).min() > 0.04 and heights[0] >= 0 and heights[-1] <= 1.001


def test_state_lines_are_rows_of_true_values_on_one_printed_scale(trace):
    ax = state_lines(trace, [4, 1], name="c", sequence=1)
    limit = np.abs(trace["c"][:, 1, [4, 1]]).max()
    for line, unit, zero in zip(ax.lines, [4, 1], ax.get_yticks(), strict=True):
        np.testing.assert_allclose(line.get_ydata() - zero, trace["c"][:, 1, unit], rtol=0, atol=1e-12)
    assert np.diff(ax.get_yticks()) == pytest.approx(-2.2 * limit)
    assert ticks(ax.yaxis) == ["unit 4", "unit 1"]
    assert f"±{limit:.2f}" in ax.get_ylabel() and ax.get_ylabel().startswith("c, cell state")


def test_a_user_s_axes_and_artist_settings_are_used(trace):
    _, ax = plt.subplots()
    assert gate_lines(trace, 0, ax=ax, linewidth=7) is ax
    assert {line.get_linewidth() for line in ax.lines} == {7}
    assert gate_heatmap(trace, "f", ax=ax, alpha=0.5).images[0].get_alpha() == 0.5


# ----------------------------------------------------------------- gradients


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_lags_of_a_padded_sequence_are_counted_from_its_own_end(x, direction):
    layer = lt.LSTM(D, H, bidirectional=True, rng=0)
    trace = layer.forward(x, lengths=[T, 4])
    d_final = lt.LSTMState(*np.random.default_rng(1).normal(size=(2, 2, N, H)))
    grads = layer.backward(trace, np.zeros(trace.output.shape), d_final)
    sizes = sizes_by_lag(grads, "c", lengths=[T, 4], direction=direction)
    alone = layer.forward(x[:4, 1:], None)
    grads = layer.backward(alone, np.zeros(alone.output.shape), lt.LSTMState(*(d[:, 1:] for d in d_final)))
    np.testing.assert_allclose(sizes[1, :4], sizes_by_lag(grads, "c", direction=direction)[0])
    np.testing.assert_array_equal(sizes.mask, [[False] * T, [False] * 4 + [True] * (T - 4)])
    *seeds, median = gradient_flow(sizes).lines
    np.testing.assert_array_equal(seeds[1].get_ydata(), sizes[1].filled(np.nan))
    np.testing.assert_allclose(median.get_ydata()[:4], sizes[:, :4].mean(axis=0))
    np.testing.assert_allclose(median.get_ydata()[4:], sizes[0, 4:])


@pytest.mark.parametrize("lengths", [[T], [T, 0], [T, T + 1], [T, 3.5]])
def test_lengths_that_no_batch_has_are_refused(x, lengths):
    layer = lt.RNN(D, H, rng=0)
    trace = layer.forward(x)
    grads = layer.backward(trace, np.ones(trace.output.shape))
    with pytest.raises(ValueError, match=f"sizes_by_lag: expected {N} lengths from 1 to {T}, got"):
        sizes_by_lag(grads, lengths=lengths)


def test_gradient_flow_draws_seeds_thin_and_their_median_thick_on_a_log_axis():
    sizes = np.array([[1, 0.1, 0.01], [1, 0.3, 0.09], [1, 0.2, 0.04]])
    ax = gradient_flow({"RNN": sizes, "LSTM": [1, 0.9, 0.8]})
    assert ax.get_yscale() == "log"
    thin, thick = ax.lines[:3], ax.lines[3:]
    for line, seed in zip(thin, sizes, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), seed)
    np.testing.assert_array_equal(thick[0].get_ydata(), [1, 0.2, 0.04])
    assert max(line.get_linewidth() for line in thin) < min(line.get_linewidth() for line in thick)
    assert [text.get_text() for text in ax.texts] == ["RNN", "LSTM"]
    ax.figure.savefig(io.BytesIO())


def test_a_gradient_of_exactly_zero_leaves_a_gap():
    (line,) = gradient_flow([1, 0.5, 0, 0]).lines
    np.testing.assert_array_equal(np.isnan(line.get_ydata()), [False, False, True, True])
    line.figure.savefig(io.BytesIO())


# ----------------------------------------------------------------- confusion


def test_confusion_counts_true_rows_and_predicted_columns():
    true = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 2, 2])
    table = confusion(predicted, true, "abc", normalize=False).images[0].get_array()
    np.testing.assert_array_equal(table, [[2, 1, 0], [0, 1, 1], [0, 0, 1]])
    shares = confusion(predicted, true, "abc").images[0]
    np.testing.assert_allclose(shares.get_array()[0], [2 / 3, 1 / 3, 0])
    assert shares.get_clim() == (0, 1)


def test_confusion_of_many_characters_gathers_the_rare_ones():
    rng = np.random.default_rng(0)
    labels = [chr(k) for k in range(32, 128)]
    true = np.minimum(rng.geometric(0.05, 5000), 95)
    predicted = np.where(rng.random(5000) < 0.5, true, rng.integers(0, 96, 5000))
    ax = confusion(predicted, true, labels, top=10, normalize=False)
    assert ax.images[0].get_array().shape == (11, 11)
    assert ax.images[0].get_array().sum() == 5000
    counts = np.bincount(true, minlength=96)
    assert ticks(ax.yaxis)[:10] == [labels[k] for k in np.argsort(-counts, kind="stable")[:10]]
    assert ticks(ax.xaxis)[-1] == "…"


def test_confusion_shows_white_space_and_dollars_as_text():
    ax = confusion([0, 1, 2], [0, 1, 2], " \n$")
    assert ticks(ax.xaxis) == ["␣", "↵", "$"]
    ax.figure.savefig(io.BytesIO())


# ------------------------------------------------------------------- history


def run(loss, **metrics):
    return SimpleNamespace(steps=np.arange(1, len(loss) + 1), loss=loss, metrics=metrics)


def test_history_draws_seeds_thin_their_median_thick_and_baselines_named():
    runs = [run([3, 2, 1]), run([5, 4, 3]), run([4, 4, 4])]
    ax = history({"LSTM": runs, "RNN": run([6, 6, 5])}, baselines={"trigram": 2.5}, label="bits per character")
    np.testing.assert_array_equal(ax.lines[3].get_ydata(), [4, 4, 3])
    assert ax.lines[3].get_linewidth() > ax.lines[0].get_linewidth()
    assert ax.lines[-1].get_ydata()[0] == 2.5
    assert [text.get_text() for text in ax.texts] == ["LSTM", "RNN", "trigram"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("training step", "bits per character")


def test_history_takes_metrics_and_runs_that_stopped_early():
    runs = [run([1], bits=([10, 20, 30], [3, 2, 1])), run([1], bits=([10, 20], [5, 4]))]
    ax = history(runs, metric="bits")
    np.testing.assert_array_equal(ax.lines[-1].get_xdata(), [10, 20])
    np.testing.assert_array_equal(ax.lines[-1].get_ydata(), [4, 3])


def test_history_reads_what_the_trainer_wrote():
    record = lt.History()
    record.loss, record.gradient_norm = [2.0, 1.0], [4.0, 3.0]
    record.record_metric("bits", 2, 1.5)
    np.testing.assert_array_equal(history(record).lines[0].get_ydata(), [2, 1])
    np.testing.assert_array_equal(history(record, metric="gradient_norm").lines[0].get_ydata(), [4, 3])
    np.testing.assert_array_equal(history([record], metric="bits").lines[0].get_ydata(), [1.5])


def crosses(ax):
    return [line for line in ax.lines if line.get_marker() == "x"]


@pytest.mark.parametrize("failure", [np.inf, -np.inf, np.nan])
def test_a_loss_that_is_not_finite_leaves_a_gap_and_a_cross(failure):
    ax = history(run([3.0, failure, 1.0, failure]))
    line, cross = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), [3, np.nan, 1, np.nan])
    np.testing.assert_array_equal(cross.get_xdata(), [2, 4])
    assert cross.get_color() == line.get_color()
    assert cross.get_transform() == ax.get_xaxis_transform() and set(cross.get_ydata()) == {1}
    assert [text.get_text() for text in ax.texts] == ["× not finite"]
    assert ax.get_ylim()[1] < 4
    ax.figure.savefig(io.BytesIO())


def test_a_failure_counts_as_larger_than_every_number_in_the_median():
    runs = [run([3.0, 2.0, 1.0]), run([5.0, np.inf, np.nan]), run([4.0, 4.0, np.inf])]
    ax = history({"LSTM": runs, "RNN": run([6.0, 6.0, 5.0])})
    seeds, median = ax.lines[:3], ax.lines[3]
    np.testing.assert_array_equal(seeds[1].get_ydata(), [5, np.nan, np.nan])
    np.testing.assert_array_equal(median.get_ydata(), [4, 4, np.nan])
    (cross,) = crosses(ax)
    np.testing.assert_array_equal(cross.get_xdata(), [2, 3])
    heights = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert heights["LSTM"] > heights["RNN"], "a model that failed stands above those that did not"
    ax.figure.savefig(io.BytesIO())


def test_runs_of_which_none_is_ever_finite_are_drawn_too():
    ax = history({"LSTM": [run([np.nan, np.inf])] * 2, "RNN": run([np.inf, np.inf])}, baselines={"chance": 0.5})
    assert [list(cross.get_xdata()) for cross in crosses(ax)] == [[1, 2], [1, 2]]
    assert len([text for text in ax.texts if "not finite" in text.get_text()]) == 1
    ax.figure.savefig(io.BytesIO())


# --------------------------------------------------------------- colored text


class Spans(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.styles, self.inside = [], [], [], False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.inside = tag == "span"
        if self.inside:
            self.styles.append(dict(attributes)["style"])

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.texts.append(data)


def test_each_character_is_tinted_by_its_value(trace):
    shown = colored_text(trace, "c", 1, TEXT, sequence=1)
    values = trace["c"][:, 1, 1]
    np.testing.assert_array_equal(shown.values, values)
    spans = Spans(shown.html)
    assert spans.texts == list(TEXT)
    alphas = [float(re.search(r"background:rgba\(\d+,\d+,\d+,([\d.]+)\)", style)[1]) for style in spans.styles]
    np.testing.assert_allclose(alphas, np.abs(values) / np.abs(values).max() * 0.58, atol=0.006)
    assert ["dotted" in style for style in spans.styles] == [value < 0 for value in values]


def test_the_caption_says_unit_and_quantity_and_limit(trace):
    shown = colored_text(trace, "c", 1, TEXT, limit=2)
    assert shown.caption.startswith("Unit 1, c, cell state:") and "±2.00" in shown.caption
    assert shown.caption in shown.html


def test_a_text_full_of_markup_stays_text(trace):
    for text in ("<b>&\"'", "<script"[:6], "a\n\tb  "):
        html = colored_text(trace, "f", 0, text)._repr_html_()
        spans = Spans(html)
        assert html.count("&lt;") == text.count("<") and html.count("&amp;") == text.count("&")
        assert set(spans.tags) == {"figure", "style", "div", "span", "figcaption"}
        assert len(spans.texts) == T
    assert Spans(colored_text(trace, "f", 0, "a\n\tb  ").html).texts == ["a", "↵", "⇥", "b", " ", " "]


def luminance(rgb):
    rgb = np.asarray(rgb) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize(("ground", "ink"), [((255, 255, 255), (34, 40, 50)), ((20, 24, 30), (206, 214, 221))])
def test_the_strongest_ground_leaves_the_text_readable_in_light_and_dark(ground, ink, x):
    full = type("Full", (), {"names": ("f", "c")})
    full.__getitem__ = lambda self, name: np.array([1.0, -1.0 if name == "c" else 1.0]).reshape(2, 1, 1)
    for name in ("f", "c"):
        for style_ in Spans(colored_text(full(), name, 0, "ab").html).styles:
            *tint, alpha = map(float, re.search(r"background:rgba\(([^)]*)\)", style_)[1].split(","))
            mixed = alpha * np.array(tint) + (1 - alpha) * np.array(ground)
            high, low = sorted([luminance(mixed), luminance(ink)], reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, style_)


# ------------------------------------------------------------------- padding


def drawn_values(draw, trace, name, unit, text, **where):
    """What `draw` shows of one unit's quantity: one number per step drawn."""
    if draw is gate_heatmap:
        return gate_heatmap(trace, name, units=unit, text=text, **where).images[0].get_array()[0]
    if draw is gate_lines:
        (line,) = (
            line
            for line in gate_lines(trace, unit, names=[name], text=text, **where).lines
            if len(line.get_xdata()) > 2
        )
        return line.get_ydata()
    if draw is state_lines:
        return state_lines(trace, unit, name=name, text=text, **where).lines[0].get_ydata()
    return colored_text(trace, name, unit, text, **where).values


@pytest.mark.parametrize("draw", [gate_heatmap, gate_lines, state_lines, colored_text])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
@pytest.mark.parametrize("kind", ["trace", "record of one cell"])
def test_padding_is_never_drawn(x, draw, direction, kind):
    lengths = [T, 4]
    trace = lt.LSTM(D, H, num_layers=2, bidirectional=True, rng=0).forward(x, lengths=lengths)
    record = trace.at(1, direction)
    for sequence, length in enumerate(lengths):
        for name in "fc":
            source, where = (trace, {"layer": 1, "direction": direction}) if kind == "trace" else (record, {})
            values = drawn_values(draw, source, name, 2, "abcdef"[:length], sequence=sequence, **where)
            np.testing.assert_array_equal(values, record[name][:length, sequence, 2])


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_padding_of_gradients_is_never_drawn(x, direction):
    layer = lt.LSTM(D, H, bidirectional=True, rng=0)
    trace = layer.forward(x, lengths=[T, 4])
    record = layer.backward(trace, np.ones_like(trace.output)).at(0, direction)
    values = gate_heatmap(record, "c", sequence=1).images[0].get_array()
    np.testing.assert_array_equal(values, record["c"][:4, 1].T)


def test_a_mask_that_the_picture_would_lose_is_refused():
    with pytest.raises(ValueError, match="confusion: expected predicted to be a plain array, got a masked one"):
        confusion(np.ma.masked_array([0, 1], [True, False]), [0, 1], "ab")
    with pytest.raises(ValueError, match="got a masked one, whose mask would be lost"):
        attention_heatmap(np.ma.masked_array(np.eye(2), np.eye(2) == 0))


@pytest.mark.parametrize("as_mapping", [False, True])
def test_the_reference_of_a_padded_sequence_ends_with_it(x, as_mapping):
    layer = lt.LSTM(D, H, rng=0)
    trace, other = (layer.forward(x, lengths=lengths) for lengths in ([T, 4], [T, 4]))
    references = [{name: np.asarray(other[name]) for name in "ifo"}, {name: other[name][:, 1, 2] for name in "ifo"}]
    for reference in references if as_mapping else [other, other.at()]:
        circles = [
            line for line in gate_lines(trace, 2, sequence=1, reference=reference).lines if line.get_marker() == "o"
        ]
        assert [len(line.get_xdata()) for line in circles] == [4, 4, 4]


# ---------------------------------------------------------------- everything


CASES = [
    (lambda t: gate_heatmap(t, "q"), "gate_heatmap: expected a name among ['i', 'f', 'g', 'o', 'c', 'h'], got 'q'"),
    (
        lambda t: gate_heatmap(t, "f", text="twelve chars"),
        "gate_heatmap: text has 12 characters, but the sequence has T = 6 steps",
    ),
    (lambda t: gate_heatmap(t, "f", units=[0, 5]), "gate_heatmap: expected every unit from 0 to 4, got 5"),
    (lambda t: gate_heatmap(t, "f", units=[]), "gate_heatmap: expected at least one unit, got none"),
    (lambda t: gate_heatmap(t, "f", sequence=2), "gate_heatmap: expected sequence from 0 to 1, got 2"),
    (lambda t: gate_heatmap(t, "c", limit=0), "gate_heatmap: expected limit to be a positive number, got 0.0"),
    (lambda t: gate_heatmap(t, "f", layer=1), "expected layer from 0 to 0, got 1"),
    (lambda t: gate_heatmap(t, "f", direction="reverse"), "expected direction to be one of ['forward']"),
    (lambda t: gate_lines(t, -1), "gate_lines: expected unit from 0 to 4, got -1"),
    (lambda t: gate_lines(t, 1.5), "gate_lines: expected unit to be a whole number, got 1.5"),
    (lambda t: gate_lines(t, 0, names=["i", "z"]), "gate_lines: expected a name among"),
    (lambda t: gate_lines(t, 0, text="abc"), "gate_lines: text has 3 characters, but the sequence has T = 6 steps"),
    (
        lambda t: gate_lines(t, 0, reference={"i": np.zeros(6)}),
        "gate_lines: expected reference to have 'f', it has ['i']",
    ),
    (
        lambda t: gate_lines(t, 0, names=["i"], reference={"i": np.zeros(4)}),
        "gate_lines: expected reference['i'] to have shape (6,), got (4,)",
    ),
    (lambda t: gate_lines(lt.RNN(3, 4).forward(np.zeros((2, 1, 3))), 0), "this trace has no gates"),
    (lambda t: gate_heatmap(t["f"], "f"), "gate_heatmap: expected a trace, as layer.forward returns it, got ndarray"),
    (lambda t: gate_lines((t.output, t), 0), "gate_lines: expected a trace, as layer.forward returns it, got tuple"),
    (lambda t: state_lines(t, 9), "state_lines: expected every unit from 0 to 4, got 9"),
    (lambda t: state_lines(t, 0, name="z"), "state_lines: expected a name among"),
    (lambda t: colored_text(t, "f", 0, "ab"), "colored_text: text has 2 characters, but the sequence has T = 6 steps"),
    (lambda t: colored_text(t, "f", 0, None), "colored_text: expected text of T = 6 characters, got None"),
    (lambda t: gradient_flow({}), "gradient_flow: expected sizes of at least one label, got none"),
    (lambda t: gradient_flow([]), "gradient_flow: expected sizes of shape (lags,) or (seeds, lags), got (1, 0)"),
    (
        lambda t: gradient_flow(t),
        "gradient_flow: expected sizes of shape (lags,) or (seeds, lags), as sizes_by_lag returns them, got Trace",
    ),
    (lambda t: gradient_flow([1, -1]), "gradient_flow: expected sizes of at least 0, got -1"),
    (
        lambda t: gradient_flow({"RNN": [1, np.nan]}),
        "gradient_flow: expected finite numbers, but 1 of 2 values of sizes RNN are not",
    ),
    (lambda t: confusion([0, 1], [0], "ab"), "confusion: expected arrays of one shape, got (2,) and (1,)"),
    (lambda t: confusion([0, 2], [0, 1], "ab"), "confusion: expected predicted to be positions in labels, 0 to 1"),
    (lambda t: confusion([0.5], [0], "ab"), "confusion: expected predicted to hold whole numbers, got float64"),
    (lambda t: confusion([], [], "ab"), "confusion: expected predicted to hold whole numbers"),
    (lambda t: confusion([0], [0], "ab", top=0), "confusion: expected top to be at least 1, got 0"),
    (lambda t: history([]), "history: expected at least one run under every label, got none"),
    (lambda t: history(run([1.0]), metric="bits"), "history: expected metric to be one of ['loss'], got 'bits'"),
    (
        lambda t: history(run([1.0]), baselines={"chance": np.inf}),
        "history: expected finite numbers, but 1 of 1 values of baseline chance are not",
    ),
    (lambda t: history(run([])), "history: expected one value per step, got (0,) steps and (0,) values"),
]


@pytest.mark.parametrize(("call", "message"), CASES, ids=[message[:60] for _, message in CASES])
def test_bad_input_is_refused_with_what_was_expected_and_what_came(trace, call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(trace)
    assert not plt.get_fignums(), "nothing is drawn before everything is checked"


@pytest.mark.parametrize("call", [gate_heatmap, gate_lines, state_lines, colored_text])
def test_values_that_are_not_numbers_are_refused(call):
    class Broken:
        names = ("f", "h")

        def __getitem__(self, name):
            return np.full((3, 1, 2), np.nan)

    arguments = {gate_heatmap: ("f",), gate_lines: (0,), state_lines: (0,), colored_text: ("f", 0, "abc")}[call]
    with pytest.raises(ValueError, match=f"{call.__name__}: expected finite numbers, but . of . values of . are not"):
        call(Broken(), *arguments)


def every_plot(trace):
    yield gate_heatmap(trace, "f", text=TEXT)
    yield gate_lines(trace, 0, text=TEXT)
    yield state_lines(trace, [0, 1])
    yield gradient_flow({"RNN": [1, 0.1], "LSTM": [1, 0.9]})
    yield confusion([0, 1], [0, 1], "ab")
    yield history(run([2.0, 1.0]), baselines={"unigram": 2.2})
    rows = {"rnn": "RNN", "lstm": "LSTM, forget bias 1 at the start"}
    yield seed_strip(lt.experiments.results("embedded_reber"), "sequences", rows, paper={"rnn": 9000}, log=True)


BRIGHTER = 1.2  # of line plots on the dark page


def test_every_plot_stands_on_a_transparent_ground_in_grays_that_read_in_light_and_dark(trace):
    ink = matplotlib.colors.to_rgba(palette.LABEL)
    css = (Path(lt.__file__).parents[1] / "book" / "press" / "assets" / "book.css").read_text(encoding="utf-8")
    assert f'.cell_output img[src$=".svg"] {{ filter: brightness({BRIGHTER}); }}' in css
    for ax in every_plot(trace):
        assert ax.figure.get_facecolor()[3] == 0 and ax.get_facecolor()[3] == 0
        texts = [ax.xaxis.label, ax.yaxis.label, *ax.get_xticklabels(), *ax.get_yticklabels(), *ax.texts]
        assert {matplotlib.colors.to_rgba(text.get_color()) for text in texts} == {ink}
        for ground, factor in ((0xFD, 0xFC, 0xFA), 1.0), ((0x16, 0x18, 0x1D), BRIGHTER):
            high, low = sorted([luminance(np.array(ink[:3]) * 255 * factor), luminance(ground)], reverse=True)
            assert (high + 0.05) / (low + 0.05) > 4.5


PHONE = 344  # px: what a page of 390 px has for a picture in a fold; beside it, 358


def test_every_plot_has_letters_of_12_px_on_a_phone(trace):
    """Whatever size a chapter asks for, and with the labels that stand outside the axes."""
    for ax in every_plot(trace):
        figure = ax.figure
        figure.set_figwidth(8)
        with style():
            svg, png = _as_svg(figure), _as_png(figure)
        width = png[1]["width"] if png else float(ET.fromstring(svg).get("width").removesuffix("pt")) * 96 / 72
        inch = figure.dpi if png else 96  # in px of the page
        for text in figure.findobj(matplotlib.text.Text):
            if text.get_visible() and text.get_text().strip():
                assert text.get_size() * inch / 72 * min(1, PHONE / width) >= 12, text


def test_every_plot_is_the_same_svg_at_every_drawing(trace):
    for first, second in zip(every_plot(trace), every_plot(trace), strict=True):
        drawn = []
        for ax in (first, second):
            buffer = io.BytesIO()
            with style():
                ax.figure.savefig(buffer, format="svg", metadata={"Date": None})
            drawn.append(buffer.getvalue())
        assert drawn[0] == drawn[1]
        ET.fromstring(drawn[0])


SOURCES = [
    *((path, path.read_text(encoding="utf-8")) for path in Path(lt.__file__).parent.rglob("*.py")),
    *((path, "\n".join(code_of(path))) for path in (Path(__file__).parents[2] / "book").glob("*.ipynb")),
]


@pytest.mark.parametrize("room", ["plots", "diagrams"])
def test_other_rooms_use_what_is_public_of_plots_and_diagrams(room):
    outside = [(path.name, source) for path, source in SOURCES if room not in path.parts]
    assert [
        name for name, source in outside if re.search(rf"\b{room}\._|from lstm_tutor\.{room} import _", source)
    ] == []


def test_no_legend_looks_for_the_best_place():
    """It takes seconds on a slow machine, and matplotlib warns then."""
    legends = [
        (path.name, ast.unparse(node))
        for path, source in SOURCES
        if "legend" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", None) == "legend"
    ]
    assert legends, "none is looked at"
    assert [legend for legend in legends if "loc=" not in legend[1] or "best" in legend[1]] == []
    with style():
        assert matplotlib.rcParams["legend.loc"] != "best"


def test_a_notebook_gets_svg_for_lines_and_sharp_png_for_images():
    code = """
import matplotlib, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import lstm_tutor as lt, numpy as np
lt.plots.use_style()
trace = lt.LSTM(3, 4, rng=0).forward(np.ones((5, 1, 3)))
for ax in (lt.plots.gate_heatmap(trace, "f"), lt.plots.gate_lines(trace, 0)):
    data, metadata = shell.display_formatter.format(ax.figure)
    print(sorted(set(data) - {"text/plain"}), "Date" in data.get("image/svg+xml", ""), metadata.keys())
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "['image/png'] False dict_keys(['image/png'])",
        "['image/svg+xml'] False dict_keys([])",
    ]


def test_importing_the_plots_imports_no_matplotlib():
    code = "import lstm_tutor.plots, sys; print(sorted({'matplotlib', 'torch', 'IPython'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


# ------------------------------------------------------------------- palette


def test_letters_have_the_books_colors_and_a_style_of_their_own():
    assert [palette.COLORS[letter] for letter in "ifogch"] == [
        "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9",
    ]  # fmt: skip
    assert len({str(palette.LINESTYLES[letter]) for letter in "ifog"}) == 4
    assert set(palette.COLORS) == set(palette.LINESTYLES) == set(palette.GATES) | set(palette.SIGNED)


@pytest.mark.parametrize(
    ("value", "shown"), [(-0.417, "−0.42"), (0, "0.00"), (-0.0, "0.00"), (-0.004, "0.00"), (1, "1.00")]
)
def test_numbers_have_two_decimals_and_a_real_minus(value, shown):
    assert palette.number(value) == shown
