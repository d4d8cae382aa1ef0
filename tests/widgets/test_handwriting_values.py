"""Handwriting: the page reads strokes as the package does, from the picture to the beam, with any weights."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_tutor import LSTM, Transcriber, losses
from lstm_tutor.tasks.handwriting import picture_columns, picture_of_strokes
from lstm_tutor.widgets import Handwriting
from lstm_tutor.widgets.handwriting import LEAST, MOST_POINTS, PICTURE_ROWS, THICKNESS

READ = """async ({ array, H, all, unit }) => {
    const { unpack } = await load("js/kit/arrays.js");
    const { modelOf, readAll, stripsOfStrokes, isLegible } = await load("handwriting/reading.js");
    const { pictureOf } = await load("handwriting/raster.js");
    const { dtype, shape, bytes } = array;
    const model = modelOf(unpack({ dtype, shape, data: new DataView(Uint8Array.from(bytes).buffer) }).data, H);
    return all.map((strokes) => ({
        seen: readAll(model, strokes, unit),
        strips: isLegible(strokes) ? stripsOfStrokes(strokes).x : null,
        picture: pictureOf(strokes, { rows: 32, thickness: 0.11, leastHeight: 80 }).ink,
    }));
}"""
DECODE = """({ logits, K, blank, width }) => ({
    greedy: lt.ctcGreedyDecode(logits, K, blank), beam: lt.ctcBeamDecode(logits, K, blank, width),
})"""


def scribbles() -> list[list[list[int]]]:
    """Numbers as the widget writes them, and strokes of every shape: dots, dashes, bars, and random walks."""
    rng = np.random.default_rng(3)
    walks = []
    for points in (2, 5, 40, 200):
        walk = np.clip(np.array([[400, 150]]) + np.cumsum(rng.normal(0, 25, (points, 2)), axis=0), 0, [1200, 600])
        walks.append([[int(v) for v in walk.ravel()], [600, 90, 610, 260]])
    lines = [[[50, 100, 500, 100]], [[50, 100, 500, 103]], [[200, 0, 200, 300]], [[10, 10, 12, 12]], [[0, 0]]]
    return [Handwriting.number(text) for text in ("7", "44", "90210", "3586")] + walks + lines


def random_model(dtype: str, hidden: int = 7) -> Transcriber:
    layer = LSTM(40, hidden, bidirectional=True, rng=1, dtype=np.dtype(dtype).type)
    return Transcriber(layer, 11, rng=2)


def sum_of_paths(logits: np.ndarray, labels: tuple[int, ...]) -> float:
    """The log-probability of all paths that read as these labels, by the package's loss."""
    return float(
        losses.ctc_lattice(logits[:, None], np.array([labels]), [len(logits)], [len(labels)], blank=10).log_p[0]
    )


@pytest.mark.parametrize("kind", ["kept", "float64", "float32"])
def test_picture_columns_scores_and_readings_are_the_packages(kind: str, engine) -> None:
    widget = Handwriting() if kind == "kept" else Handwriting(random_model(kind))
    packed = widget._model
    array = {"dtype": packed.dtype.str, "shape": list(packed.shape), "bytes": list(packed.tobytes())}
    unit = 3
    worst = read = 0
    for strokes, page in zip(
        scribbles(), engine(READ, array=array, H=widget._size, all=scribbles(), unit=unit), strict=True
    ):
        widget.strokes = strokes
        lines = [np.reshape(stroke, (-1, 2)) for stroke in strokes]
        picture = picture_of_strokes(lines, rows=PICTURE_ROWS, thickness=THICKNESS, least_height=LEAST)
        worst = max(worst, np.abs(np.reshape(page["picture"], picture.shape) - picture).max())
        x = widget.columns()
        if x is None:
            assert page["seen"] is None and (widget.read(), widget.beam(), len(widget.shares())) == ("", [], 0)
            continue
        read += 1
        seen, logits, beam = page["seen"], widget.logits(), widget.beam()
        assert x.shape[0] == seen["T"]
        worst = max(worst, np.abs(np.reshape(page["strips"], x.shape) - x).max())
        worst = max(worst, np.abs(np.reshape(seen["logits"], logits.shape) - logits).max())
        worst = max(worst, np.abs(np.reshape(seen["shares"], logits.shape) - widget.shares()).max())
        assert "".join(map(str, seen["greedy"]["labels"])) == widget.read()
        assert seen["greedy"]["path"] == logits.argmax(axis=1).tolist()
        assert abs(seen["greedy"]["logP"] - np.log(widget.shares().max(axis=1)).sum()) <= 1e-9
        assert [tuple(found["labels"]) for found in seen["beam"]] == [found.labels for found in beam]
        worst = max(worst, *(abs(a["logP"] - b.log_p) for a, b in zip(seen["beam"], beam, strict=True)))
        trace = widget.trace()
        for direction in ("forward", "reverse"):
            for row, name in zip(seen[direction], "ifgoch", strict=True):
                worst = max(worst, np.abs(np.array(row) - trace.at(0, direction)[name][:, 0, unit]).max())
    assert read == len(scribbles()) - 2, "all but two dots are read"
    assert worst <= 1e-9


