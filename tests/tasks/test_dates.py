"""A date in any form is the day that the datetime module says it is."""

import datetime
import re

import numpy as np
import pytest
from cases import assert_untouched, copies
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks
from lstm_tutor.tasks import dates

days = st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31))
PYTHONS = {  # the same forms as the datetime module reads them, once ordinal endings are taken out
    "{d} {month} {y}": "%d %B %Y", "{d} {mon} {y}": "%d %b %Y", "{dd}-{mon}-{y}": "%d-%b-%Y",
    "{weekday}, {nth} of {month} {y}": "%A, %d of %B %Y", "the {nth} of {month} {y}": "the %d of %B %Y",
    "{day}, {d} {mon} {y}": "%a, %d %b %Y", "{month} {d}, {y}": "%B %d, %Y", "{mon} {d}, {y}": "%b %d, %Y",
    "{month} {nth}, {y}": "%B %d, %Y", "{weekday}, {month} {d}, {y}": "%A, %B %d, %Y", "{y} {month} {d}": "%Y %B %d",
    "{y}.{m}.{d}": "%Y.%m.%d", "{y}/{mm}/{dd}": "%Y/%m/%d", "{y}{mm}{dd}": "%Y%m%d", "{d}.{m}.{y}": "%d.%m.%Y",
    "{dd}.{mm}.{y}": "%d.%m.%Y", "{m}/{d}/{y}": "%m/%d/%Y", "{mm}/{dd}/{y}": "%m/%d/%Y",
}  # fmt: skip


def read(form, text):
    """The day of a text, as Python's own parser, which minds no case, understands it."""
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text, flags=re.IGNORECASE)
    return datetime.datetime.strptime(plain, PYTHONS[form]).date()


def texts_of(batch):
    return ["".join(dates.CHARACTERS[k] for k in batch.x[:length, n].argmax(axis=1))
            for n, length in enumerate(batch.lengths)]  # fmt: skip


def test_there_is_a_parser_for_each_form_and_no_form_twice():
    assert sorted(PYTHONS) == sorted(dates.FORMS)
    assert len({tasks.date_text(datetime.date(2011, 3, 3), form) for form in dates.FORMS}) == len(dates.FORMS)


@pytest.mark.parametrize("case", dates.CASES)
@pytest.mark.parametrize("form", dates.FORMS)
@given(day=days)
def test_what_is_written_is_read_back(form, case, day):
    text = tasks.date_text(day, form, case)
    assert read(form, text) == day
    for name, short in (("{weekday}, ", "%A, "), ("{day}, ", "%a, ")):  # Python's parser believes any day of the week
        assert name not in form or day.strftime(short).lower() in text.lower()
    assert set(text) <= set(dates.CHARACTERS)
    assert {"usual": True, "upper": text == text.upper(), "lower": text == text.lower()}[case]


def test_no_two_days_look_alike_in_all_forms_together():
    """What a text means does not hang on knowing its form."""
    meanings = {}
    for number in range(datetime.date(2011, 1, 1).toordinal(), datetime.date(2012, 1, 1).toordinal()):
        day = datetime.date.fromordinal(number)
        for form in dates.FORMS:
            meanings.setdefault(tasks.date_text(day, form), set()).add(day)
    assert {len(several) for several in meanings.values()} == {1}


@pytest.mark.parametrize(
    ("n", "text"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
                    (21, "21st"), (22, "22nd"), (23, "23rd"), (30, "30th")],
)  # fmt: skip
def test_ordinals(n, text):
    assert tasks.date_text(datetime.date(2011, 1, n), "{month} {nth}, {y}") == f"January {text}, 2011"


def test_every_form_and_every_case_appear_in_what_is_trained_on():
    task = tasks.Dates(batch_size=200, rng=0)
    seen = set()
    for update in range(10):
        batch = task(update)
        for n, text in enumerate(texts_of(batch)):
            day = datetime.date.fromisoformat(tasks.decode_date(batch.targets[:, n]))
            seen |= {(form, case) for form in dates.FORMS for case in dates.CASES
                     if tasks.date_text(day, form, case) == text}  # fmt: skip
    assert seen == {(form, case) for form in dates.FORMS for case in dates.CASES}


