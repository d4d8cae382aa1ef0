"""The tables of real data are the ones that their README describes, and are read as it says."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from lstm_tutor.tasks import tables

DATA = Path(tables.__file__).parent / "data"
SUMS = dict(re.findall(r"\| `([\w.]+)` \| `([0-9a-f]{64})` \|", (DATA / "README.md").read_text(encoding="utf-8")))


def test_every_table_is_described_and_every_description_has_its_table():
    assert set(SUMS) == {path.name for path in DATA.iterdir()} - {"README.md", "make.py", "__pycache__"}


@pytest.mark.parametrize("name", SUMS)
def test_a_table_is_unchanged(name):
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == SUMS[name]


def test_sunspots_have_their_eleven_year_rhythm():
    series = tables.sunspots()
    assert series.shape == (12 * (2009 - 1749),) and series.min() >= 0
    centered = series - series.mean()
    correlation = [float(centered[lag:] @ centered[:-lag]) for lag in range(60, 180)]
    assert 120 <= 60 + int(np.argmax(correlation)) <= 140


def test_elnino_has_four_warm_regions_with_a_year_in_them():
    series = tables.elnino()
    assert series.shape == (732, 4) and 18 < series.min() < series.max() < 31
    centered = series - series.mean(axis=0)
    assert (np.sum(centered[12:, :3] * centered[:-12, :3], axis=0) > 0).all()


@pytest.mark.parametrize(("part", "count"), [("train", 270), ("test", 370)])
def test_vowels(part, count):
    utterances, speakers = tables.vowels(part)
    assert len(utterances) == len(speakers) == count and set(speakers) == set(range(9))
    assert all(7 <= len(frames) <= 29 and frames.shape[1] == 12 for frames in utterances)
    assert part == "test" or (np.bincount(speakers) == 30).all()


def test_vowels_begin_as_in_their_source():
    utterances, _ = tables.vowels()
    assert utterances[0][0, :2].tolist() == [1.8609, -0.2074]


def test_vowels_of_an_unknown_part():
    with pytest.raises(ValueError, match="'valid'"):
        tables.vowels("valid")


def test_digits_are_pictures_with_labels():
    pictures, labels = tables.digits()
    assert pictures.shape == (5000, 28, 28) and (np.bincount(labels) == 500).all()
    assert pictures.min() == 0 and pictures.max() == 1
    assert (pictures[:, 0] == 0).mean() > 0.99  # paper at the edge
    mean = np.array([pictures[labels == k].mean(axis=0) for k in range(10)])
    distance = ((pictures[:, None] - mean) ** 2).sum(axis=(2, 3))
    assert (distance.argmin(axis=1) == labels).mean() > 0.75  # the pixels are in order
    change = np.abs(np.diff(pictures, axis=2)).mean(axis=(0, 1))
    assert change[::2].sum() == pytest.approx(change[1::2].sum(), rel=0.05)  # also the two of a byte


def test_phrases_are_pairs_of_an_english_and_a_chinese_text():
    pairs = tables.phrases()
    assert len(pairs) == len({english for english, _ in pairs}) == 2510
    assert all(re.search("[\u4e00-\u9fff]", chinese) and len(english.split()) <= 12 for english, chinese in pairs)


def test_pronunciations_have_a_stress_on_every_vowel():
    words = dict(tables.pronunciations())
    assert len(words) == 23375 and words["day"] == ("D", "EY1")
    sounds = {sound for pronunciation in words.values() for sound in pronunciation}
    assert len({sound.rstrip("012") for sound in sounds}) == 39
