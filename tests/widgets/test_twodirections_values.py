"""Two directions: the page computes what the package computes, for sentences of every length and any weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.tasks.tagging import KINDS, TAGS, WORDS
from lstm_tutor.widgets import TwoDirections
from lstm_tutor.widgets.twodirections import LONGEST, PRESETS, READERS, questions

LABS = Path(__file__).resolve().parents[2] / "book" / "labs"
READ = """async ({ arrays, sizes, sentences, swapped }) => {
    const { unpack } = await load("js/kit/arrays.js");
    const { modelOf, readAll, swapAll, READERS } = await load("twodirections/reading.js");
    const models = Object.fromEntries(READERS.map((reader) => {
        const { dtype, shape, bytes } = arrays[reader];
        const { data } = unpack({ dtype, shape, data: new DataView(Uint8Array.from(bytes).buffer) });
        return [reader, modelOf(reader, data, { H: sizes[reader], D: 35, K: 8 })];
    }));
    const swaps = (codes) =>
        Object.fromEntries(READERS.map((reader) => [reader, swapAll(models[reader], reader, codes)]));
    return { read: sentences.map((codes) => readAll(models, codes)), swaps: swapped.map(swaps) };
}"""


def random_models(dtype: str) -> dict[str, lt.SequenceModel]:
    models = {}
    for seed, reader in enumerate(READERS):
        rng = np.random.default_rng(seed)
        layer = lt.LSTM(35, 3 + seed, bidirectional=reader == "both", dtype=dtype, rng=rng)
        models[reader] = lt.SequenceModel(layer, 8, rng=rng)
        given = {name: rng.normal(0, 0.7, a.shape) for name, a in models[reader].parameters().items()}
        models[reader].load_parameters(given)
    return models


def sentences() -> list[str]:
    rng = np.random.default_rng(5)
    random = [" ".join(rng.choice(WORDS, size)) for size in (1, 2, 3, 7, LONGEST, LONGEST)]
    return [text for text, _, _ in PRESETS] + [question["text"] for question in questions()] + random


@pytest.mark.parametrize("models", [None, random_models("float64"), random_models("float32")], ids=["kept", "f8", "f4"])
def test_states_probabilities_and_swaps_are_the_packages(models: dict | None, engine) -> None:
    widget = TwoDirections(models)
    texts = sentences()
    swapped = [PRESETS[0][0], PRESETS[2][0], texts[-5], texts[-6]]
    codes = {text: [WORDS.index(word) for word in text.split()] for text in texts}
    arrays = {
        reader: {"dtype": a.dtype.str, "shape": list(a.shape), "bytes": list(a.tobytes())}
        for reader in READERS
        for a in [getattr(widget, f"_{reader}")]
    }
    given = {"arrays": arrays, "sizes": widget._sizes, "sentences": [*codes.values()]}
    given["swapped"] = [codes[text] for text in swapped]
    page = engine(READ, **given)
    worst = 0.0
    for text, read in zip(texts, page["read"], strict=True):
        widget.text = text
        shares, trace = widget.shares(), widget.trace("both")
        for reader in READERS:
            worst = max(worst, np.abs(np.array(read["shares"][reader]) - shares[reader]).max())
        for ours, direction in (("forward", "forward"), ("backward", "reverse")):
            worst = max(worst, np.abs(np.array(read[ours]) - trace.at(0, direction)["h"][:, 0]).max())
    assert worst <= 1e-9
    for text, swaps in zip(swapped, page["swaps"], strict=True):
        widget.text = text
        for reader in READERS:
            np.testing.assert_allclose(
                np.array(swaps[reader]["influence"]), widget.influence(reader), rtol=0, atol=1e-9
            )


def test_influence_is_the_fall_of_a_tags_probability_word_by_word() -> None:
    widget = TwoDirections(random_models("float64"), text="they cut bread last night")
    words = widget.text.split()
    for reader in READERS:
        own, tags = widget.shares()[reader], widget.tags()[reader]
        for s in range(len(words)):
            falls = np.zeros(len(words))
            for word in WORDS:
                if word != words[s]:
                    swapped = TwoDirections(
                        random_models("float64"), text=" ".join([*words[:s], word, *words[s + 1 :]])
                    )
                    then = swapped.shares()[reader]
                    falls += [own[t, TAGS.index(tag)] - then[t, TAGS.index(tag)] for t, tag in enumerate(tags)]
            np.testing.assert_allclose(widget.influence(reader)[:, s], falls / (len(WORDS) - 1), atol=1e-12)


def test_a_reader_in_one_direction_does_not_see_the_other_side() -> None:
    widget = TwoDirections(random_models("float64"), text="they cut the old bread last night")
    forward, backward = widget.influence("forward"), widget.influence("backward")
    np.testing.assert_allclose(np.triu(forward, 1), 0, atol=1e-12)
    np.testing.assert_allclose(np.tril(backward, -1), 0, atol=1e-12)
    assert np.abs(np.tril(forward)).max() > 1e-3 and np.abs(np.triu(backward)).max() > 1e-3
    both = np.abs(widget.influence("both"))
    assert np.triu(both, 1).max() > 1e-3 and np.tril(both, -1).max() > 1e-3


def test_the_models_are_sent_small_and_lose_nothing() -> None:
    widget = TwoDirections()
    for reader in READERS:
        kept = lt.experiments.model(f"tagging-{reader}")
        for name, array in widget.model(reader).parameters().items():
            np.testing.assert_array_equal(array, kept.parameters()[name])
        assert getattr(widget, f"_{reader}").dtype == np.float16


def test_the_presets_say_what_is_so() -> None:
    said = {}
    for text, token, point in PRESETS:
        widget = TwoDirections(text=text, token=token)
        assert widget.text == text and point.endswith(".")
        said[text] = {
            reader: (tags[token], widget.shares()[reader][token].max()) for reader, tags in widget.tags().items()
        }
    past, present, noun, neither, far, cut = said.values()
    words = PRESETS[0][0].split()
    assert words.index("last") - words.index("split") == 3
    words = PRESETS[4][0].split()
    assert words.index("last") - words.index("set") == 8
    assert past["both"][0] == "past" and past["both"][1] > 0.99 and past["forward"][1] < 0.55
    assert present["both"][0] == "present" and present["forward"] == past["forward"]
    assert [noun[reader][0] for reader in ("forward", "both")] == ["noun", "noun"] and noun["forward"][1] > 0.99
    assert neither["both"][0] == "present" and neither["backward"][0] == "noun" and neither["forward"][1] < 0.55
    assert far["both"][0] == far["backward"][0] == "past" and far["forward"][1] < 0.55
    assert cut["both"][1] > 0.99, "sure of what nobody can know"


def test_the_questions_are_unseen_sentences_of_every_kind_and_have_their_tags() -> None:
    data = lt.tasks.TaggedSentences(2000, rng=[0, 2])
    truth = {" ".join(words): tags for words, tags in data.test}
    asked = questions()
    assert [question["decides"] for question in asked] == list(KINDS) * 8
    assert len({question["text"] for question in asked}) == len(asked)
    for question in asked:
        assert truth[question["text"]][question["token"]] == question["tag"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "text", "they split atoms"), r"expected text to be words of .*unknown: \['atoms'\], got"),
        (lambda w: setattr(w, "text", "  "), "expected text to be 1 to 14 words, got '  '"),
        (lambda w: setattr(w, "text", "the " * 15), "expected text to be 1 to 14 words"),
        (lambda w: setattr(w, "text", 3), "expected text to be a str, got 3"),
        (lambda w: setattr(w, "token", 14), "expected token to be an int from 0 to 13, got 14"),
        (lambda w: setattr(w, "reader", "left"), "expected reader to be one of"),
        (lambda w: setattr(w, "mode", ""), "expected mode to be one of"),
        (lambda w: w.model("left"), "expected one of .*got 'left'"),
        (lambda w: TwoDirections({"both": None}), "expected models to be a dict of .*'forward', 'backward', 'both'"),
        (lambda w: TwoDirections(random_models("float64") | {"both": random_models("float64")["forward"]}),
         "expected the both reader to be a SequenceModel of a one-layer LSTM in two directions"),
        (lambda w: TwoDirections(word=1), "expected keywords of"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = TwoDirections(text="they split", token=1)
    with pytest.raises(ValueError, match=told):
        change(widget)
    assert (widget.text, widget.token, widget.reader, widget.mode) == ("they split", 1, "both", "edit")


def test_the_still_picture_says_what_the_readers_say() -> None:
    widget = TwoDirections(text="they split every night", token=1)
    html = widget.figure()._repr_html_()
    for reader in READERS:
        for shares, tag in zip(widget.shares()[reader], widget.tags()[reader], strict=True):
            assert f"<td>{tag} {lt.palette.number(shares.max())}</td>" in html
    told = (f"{r}: {widget.tags()[r][1]}, {lt.palette.number(widget.shares()[r][1].max())}" for r in READERS)
    assert f"The word “split”: {'; '.join(told)}." in widget.figure().alt


def test_the_lab_page_says_what_the_models_say() -> None:
    page = "".join(
        "".join(cell["source"]) for cell in json.loads((LABS / "two-directions.ipynb").read_text("utf-8"))["cells"]
    )

    def said(text: str, token: int, reader: str, tag: str) -> str:
        return lt.palette.number(TwoDirections(text=text).shares()[reader][token][TAGS.index(tag)])

    last, neither, cut = PRESETS[0][0], PRESETS[3][0], PRESETS[5][0]
    assert (
        f"gives the past {said(last, 1, 'forward', 'past')} and the present {said(last, 1, 'forward', 'present')}"
        in page
    )
    assert f"says noun with {said(PRESETS[2][0], 3, 'backward', 'noun')}" in page
    assert f"says noun, {said(neither, 1, 'backward', 'noun')}" in page
    assert f"whole one: present, {said(neither, 1, 'both', 'present')}" in page
    assert f"a probability of {said(cut, 1, 'both', 'past')} to two decimals" in page
    assert f"the opposite: present, {said(cut, 1, 'backward', 'present')}" in page
    matters = [lt.palette.number(value) for value in TwoDirections(text=last).influence("both")[1]]
    assert f"“they” matters most, {matters[0]}, then “last”, {matters[4]}" in page
    others = sorted((value for k, value in enumerate(matters) if k != 1), reverse=True)
    assert others[:2] == [matters[0], matters[4]]
    assert len(lt.tasks.TaggedSentences(2000, rng=0).test) == 2000 and "on 2,000 unseen sentences" in page
    assert "35 words" in page and len(WORDS) == 35