def test_columns_lie_under_what_is_written(engine) -> None:
    strokes = [[100, 50, 100, 250], [700, 50, 700, 250]]
    strips = engine(
        """async ({ strokes }) => {
            const { stripsOfStrokes } = await load("handwriting/reading.js");
            return stripsOfStrokes(strokes);
        }""",
        strokes=strokes,
    )
    ink = np.reshape(strips["x"], (strips["T"], 40)).sum(axis=1)
    ends = strips["left"] + strips["step"] * np.arange(strips["T"] + 1)
    for place in (100, 700):
        assert ink[np.searchsorted(ends, place) - 1] > 10, "the column at a stroke's place has its ink"
    assert ink[np.searchsorted(ends, 400) - 1] == 0


@pytest.mark.parametrize("width", [1, 2, 8, 50])
def test_greedy_and_beam_are_the_packages_for_any_scores(width: int, engine) -> None:
    rng = np.random.default_rng(width)
    for T, K, scale in ((1, 2, 1), (6, 3, 1), (12, 5, 3), (30, 11, 6)):
        logits = scale * rng.normal(size=(T, K))
        for blank in (0, K - 1):
            page = engine(DECODE, logits=logits, K=K, blank=blank, width=width)
            ((*beam,),) = losses.ctc_beam_decode(logits[:, None], [T], blank, width=width)
            assert page["greedy"]["labels"] == losses.ctc_greedy_decode(logits[:, None], [T], blank)[0].tolist()
            assert [tuple(found["labels"]) for found in page["beam"]] == [found.labels for found in beam]
            np.testing.assert_allclose([f["logP"] for f in page["beam"]], [f.log_p for f in beam], rtol=0, atol=1e-9)


def test_a_wide_beam_sums_all_paths_of_a_number() -> None:
    widget = Handwriting(random_model("float64"), strokes=Handwriting.number("1"))
    logits = widget.logits()
    for reading in widget.beam(width=3000)[:5]:
        assert abs(reading.log_p - sum_of_paths(logits, reading.labels)) <= 1e-3


def test_repeats_merge_into_runs_and_blanks_keep_equal_digits_apart(engine) -> None:
    source = """async ({ path }) => (await load("handwriting/reading.js")).runsOf(path)"""
    runs = engine(source, path=[10, 4, 4, 10, 10, 4, 7])
    assert [(run["symbol"], run["from"], run["to"]) for run in runs] == [
        (10, 0, 0), (4, 1, 2), (10, 3, 4), (4, 5, 5), (7, 6, 6)]  # fmt: skip


def test_what_was_read_first_is_remembered_by_place_and_forgotten_when_one_begins_anew(engine) -> None:
    told = engine(
        """async () => {
            const { past } = await load("handwriting/past.js");
            const memory = past();
            const seen = (path) => ({ T: path.length, left: 0, step: 20, greedy: { path } });
            memory.hear(seen([1, 1, 10, 10, 10]), 5, 160);
            const none = [...memory.revised(seen([1, 1, 10, 10, 10]))];
            memory.hear(seen([7, 1, 10, 10, 4]), 9, 160);
            const some = [...memory.revised(seen([7, 1, 10, 10, 4]))];
            memory.hear(seen([7, 1]), 2, 160);
            return { none, some, anew: [...memory.revised(seen([7, 1]))] };
        }"""
    )
    assert told == {"none": [], "some": [[0, 1], [4, 10]], "anew": []}


