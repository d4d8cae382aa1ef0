"""The attention lab's numbers, in the page and in Python: what the package says, and nothing is lost on the way."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.palette import number
from lstm_tutor.tasks.dates import CASES, CHARACTERS, FORMS, START, STOP, SYMBOLS, Dates, date_text
from lstm_tutor.widgets import AttentionLab
from lstm_tutor.widgets.attentionlab.reading import LONGEST, readable

KINDS = ("additive", "dot")
TEXT = "Thursday, 3rd of March 2011"

# -- the numbers -----------------------------------------------------------------------------------------------------

TRANSLATE = """async ({ about, made, numbers, texts }) => {
    const { translate, translatorOf, weightsOf } = await load("attentionlab/translator.js");
    const model = translatorOf(made, numbers);
    return texts.map((each) => {
        const found = translate(model, each, about);
        const { steps, ...rest } = found;
        return { ...rest, steps, weights: weightsOf(found) };
    });
}"""


def in_page(engine, lab: AttentionLab, kind: str, texts: list[str]) -> list[dict]:
    """What the page's JavaScript makes of texts, with the numbers that the widget sends."""
    made, numbers = lab.about["models"][kind], getattr(lab, kind).astype("f8")

    made = json.loads(json.dumps(made, sort_keys=True))  # as a stored notebook has it
    return engine(TRANSLATE, about=lab.about | {"models": {}}, made=made, numbers=numbers, texts=texts)


def longest_date() -> int:
    return max(len(date_text(datetime.date(2025, 9, 24), form)) for form in FORMS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_the_page_translates_as_the_package_does(form: str, kind: str, engine) -> None:
    days = Dates(rng=[0, 5]).test[:54]
    texts = [date_text(day, form, list(CASES)[k % len(CASES)]) for k, day in enumerate(days)]
    lab = AttentionLab(scores=kind)
    assert lab.additive.dtype == lab.dot.dtype == np.float16
    model, right = lab._models[kind], 0
    assert model.dtype == np.float64
    for text, day, found in zip(texts, days, in_page(engine, lab, kind, texts), strict=True):
        x, _ = lt.tasks.encode_dates([text])
        theirs = model.greedy(x, SYMBOLS.index(START), SYMBOLS.index(STOP), 11)[0]
        written = lt.tasks.decode_date(theirs.symbols)
        assert found["written"] == written
        assert [step["symbol"] for step in found["steps"]] == [SYMBOLS[k] for k in theirs.symbols]
        assert found["finished"] == theirs.finished
        assert found["logProbability"] == pytest.approx(theirs.log_probability, abs=1e-9)
        np.testing.assert_allclose(
            np.reshape(found["weights"], theirs.weights.shape), theirs.weights, rtol=0, atol=1e-9
        )
        right += written == day.isoformat()
    assert right >= 53


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [TEXT, "hello", "20110303", "3 May 1492"])
def test_every_number_of_a_step_is_the_packages(text: str, kind: str, engine) -> None:
    lab = AttentionLab(text=text, scores=kind)
    (found,) = in_page(engine, lab, kind, [text])
    model, whole = lab._models[kind], lab.hypothesis()
    symbols = whole.symbols
    assert [step["symbol"] for step in found["steps"]] == [SYMBOLS[k] for k in symbols]
    assert (found["written"], found["finished"]) == (lab.translation, whole.finished)
    assert found["logProbability"] == pytest.approx(whole.log_probability, abs=1e-9)
    x, _ = lt.tasks.encode_dates([text])
    read = np.concatenate([[SYMBOLS.index(START)], symbols[:-1]])
    trace = model.forward(x, np.eye(len(SYMBOLS))[read][:, None])
    shares = lt.activations.softmax(trace.output[:, 0])
    h = trace.decoder["h"][:, 0]
    before = np.concatenate([trace.source.start.h[0], h[:-1]])
    wanted = {
        "scores": trace["scores"][:, 0], "weights": trace["weights"][:, 0], "context": trace.context[:, 0],
        "shares": shares, "h": h, "before": before, "query": before if kind == "additive" else h,
    } | {name: trace.decoder[name][:, 0] for name in "rzn"}  # fmt: skip
    assert found["before"] == (kind == "additive") and found["directions"] == 2
    for i, step in enumerate(found["steps"]):
        for name, array in wanted.items():
            np.testing.assert_allclose(step[name], array[i], rtol=0, atol=1e-9, err_msg=f"{name}, step {i}")


