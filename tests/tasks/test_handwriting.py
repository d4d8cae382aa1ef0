"""Strings of handwritten digits: what varies and what does not, and pictures as strips."""

import re

import numpy as np
import pytest

from lstm_tutor import tasks
from lstm_tutor.tasks import handwriting

GIVEN = {"count": 40, "rng": 3}


@pytest.fixture(scope="module")
def strings():
    return tasks.digit_strings(**GIVEN)


def test_a_number_gives_the_same_strings_whenever_it_is_asked(strings):
    again, other = tasks.digit_strings(**GIVEN), tasks.digit_strings(40, rng=4)
    for a, b in zip(strings[:5], again[:5], strict=True):
        np.testing.assert_array_equal(a, b)
    assert strings.texts() != other.texts()


def test_strings_have_as_many_digits_as_was_asked_for(strings):
    assert set(strings.label_lengths) == {1, 2, 3, 4, 5, 6}
    assert [len(text) for text in strings.texts()] == strings.label_lengths.tolist()
    assert {digit for text in strings.texts() for digit in text} == set("0123456789")
    assert set(tasks.digit_strings(20, digits=(3, 4), rng=0).label_lengths) == {3, 4}
    for row, count in zip(strings.labels, strings.label_lengths, strict=True):
        assert (row[count:] == handwriting.BLANK).all()


def test_ink_lies_within_the_lengths_and_between_0_and_1(strings):
    assert strings.x.shape == (strings.lengths.max(), 40, 40)
    assert strings.x.min() >= 0
    assert strings.x.max() <= 1 + 1e-9
    for n, length in enumerate(strings.lengths):
        assert not strings.x[length:, n].any()
        assert not strings.x[:2, n].any()
        assert not strings.x[length - 2 : length, n].any()
        assert strings.x[2, n].max() > 0
        assert strings.x[length - 3, n].max() > 0


def test_every_digit_is_where_its_span_says(strings):
    for n, count in enumerate(strings.label_lengths):
        spans = strings.spans[n, :count]
        assert (np.diff(spans[:, 0]) > 0).all()
        np.testing.assert_allclose([spans[0, 0], spans[-1, 1]], [2, strings.lengths[n] - 2], atol=1)
        for begin, end in spans:
            assert strings.x[int(begin) : int(np.ceil(end)), n].max() > 0.2


def test_the_parts_share_no_example():
    parts = [handwriting._examples(part).reshape(10, -1, 784) for part in handwriting.PARTS]
    assert [part.shape[1] for part in parts] == [400, 50, 50]
    rows = {row.tobytes() for part in parts for digit in part for row in digit}
    assert len(rows) == 5000


def test_some_strings_have_digits_that_touch_and_some_wide_gaps(strings):
    gaps = np.concatenate([strings.spans[n, 1:c, 0] - strings.spans[n, : c - 1, 1]
                           for n, c in enumerate(strings.label_lengths)])  # fmt: skip
    assert (gaps < 0).any()
    assert (gaps > 3).any()


def test_some_strings_without_the_padding_that_they_do_not_need(strings):
    chosen = np.argsort(strings.lengths)[:3]
    few = strings.take(chosen)
    assert few.x.shape == (strings.lengths[chosen].max(), 3, 40)
    assert few.texts() == [strings.texts()[n] for n in chosen]
    np.testing.assert_array_equal(few.x[:, 1], strings.x[: len(few.x), chosen[1]])


def test_single_precision():
    assert tasks.digit_strings(2, rng=0, dtype=np.float32).x.dtype == np.float32


# -- pictures ----------------------------------------------------------------------------------------------------------


def picture(rows=20, columns=10):
    return np.random.default_rng(0).uniform(0.4, 1, (rows, columns))


def test_a_picture_of_twenty_rows_stays_as_it_is():
    x = tasks.picture_columns(picture())
    assert x.shape == (2 + 5 + 2, 1, 40)
    np.testing.assert_allclose(x[2:7, 0].reshape(10, 20).T, picture())