def test_numbers_are_written_alike_in_both_languages_and_fit_the_field(engine) -> None:
    source = """async ({ texts, examples, width }) => {
        const { written } = await load("handwriting/strokes.js");
        return texts.map((text) => written(text, examples, width));
    }"""
    texts = ["0", "44", "325", "98765"]
    examples = Handwriting()._examples
    assert engine(source, texts=texts, examples=examples, width=1200) == [Handwriting.number(text) for text in texts]
    for strokes in engine(source, texts=["44444", "00000"], examples=examples, width=600):
        assert max(max(stroke[::2]) for stroke in strokes) <= 600
    four, other = (Handwriting.number("44")[k] for k in (0, 2))
    assert np.diff(four[::2])[0] != np.diff(other[::2])[0], "the second 4 has another form"


def test_a_link_keeps_strokes_and_refuses_what_is_none(engine) -> None:
    source = """async ({ texts }) => {
        const { asStrokes } = await load("handwriting/strokes.js");
        return texts.map((text) => asStrokes().parse(text) ?? "refused");
    }"""
    strokes = Handwriting.number("90")
    text = engine(
        "async ({ strokes }) => (await load('handwriting/strokes.js')).asStrokes().format(strokes)", strokes=strokes
    )
    many = ".".join(["1_2"] * 61)
    long = "_".join(["7"] * (2 * MOST_POINTS + 2))
    bad = ["1", "1_2_3", "1_-2", "1_2.", "1e3_2", "1201_2", "2_601", "<b>_1", "1_2,3_4", "99999_1", " 1_2", many, long]
    assert engine(source, texts=[text, "", *bad]) == [strokes, [], *["refused"] * len(bad)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "strokes", [[1, 2, 3]]), "expected strokes to be a list of at most 60 strokes"),
        (lambda w: setattr(w, "strokes", [[]]), "expected strokes to be"),
        (lambda w: setattr(w, "strokes", [[1, 601]]), "y from 0 to 600"),
        (lambda w: setattr(w, "strokes", [[-1, 0]]), "x from 0 to 1200"),
        (lambda w: setattr(w, "strokes", [[1.5, 0]]), "expected strokes to be"),
        (lambda w: setattr(w, "strokes", [[True, 0]]), "expected strokes to be"),
        (lambda w: setattr(w, "strokes", [[0, 0]] * 61), "at most 60 strokes"),
        (lambda w: setattr(w, "strokes", [[0, 0] * 1501]), "at most 1500 points"),
        (lambda w: setattr(w, "strokes", "7"), "expected strokes to be"),
        (lambda w: setattr(w, "unit", 7), "expected unit to be an int from 0 to 6, got 7"),
        (lambda w: setattr(w, "column", -1), "expected column to be an int from 0 to 399"),
        (lambda w: w.number("4x"), "expected a str of 1 to 5 digits, got '4x'"),
        (lambda w: w.number(""), "expected a str of 1 to 5 digits"),
        (lambda w: Handwriting(Transcriber(LSTM(40, 4, rng=0), 11)), "expected the model to be a Transcriber"),
        (lambda w: Handwriting(Transcriber(LSTM(40, 4, bidirectional=True), 11, blank=0)), "the last of them"),
        (lambda w: Handwriting("both"), "expected the model to be a Transcriber.*got 'both'"),
        (lambda w: Handwriting(pen=1), "expected keywords of"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = Handwriting(random_model("float64"), strokes=[[1, 2, 3, 4]], unit=2)
    with pytest.raises(ValueError, match=told):
        change(widget)
    assert (widget.strokes, widget.unit, widget.column) == ([[1, 2, 3, 4]], 2, 6)


def test_the_model_is_its_own_and_sent_small() -> None:
    model = random_model("float32")
    widget = Handwriting(model)
    for name, array in widget.model().parameters().items():
        np.testing.assert_array_equal(array, model.parameters()[name])
    assert widget._model.dtype == np.float32
    x = picture_columns(np.eye(30))
    widget.model().parameters()["readout.bias"][:] = 9
    np.testing.assert_allclose(widget.model().forward(x)[0], model.forward(x.astype(np.float32))[0], atol=1e-4)


def test_the_still_picture_says_what_is_read() -> None:
    widget = Handwriting(strokes=Handwriting.number("7"))
    assert f"read as {widget.read()}." in widget.figure().alt
    assert widget.figure().html().count("<polyline") == len(widget.strokes)
    assert "too little to read" in Handwriting(strokes=[]).figure().alt