def test_the_kept_translators_lose_nothing_on_the_way() -> None:
    lab = AttentionLab()
    for kind, kept in (("additive", "dates-additive"), ("dot", "dates-general")):
        numbers = np.concatenate([array.ravel() for array in lt.experiments.model(kept).parameters().values()])
        np.testing.assert_array_equal(getattr(lab, kind).astype("f8"), numbers.astype("f8"))


READ = """async ({ about, all }) => {
    const { pieces, readOf } = await load("attentionlab/reading.js");
    return all.map((text) => readOf(pieces(text, about)));
}"""
STRANGE = ["3 März 2011", "３．３．２０１１", "3³ — é\t☂½ǅ", "e\u0301", "K" * 9, "1" * 50, "ﬁ⁄∕−", "", "\u200b\u00a0x",
           "9" * 39 + "½", "<b>&amp;"]  # fmt: skip


def test_the_page_reads_of_strange_texts_what_the_package_reads(engine) -> None:
    about = AttentionLab().about
    about = {name: about[name] for name in ("characters", "stand_ins", "longest")}
    assert engine(READ, about=about, all=STRANGE) == [readable(text) for text in STRANGE]
    assert all(len(readable(text)) <= LONGEST and set(readable(text)) <= set(CHARACTERS) for text in STRANGE)
    assert longest_date() == 33 < LONGEST
    assert readable("３ — März\t2011 ☂") == "3 - Mar 2011 "


MEANT = """async ({ about, all }) => {
    const { verdictOn, dateText, fromNorm } = await load("attentionlab/dates.js");
    return all.map(([text, iso, form, style]) => [verdictOn(text, about), dateText(fromNorm(iso), form, style, about)]);
}"""


def test_the_page_knows_every_form_and_what_it_means(engine) -> None:
    days = Dates(rng=[0, 5]).test[:40]
    all_ = [
        (date_text(day, form, case), day.isoformat(), form, case) for day in days for form in FORMS for case in CASES
    ]
    answers = engine(MEANT, about=AttentionLab().about, all=all_)
    for (text, iso, _, _), (verdict, again) in zip(all_, answers, strict=True):
        assert (verdict["answer"], verdict["same"]) == (iso, True), text
        assert again == text
    other = [(text, "2011-03-03", FORMS[0], "usual") for text in ("2011x3x3", "3 May 11", "", "31 April 2011")]
    answers = engine(MEANT, about=AttentionLab().about, all=other)
    assert [(verdict["answer"], verdict["same"]) for verdict, _ in answers] == [("", False)] * 4


JUDGE = """async ({ about, all }) => {
    const { judged, verdictOn } = await load("attentionlab/dates.js");
    const both = (known, written, before) => [known, judged(written, known, before)];
    return all.map(([text, written, before]) => both(verdictOn(text, about), written, before));
}"""
# Texts of no form of the training, and what a person reads in them.
READS_AS = {
    "march 3 2011": "2011-03-03", "March 3rd 2011": "2011-03-03", "MAR. 3, 2011": "2011-03-03",
    "2011-03-04": "2011-03-04",
    "2011-3-4": "2011-03-04", "2011 March 4th": "2011-03-04", "Thursday, 3rd of Mach 2011": "2011-03-03",
    "3 januari 2011": "2011-01-03", "3 arch 2011": "2011-03-03", "23-12-2011": "2011-12-23",
    "12-23-2011": "2011-12-23", "Mar the 3rd, 2011": "2011-03-03", "Sat 3/12/2011": "2011-03-12",
    "Sat, 3.12.2011": "2011-12-03",
    "hello": "", "3-12-2011": "", "3 March 11": "", "March 2011": "", "2011-02-30": "", "3 Jule 2011": "", "": "",
}  # fmt: skip


def test_other_forms_are_read_as_a_person_reads_them(engine) -> None:
    all_ = [(text, iso, None) for text, iso in READS_AS.items()]
    for (text, iso, _), (verdict, words) in zip(all_, engine(JUDGE, about=AttentionLab().about, all=all_), strict=True):
        assert (verdict["form"], verdict["answer"], verdict["same"]) == (None, iso, False), text
        assert words["text"] == (f"right: it reads as {iso}" if iso else "no right answer"), text
        assert words["right"] is (True if iso else None), text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("text", "dates"), [(TEXT, 0), ("23.12.2011", 4)])
def test_whatever_is_erased_the_words_say_what_became_of_the_answer(text: str, dates: int, kind: str, engine) -> None:
    before = AttentionLab(text=text, scores=kind).translation
    rests = [text[:place] + text[place + 1 :] for place in range(len(text))]
    all_ = [(rest, AttentionLab(text=rest, scores=kind).translation, before) for rest in rests]
    judged = engine(JUDGE, about=AttentionLab().about, all=all_)
    for (rest, written, _), (verdict, words) in zip(all_, judged, strict=True):
        if verdict["form"] and verdict["answer"]:
            assert (words["text"] == "right") == (written == verdict["answer"]), rest
        else:
            assert words["right"] is None, rest
            assert words["text"] == ("as before the erasing" if written == before else f"before the erasing: {before}")
    assert sum(bool(verdict["form"]) for verdict, _ in judged) == dates, "what is a date again is judged as one"


