"""The picture of attention is read by its artists."""

import matplotlib
import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.plots import attention_heatmap
from lstm_tutor.plots._style import glyph

matplotlib.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")

WEIGHTS = np.array([[0.7, 0.2, 0.1, 0.0], [0.0, 0.25, 0.25, 0.5], [0.0, 0.0, 0.0, 1.0]])


@pytest.fixture(autouse=True)
def figures_go():
    yield
    plt.close("all")


def labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_rows_are_what_was_written_and_columns_what_was_read():
    ax = attention_heatmap(WEIGHTS, read="a $b", written="xy\n")
    assert np.array_equal(ax.images[0].get_array(), WEIGHTS)
    assert ax.images[0].get_clim() == (0.0, 1.0)
    assert labels(ax.xaxis) == ["a", glyph(" "), "$", "b"]
    assert glyph(" ") != " "
    assert labels(ax.yaxis) == ["x", "y", glyph("\n")]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("read", "written")
    ax.figure.canvas.draw()  # a dollar sign starts no formula


def test_without_texts_the_steps_are_numbered():
    ax = attention_heatmap(WEIGHTS)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step read", "step written")


def test_it_draws_where_it_is_told_and_the_bar_can_go():
    figure, given = plt.subplots()
    assert attention_heatmap(WEIGHTS, ax=given, colorbar=False) is given
    assert len(figure.axes) == 1
    attention_heatmap(WEIGHTS, ax=given)
    assert len(figure.axes) == 2
    assert "attention weight" in figure.axes[1].get_ylabel()


def test_of_a_trace_no_padding_is_drawn():
    rng = np.random.default_rng(0)
    queries, keys = rng.normal(size=(3, 2, 4)), rng.normal(size=(5, 2, 4))
    trace = lt.DotAttention().forward(queries, keys, lengths=[5, 2])
    for sequence, length in enumerate([5, 2]):
        drawn = attention_heatmap(trace, sequence=sequence, read="abcde"[:length], written="xyz").images[0].get_array()
        assert np.array_equal(drawn, trace["weights"][:, sequence, :length])


def test_of_a_translator_no_padding_is_drawn():
    rng = np.random.default_rng(0)
    encoder, decoder = lt.GRU(4, 6, rng=0), lt.GRU(3, 6, rng=1)
    model = lt.Seq2Seq(encoder, decoder, 5, attention=lt.DotAttention(), rng=2)
    trace = model.forward(rng.normal(size=(5, 2, 4)), rng.normal(size=(3, 2, 3)), lengths=[2, 5])
    assert np.array_equal(attention_heatmap(trace).images[0].get_array(), trace["weights"][:, 0, :2])
    with pytest.raises(ValueError, match="sequence from 0 to 1, got 2"):
        attention_heatmap(trace, sequence=2)
    with pytest.raises(ValueError, match="expected a trace with attention weights"):
        attention_heatmap(encoder.forward(rng.normal(size=(5, 2, 4))))


@pytest.mark.parametrize(
    ("weights", "texts", "says"),
    [
        (WEIGHTS[0], {}, r"of shape \(T_out, T_in\), got \(4,\)"),
        (np.zeros((0, 3)), {}, r"got \(0, 3\)"),
        (WEIGHTS - 0.5, {}, "from 0 to 1, got -0.5 to 0.5"),
        (WEIGHTS + 0.5, {}, "from 0 to 1, got 0.5 to 1.5"),
        (np.where(WEIGHTS == 0.7, np.nan, WEIGHTS), {}, "1 of 12 values of the weights"),
        (WEIGHTS, {"read": "abc"}, "has 3 characters"),
        (WEIGHTS, {"written": "abcd"}, "has 4 characters"),
    ],
)
def test_what_is_no_attention_is_refused(weights, texts, says):
    with pytest.raises(ValueError, match=says):
        attention_heatmap(weights, **texts)