def test_paper_around_the_ink_does_not_matter():
    framed = np.pad(picture(), ((3, 8), (7, 4)))
    np.testing.assert_array_equal(tasks.picture_columns(framed), tasks.picture_columns(picture()))


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_larger_picture_is_the_same(factor):
    large = np.kron(picture(), np.ones((factor, factor)))
    np.testing.assert_allclose(tasks.picture_columns(large), tasks.picture_columns(picture()), atol=1e-12)


def test_a_smaller_picture_keeps_its_ink():
    x = tasks.picture_columns(picture(30, 33))  # 22 columns, two thirds the size
    assert x.shape == (2 + 11 + 2, 1, 40)
    np.testing.assert_allclose(x.sum(), picture(30, 33).sum() * (2 / 3) ** 2)


def test_a_dash_alone_becomes_no_block():
    dash = np.zeros((40, 40))
    dash[20:22, 5:25] = 1
    assert tasks.picture_columns(dash).shape[0] == 4 + 100
    x = tasks.picture_columns(dash, least_rows=20)
    assert x.shape[0] == 4 + 10
    assert x[:, 0].reshape(-1, 20).any(axis=0).sum() == 2


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((28, 28)), "expected a picture with ink, values above 0.3, got an empty one"),
        (np.zeros(28), "expected a picture of shape (rows, columns) from 0 to 1, got (28,)"),
        (np.full((4, 4), 255), "expected a picture of shape (rows, columns) from 0 to 1, got values from 255 to 255"),
        (np.full((4, 4), -1), "expected a picture of shape (rows, columns) from 0 to 1, got values from -1 to -1"),
    ],
)
def test_message_for_what_is_no_picture(bad, message):
    with pytest.raises(ValueError, match=f"^picture_columns: {re.escape(message)}$"):
        tasks.picture_columns(bad)


@pytest.mark.parametrize("changes", [{"part": "all"}, {"digits": (3, 2)}, {"digits": (0, 2)}, {"count": 0}])
def test_message_for_strings_that_cannot_be(changes):
    with pytest.raises(ValueError, match=r"^digit_strings: expected"):
        tasks.digit_strings(**GIVEN | changes)


# -- strokes -----------------------------------------------------------------------------------------------------------


def test_an_upright_stroke_is_as_thick_as_it_should_be():
    drawn = tasks.picture_of_strokes([[[3, 1], [3, 9]]], rows=40, thickness=0.25)
    assert drawn.shape[0] == 40
    np.testing.assert_allclose(drawn[20].sum(), 10, atol=0.3)  # a quarter of 40
    np.testing.assert_allclose(drawn[:, drawn.shape[1] // 2].sum(), 40, atol=1.5)


def test_the_size_and_the_place_of_strokes_do_not_matter():
    stroke = np.array([[0, 0], [4, 3], [1, 8]])
    np.testing.assert_allclose(tasks.picture_of_strokes([stroke]), tasks.picture_of_strokes([7 * stroke + [90, -3]]))


def test_a_dot_is_round():
    drawn = tasks.picture_of_strokes([[[5, 5]]], rows=20, thickness=0.5)
    np.testing.assert_allclose(drawn.sum(), np.pi * 5**2, rtol=0.05)


@pytest.mark.parametrize(
    ("strokes", "message"),
    [
        ([], "strokes of shape (points, 2), at least one, got none"),
        ([[]], "strokes of shape (points, 2), at least one, got one of shape (0,)"),
        ([[1, 2, 3]], "strokes of shape (points, 2), at least one, got one of shape (3,)"),
        ([[1, 2], [3, 4]], "strokes of shape (points, 2), at least one, got one of shape (2,)"),
        ([[[1, 2, 3]]], "strokes of shape (points, 2), at least one, got one of shape (1, 3)"),
        ([[[0, np.nan]]], "a stroke to be finite numbers, got NaN or inf in 1 of 2"),
        ("abc", "a stroke to be real numbers, got str of dtype <U1"),
    ],
)
def test_message_for_what_is_no_stroke(strokes, message):
    with pytest.raises(ValueError, match=f"^picture_of_strokes: expected {re.escape(message)}$"):
        tasks.picture_of_strokes(strokes)