def test_what_the_tasks_show_is_true() -> None:
    lab = AttentionLab()
    assert (lab.text, lab.scores, lab.step) == (TEXT, "dot", 6)
    year = lab.weights[:4]
    assert [int(row.argmax()) for row in year] == [TEXT.index("2011") + k for k in range(4)]
    assert {number(row.max()) for row in year} == {"1.00"}
    assert TEXT[lab.weights[6].argmax()] == "r" and lab.translation[6] == "3"
    for scores, letter, text, written in (("dot", "r", TEXT.replace("March", "Mach"), "2011-01-03"),
                                          ("additive", "M", TEXT.replace("March", "arch"), "2011-03-03")):  # fmt: skip
        assert TEXT[AttentionLab(scores=scores).weights[6].argmax()] == letter
        assert AttentionLab(text=text, scores=scores).translation == written
    for scores in KINDS:
        assert AttentionLab(text="3.12.2011", scores=scores).translation == "2011-12-03"
        assert AttentionLab(text="3/12/2011", scores=scores).translation == "2011-03-12"


def test_days_of_the_surprises_were_in_no_training() -> None:
    days = set(AttentionLab().about["days"])
    assert len(days) == 120
    for kept in ("dates-additive", "dates-general"):
        seed = lt.experiments.model_with_notes(kept)[1]["seed"]
        assert not days & {day.isoformat() for day in Dates(rng=[seed, 5]).train}


# -- the Python side -------------------------------------------------------------------------------------------------


def test_traits_follow_each_other() -> None:
    lab = AttentionLab(text="3/12/2011", scores="dot")
    assert (lab.translation, lab.weights.shape) == ("2011-03-12", (11, 9))
    np.testing.assert_allclose(lab.weights.sum(axis=1), 1)
    dot = lab.weights
    lab.scores = "additive"
    assert not np.allclose(lab.weights, dot)
    lab.set_state({"text": "3.12.2011"})  # as the page does
    assert lab.translation == "2011-12-03"
    lab.text = "☂"
    assert (lab.read, lab.translation, lab.weights.shape, lab.hypothesis()) == ("", "", (0, 0), None)
    assert "nothing to read" in lab.figure().content


def small(**changes: object) -> lt.Seq2Seq:
    """A translator, not trained, of other sizes."""
    D, M, H = len(CHARACTERS), len(SYMBOLS), 5
    parts = {
        "encoder": lt.GRU(D, H, rng=0), "decoder": lt.GRU(M, H, rng=1), "attention": lt.DotAttention(scaled=True),
        "output_size": M - 1,
    } | changes  # fmt: skip
    return lt.Seq2Seq(parts.pop("encoder"), parts.pop("decoder"), parts.pop("output_size"), **parts, rng=2)


