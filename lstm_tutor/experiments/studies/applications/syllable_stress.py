"""The stress of English syllables: another language of tags, decided mostly by how a word ends."""

from functools import cache
from typing import Any

import numpy as np

from lstm_tutor.baselines import HMMTagger, MostFrequentTag
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.taggers import NETWORK, blocks, said, train_tagger
from lstm_tutor.tasks import fingerprint
from lstm_tutor.tasks.stress import SOUNDS, STRESSES, StressedWord, StressedWords, stress_batch

_data = cache(StressedWords)
K = len(STRESSES)


def run(settings: Settings, seed: int) -> Metrics:
    """Fit a tagger on the training words; then what it says of the vowels of the test words.

    Metrics: `vowels`, the share with the right stress; `words`, the share of words with all their stresses right;
    `validation`, as `vowels`, of the words to choose by; `parameters`, of a network; `data`, the fingerprint of the
    test words.
    """
    data = _data(settings["words"])
    predict: Any
    if settings["tagger"] == "lstm":
        batches = blocks(data.train, stress_batch, settings["batch_size"], lambda word: len(word.sounds))
        model = train_tagger(settings, seed, batches, len(SOUNDS), K)
        parameters = model.size()

        def predict(words):
            tags = said(model, stress_batch(words), settings["reads"]).argmax(axis=2)
            return [tags[: len(word.sounds), n] for n, word in enumerate(words)]

    else:
        predict, parameters = _counted(settings, data), 0
    right = {name: right_vowels(words, predict(words)) for name, words in (("v", data.validation), ("t", data.test))}
    return {
        "vowels": round(float(np.mean(np.concatenate(right["t"]))), 4),
        "words": round(float(np.mean([all(vowels) for vowels in right["t"]])), 4),
        "validation": round(float(np.mean(np.concatenate(right["v"]))), 4),
        "parameters": parameters,
        "data": fingerprint("\n".join(word.word for word in data.test)),
    }


def right_vowels(words: list[StressedWord], found: list[Any]) -> list[list[bool]]:
    """For each word, whether the stress of each of its vowels is right."""
    return [[stress == tag for stress, tag in zip(word.stresses, tags, strict=True) if stress is not None]
            for word, tags in zip(words, found, strict=True)]  # fmt: skip


def _counted(settings: Settings, data: StressedWords):
    def read(words: list[StressedWord]) -> list[list[int]]:
        return [[SOUNDS.index(sound) for sound in word.sounds] for word in words]

    tokens = read(data.train)
    if settings["tagger"] == "table":
        tags = [[-1 if stress is None else stress for stress in word.stresses] for word in data.train]
        table = MostFrequentTag(settings["neighbors"]).fit(tokens, tags)
        return lambda words: table.predict(read(words))
    states = [[K + sound if stress is None else stress for sound, stress in zip(x, word.stresses, strict=True)]
              for x, word in zip(tokens, data.train, strict=True)]  # fmt: skip
    tagger = HMMTagger(K + len(SOUNDS), len(SOUNDS), smoothing=settings["smoothing"]).fit(tokens, states)
    return lambda words: tagger.predict(read(words))


def _share(name):
    return lambda metrics: 100 * metrics[name]


LSTM_ = NETWORK | {"tagger": "lstm", "updates": 1500}
WORDS = {"words": 8000}

EXPERIMENT = Experiment(
    name="syllable_stress",
    title="Which syllables are stressed",
    question="Do two directions help where the tags are not parts of speech but stresses?",
    run=run,
    variants={
        "table": WORDS | {"tagger": "table", "neighbors": 0},
        "neighbors-2": WORDS | {"tagger": "table", "neighbors": 2},
        "hmm": WORDS | {"tagger": "hmm", "smoothing": 0.1},
        "forward": WORDS | LSTM_ | {"reads": "forward", "hidden": 40},
        "backward": WORDS | LSTM_ | {"reads": "backward", "hidden": 40},
        "both": WORDS | LSTM_ | {"reads": "both"},
    },
    seeds=10,
    words={
        "table": "most frequent stress", "neighbors-2": "table, 2 neighbors", "hmm": "hidden Markov model",
        "forward": "LSTM, forward", "backward": "LSTM, backward", "both": "LSTM, both",
    },
    strips=(Strip(_share("vowels"), "vowels with the right stress, %"),
            Strip(_share("words"), "words with every stress right, %", title="Whole words")),
    pages=("tagging",),
    paper="graves2005framewise",
    criterion="none: shares of right stresses are compared",
    deviations="8,000 words of the CMU Pronouncing Dictionary with two syllables or more to learn from, 2,000 to "
    "choose by, 2,000 to test on, names of people and places among them; no two have the same sounds. The sounds are "
    "given, the stress is taken off. One recipe, chosen on the validation words with one seed from three settings; the "
    "readers in one direction have 40 units, so that they have more parameters than 24 in each direction.",
    columns=(
        Column("vowels right", _share("vowels"), "{:.1f} %"),
        Column("words all right", _share("words"), "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"] or None, "{:,.0f}"),
    ),
    claims=(
        Claim("both directions together are better than one, with every seed",
              lambda r: all(r.values("both", "vowels").min() > r.values(v, "vowels").max()
                            for v in ("forward", "backward")), ("both", "forward", "backward")),
        Claim("the reader from the end is better than the reader from the beginning, with every seed",
              lambda r: r.values("backward", "vowels").min() > r.values("forward", "vowels").max(),
              ("backward", "forward")),
        Claim("every network is better than the tables and the hidden Markov model, with every seed",
              lambda r: min(r.values(v, "vowels").min() for v in ("forward", "backward", "both"))
              > max(r.values(v, "vowels").max() for v in ("table", "neighbors-2", "hmm")),
              ("forward", "backward", "both", "table", "neighbors-2", "hmm")),
    ),
)  # fmt: skip