def test_alphabets_have_each_character_once_and_none_that_is_not_needed():
    used = {
        character
        for month in range(1, 13)
        for day in range(1, 32 if month == 1 else 8)
        for form in dates.FORMS
        for case in dates.CASES
        for character in tasks.date_text(datetime.date(2011, month, day), form, case)
    }
    assert sorted(used) == list(dates.CHARACTERS)
    assert len(dates.CHARACTERS) == 59
    assert len(set(dates.SYMBOLS)) == len(dates.SYMBOLS) == 13
    assert dates.SYMBOLS[-2:] == dates.STOP + dates.START


@pytest.mark.parametrize("part", ["train", "test"])
def test_batch_asks_for_the_day_that_its_text_means(part):
    task = tasks.Dates(batch_size=30, rng=3)
    batch = task(5) if part == "train" else task.test_batch(30)
    known = set(getattr(task, part))
    start = len(dates.SYMBOLS) - 1
    assert batch.targets.shape == (11, 30)
    assert batch.y_in.shape == (11, 30, 13)
    for n, text in enumerate(texts_of(batch)):
        written = "".join(dates.SYMBOLS[k] for k in batch.targets[:, n])
        assert written[-1] == dates.STOP
        day = datetime.date.fromisoformat(written[:-1])
        assert day in known
        meant = set()
        for form in dates.FORMS:
            try:
                meant.add(read(form, text))
            except ValueError:
                continue
        assert day in meant
        read_by_decoder = batch.y_in[:, n].argmax(axis=1).tolist()
        assert read_by_decoder == [start, *batch.targets[:-1, n]]
        assert batch.x[: batch.lengths[n], n].sum(axis=1).tolist() == [1] * batch.lengths[n]
        assert not batch.x[batch.lengths[n] :, n].any()
    assert (batch.y_in.sum(axis=2) == 1).all()


def test_days_to_train_on_and_to_test_on_are_disjoint_and_all_there_are():
    task = tasks.Dates(years=(2000, 2003), test_share=0.25, rng=0)
    assert len(task.train) + len(task.test) == len({*task.train, *task.test}) == 4 * 365 + 1
    assert len(task.test) == 365
    assert (min(task.train + task.test), max(task.train + task.test)) == (
        datetime.date(2000, 1, 1), datetime.date(2003, 12, 31),
    )  # fmt: skip


def test_same_seed_same_batch_and_another_update_or_seed_another():
    one, two, three = tasks.Dates(rng=3), tasks.Dates(rng=np.random.default_rng(3)), tasks.Dates(rng=4)
    one(7)
    assert_untouched([one(2).x, one(2).targets, one(2).y_in], copies([two(2).x, two(2).targets, two(2).y_in]))
    assert_untouched(one.test_batch(9).targets, copies(two.test_batch(9).targets))
    assert not np.array_equal(one(2).targets, one(1).targets)
    assert not np.array_equal(one(2).targets, three(2).targets)
    assert tasks.Dates(rng=3, dtype=np.float32)(0).x.dtype == tasks.Dates(rng=3, dtype=np.float32)(0).y_in.dtype == "f4"


@given(day=days)
def test_decoding_stops_at_the_stop(day):
    (symbols,) = tasks.date_batch([day], ["1"]).targets.T
    assert tasks.decode_date(symbols) == tasks.decode_date([*symbols, 3, 3]) == tasks.decode_date(symbols[:-1])
    assert tasks.decode_date(symbols) == day.isoformat()


@pytest.mark.parametrize(
    ("texts", "message"),
    [(["3 März 2011"], "got ['z', 'ä']"), ([], "expected texts that are not empty, got []"),
     (["1", ""], "expected texts that are not empty, got ['1', '']")],
    ids=["characters", "none", "empty"],
)  # fmt: skip
def test_message_for_texts_that_cannot_be_read(texts, message):
    with pytest.raises(ValueError, match=f"^encode_dates: .*{re.escape(message)}$"):
        tasks.encode_dates(texts)


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"years": (2000, 1999)}, {"test_share": 1.0}], ids=str)
def test_message_for_a_task_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"^Dates: expected batch_size >= 1, years in order and test_share between"):
        tasks.Dates(**wrong)