def test_another_translator_takes_a_place(engine) -> None:
    model = small()
    lab = AttentionLab(text="3 May", scores="dot", models={"dot": model})
    assert lab.dot.dtype == np.float64, "what half precision would change is sent whole"
    (found,) = in_page(engine, lab, "dot", ["3 May"])
    np.testing.assert_allclose(found["weights"], lab.weights.ravel(), rtol=0, atol=1e-9)
    assert found["written"] == lab.translation


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "text", "x" * 121), "expected text to be a str of 0 to 120 characters"),
        (lambda w: setattr(w, "text", 3), "expected text to be a str"),
        (
            lambda w: setattr(w, "scores", "general"),
            r"expected scores to be one of \['dot', 'additive'\], got 'general'",
        ),
        (lambda w: setattr(w, "view", "table"), "expected view to be one of"),
        (lambda w: setattr(w, "step", 11), "expected step to be an int from -1 to 10, got 11"),
        (lambda w: setattr(w, "place", 40), "expected place to be an int from -1 to 39, got 40"),
        (lambda w: setattr(w, "phase", 6), "expected phase to be an int from 0 to 5, got 6"),
        (lambda w: AttentionLab(form="x"), r"expected keywords of .*'scores'.*, got \['form'\]"),
        (lambda w: AttentionLab(models={"general": small()}), r"expected models named .*, got \['general'\]"),
        (lambda w: AttentionLab(models={"dot": lt.GRU(59, 3, rng=0)}), "expected a Seq2Seq with attention"),
        (lambda w: AttentionLab(models={"dot": small(attention=None)}), "expected a Seq2Seq with attention"),
        (lambda w: AttentionLab(models={"dot": small(output_size=3)}), "writes 12 symbols, as 'dot'"),
        (lambda w: AttentionLab(models={"dot": small(encoder=lt.GRU(4, 5, rng=0))}), "reads 59 characters"),
        (lambda w: AttentionLab(models={"dot": small(decoder=lt.RNN(13, 5, rng=0))}), "a decoder that is a GRU"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    lab = AttentionLab(text="3 May 2011")
    with pytest.raises(ValueError, match=told):
        change(lab)
    assert (lab.text, lab.scores, lab.view, lab.step, lab.place, lab.phase) == (
        "3 May 2011", "dot", "arcs", 6, -1, 5,
    )  # fmt: skip


def test_the_still_picture_says_where_it_looks() -> None:
    lab = AttentionLab(scores="dot")
    still = lab.figure()
    assert "<svg" in still.content and "2011-03-03 written, with general scores" in still.alt
    for row, symbol in zip(lab.weights, "2011-03-03■", strict=True):
        j = row.argmax()
        assert f"{symbol} looks most at {lt.palette.visible(TEXT[j])} ({number(row[j])})" in still.alt


# -- the lab's page --------------------------------------------------------------------------------------------------

PAGE = Path(__file__).resolve().parents[2] / "book" / "labs" / "attention-lab.ipynb"
# Text, scores, and of the symbol at a step (from 1): which character gets which weight, as the page says.
SAID = [
    (TEXT, "dot", 1, "2", "1.00"), (TEXT, "dot", 2, "0", "1.00"), (TEXT, "dot", 3, "1", "1.00"),
    (TEXT, "dot", 4, "1", "1.00"), (TEXT, "additive", 1, "0", "0.99"), (TEXT, "dot", 7, "r", "0.99"),
    (TEXT, "additive", 7, "M", "0.54"), ("3/12/2011", "dot", 7, "3", "0.99"), ("3.12.2011", "dot", 7, "2", "0.96"),
    ("19210111", "additive", 6, "1", "0.35"), ("19210111", "dot", 6, "0", "0.99"),
]  # fmt: skip
WRITTEN = [
    (TEXT.replace("March", "Mach"), "dot", "2011-01-03"), (TEXT.replace("March", "arch"), "additive", "2011-03-03"),
    ("19210111", "additive", "1921-11-11"), ("19210111", "dot", "1921-01-11"),
    ("Monday, 3rd of March 2011", "additive", "2011-03-03"), ("31 February 2011", "additive", "2011-02-31"),
    ("31 February 2011", "dot", "2011-02-31"), ("3 januari 2011", "additive", "2011-01-03"),
    ("3 januari 2011", "dot", "2011-01-03"), ("3.12.2011", "dot", "2011-12-03"),
]  # fmt: skip


def prose() -> str:
    return "\n".join("".join(cell["source"]) for cell in json.loads(PAGE.read_text(encoding="utf-8"))["cells"])


@pytest.mark.parametrize(("text", "scores", "step", "character", "weight"), SAID)
def test_the_page_says_where_it_looks(text: str, scores: str, step: int, character: str, weight: str) -> None:
    row = AttentionLab(text=text, scores=scores).weights[step - 1]
    assert (text[row.argmax()], number(row.max())) == (character, weight)
    assert weight in prose()


@pytest.mark.parametrize(("text", "scores", "written"), WRITTEN)
def test_the_page_says_what_is_written(text: str, scores: str, written: str) -> None:
    assert AttentionLab(text=text, scores=scores).translation == written


def test_the_page_counts_right() -> None:
    assert len(FORMS) == 18 and len(CHARACTERS) == 59 and longest_date() == 33 and LONGEST == 40
    lab = AttentionLab(text="19210111", scores="additive")
    assert number(lab.weights[5, 4]) == "0.28" and "0.28 for the `0`" in prose()
    shares = lt.experiments.model_with_notes("dates-additive")[1], lt.experiments.model_with_notes("dates-general")[1]
    assert all(notes["exact"] == 1 and notes["settings"]["test_dates"] == 1800 for notes in shares)
    assert all(notes["settings"]["hidden"] == 24 for notes in shares)
    assert {round(len(numbers), -4) for numbers in (lab.additive, lab.dot)} == {20000}
    for scores in KINDS:
        assert AttentionLab(text="3 May 1492", scores=scores).translation != "1492-05-03"
    assert AttentionLab(text=TEXT.replace("Thursday", "Monday"), scores="dot").translation == "2011-03-03"
