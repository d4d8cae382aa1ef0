"""PyTorch says the same of layers, attention and losses; and the report says so only when it is true."""

import json
import re

import numpy as np
import pytest
from cases import CELLS, LENGTHS, LSTM, D, H, assert_untouched, by_id, copies, random_layer

import lstm_tutor as lt

torch = pytest.importorskip("torch")
from lstm_tutor.reference import Report, everything, losses, verify  # noqa: E402
from lstm_tutor.reference.attention import verify_attention, verify_attentions  # noqa: E402
from lstm_tutor.reference.gates import gates  # noqa: E402
from lstm_tutor.reference.report import Row, compare  # noqa: E402

TWO = {"num_layers": 2, "bidirectional": True}
each_cell = pytest.mark.parametrize("kind", CELLS, ids=by_id)


@each_cell
def test_gates_of_every_cell_are_those_of_its_trace(kind, rng):
    layer, x = random_layer(kind, rng), rng.standard_normal((6, 3, D))
    trace, theirs = layer.forward(x), gates(layer, x)
    assert theirs.keys() == set(trace.names)
    for name, values in theirs.items():
        np.testing.assert_allclose(values, trace[name], rtol=1e-10, atol=1e-12, err_msg=name)


# -- the report --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["equal lengths", "lengths"])
@each_cell
def test_verify_compares_everything_there_is(kind, lengths, rng):
    report = verify(random_layer(kind, rng, **TWO), lengths=lengths)
    assert report.ok
    assert report.raise_on_mismatch() is report
    compared = {(row.against, row.quantity) for row in report.rows}
    fields, against = kind.state, [f"nn.{kind.torch}"] * bool(kind.torch) + ["equations"]
    parameters = kind.layer(D, H, **TWO, **kind.options).parameters()
    shared = {"output", "d x", *(f"final_state.{f}" for f in fields), *(f"d initial_state.{f}" for f in fields)}
    shared |= {f"d {name}" for name in parameters}
    assert {(a, quantity) for a in against for quantity in shared} <= compared
    places = [f"[layer {k}, {direction}]" for k in range(2) for direction in ("forward", "reverse")]
    names = kind.layer(D, H, rng=0, **kind.options).forward(np.zeros((1, 1, D))).names
    assert {("equations", name + place) for name in names for place in places} <= compared
    assert {("equations", f"d {f}{place}") for f in fields for place in places} <= compared


@each_cell
def test_verify_leaves_the_layer_and_x_alone(kind, rng):
    layer = random_layer(kind, rng, dropout=0.5, **TWO)
    x = rng.standard_normal((2, 3, D))
    before = copies([layer.parameters(), x])
    assert verify(layer, x).max_error < 1e-12
    assert_untouched([layer.parameters(), x], before)


def test_verify_judges_by_the_dtype(rng):
    report = verify(random_layer(LSTM, rng, dtype="float32"))
    assert report.ok
    assert {row.dtype for row in report.rows} == {"float32"}
    assert 1e-9 < report.max_error < 1e-4


def spoiled(layer, quantity):
    """`layer`, with an error of 1e-6 in one of the things it computes."""
    forward, backward = layer.forward, layer.backward

    def wrong_forward(*arguments, **options):
        trace = forward(*arguments, **options)
        if quantity == "final_state.h":
            trace.final_state.h[0, 0, 0] += 1e-6
        if quantity == "output":
            trace.output = trace.output + 1e-6
        return trace

    def wrong_backward(*arguments):
        grads = backward(*arguments)
        wrong = {"d x": grads.x, "d bias_l0": grads.parameters["bias_l0"], "d initial_state.h": grads.initial_state.h}
        if quantity in wrong:
            wrong[quantity].reshape(-1)[-1] += 1e-6
        if quantity == "NaN":
            grads.x[0, 0, 0] = np.nan
        return grads

    layer.forward, layer.backward = wrong_forward, wrong_backward
    return layer


@pytest.mark.parametrize("quantity", ["output", "final_state.h", "d x", "d bias_l0", "d initial_state.h", "NaN"])
@each_cell
def test_report_names_what_differs(kind, quantity, rng):
    report = verify(spoiled(random_layer(kind, rng), quantity))
    assert not report.ok
    wrong = "d x" if quantity == "NaN" else quantity
    assert {row.quantity for row in report.rows if not row.ok} == {wrong}
    assert np.isnan(report.max_error) if quantity == "NaN" else 9e-7 < report.max_error < 1.1e-6
    with pytest.raises(AssertionError, match=rf"comparisons differ:\n{kind.layer.__name__}.*: {re.escape(wrong)} \("):
        report.raise_on_mismatch()
    assert "DIFFERS" in str(report)
    assert "out of tolerance" in str(report).splitlines()[-1]


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(1.0, INF), (1.0, -INF), (1.0, NAN), (INF, INF), (-INF, -INF), (INF, -INF), (NAN, NAN), (INF, 1.0), (NAN, 1.0)],
)
@pytest.mark.parametrize("place", [0, 2])
def test_what_is_no_finite_number_agrees_with_nothing(ours, theirs, place):
    a, b = np.array([1.0, 2.0, 3.0]), torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    a[place], b[place] = ours, theirs
    pairs = [
        ("fine", np.ones(2), torch.ones(2, dtype=torch.float64)),
        ("output", a, b),
        ("fine", np.ones(2), b[:0].new_ones(2)),
    ]
    report = Report(compare("case", "size", "float64", "them", pairs))
    assert not report.ok and [row.ok for row in report.rows] == [True, False, True]
    assert np.isnan(report.max_error)
    assert "largest error nan in float64: 1 out of tolerance" in str(report)
    assert json.loads(report.to_json())["max_error"] is None
    with pytest.raises(AssertionError, match="1 of 3 comparisons differ"):
        report.raise_on_mismatch()


def test_report_is_a_table_in_text_and_html_and_json(rng):
    report = verify(random_layer(CELLS[0], rng))
    head, rule, *lines, verdict = str(report).splitlines()
    assert head.split()[:2] == ["case", "compared"]
    assert set(rule) == {"-"}
    assert [line.split("  ")[0] for line in lines] == [
        "RNN(tanh), 1 layer, one direction, T=7 N=5, float64 · nn.RNN",
        "RNN(tanh), 1 layer, one direction, T=7 N=5, float64 · equations",
    ]
    assert all(line.endswith("agrees") for line in lines)
    assert verdict.startswith(f"{len(report.rows)} comparisons with PyTorch")
    assert verdict.endswith("all within tolerance")
    assert repr(report) == str(report)
    markup = report.table._repr_html_()
    assert markup.count("<tr>") == markup.count("</tr>") == 3 and "<details" not in markup
    assert repr(report.table) == str(report)
    assert "<caption>✓ PyTorch agrees: " in markup
    told = json.loads(report.to_json())
    assert told["ok"] is True
    assert told["max_error"] == report.max_error
    assert [row["quantity"] for row in told["rows"]] == [row.quantity for row in report.rows]
    assert told["rows"][0]["shape"] == [7, 5, H]


def rows(*errors, against="nn.LSTM", dtype="float64"):
    return [Row("LSTM", "T=1 N=1", dtype, against, "output", (1,), error, error < 1e-8) for error in errors]


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Report(rows(1e-17, 3.55e-15)), "✓ PyTorch agrees: 2 comparisons, largest difference 3.6 × 10<sup>−15</sup>"),
        (Report(rows(0.0)), "✓ PyTorch agrees: 1 comparison, largest difference 0"),
        (
            Report([*rows(1e-15), *rows(1e-9, dtype="float32")]),
            "✓ PyTorch agrees: 2 comparisons, largest difference 10<sup>−15</sup> in float64, "
            "10<sup>−9</sup> in float32",
        ),
        (
            Report(rows(2e-15, against="equations")),
            "✓ PyTorch, from the paper&#x27;s equations, agrees: 1 comparison, "
            "largest difference 2.0 × 10<sup>−15</sup>",
        ),
        (
            Report([*rows(1e-15), *rows(1e-15, against="equations")]),
            "✓ PyTorch agrees: 2 comparisons, largest difference 10<sup>−15</sup>",
        ),
    ],
    ids=["module", "exact", "two dtypes", "equations", "both"],
)
def test_report_is_one_line_that_unfolds_if_pytorch_agrees(report, line):
    markup = report._repr_html_()
    assert markup.startswith(f'<details class="lt-report-fold"><summary class="ok">{line}</summary>')
    assert "<caption>" not in markup and markup.count("<tr>") == 1 + len(report.summary())


def test_report_is_open_if_pytorch_differs():
    markup = Report(rows(1e-3, 1e-15, NAN))._repr_html_()
    line = "✗ PyTorch differs in 2 of 3 comparisons"
    assert markup.startswith(f'<details class="lt-report-fold" open><summary class="bad">{line}</summary>')


def test_report_typesets_its_numbers_in_a_notebook():
    markup = Report(rows(3.55e-15)).table._repr_html_()
    assert '<td class="number">3.6 × 10<sup>−15</sup></td>' in markup and '<td class="number">–</td>' in markup
    assert '<td class="number">NaN</td>' in Report(rows(NAN)).table._repr_html_()


def test_report_escapes_what_it_is_told():
    row = Row("<b>case", "T=1 N=1", "float64", "a & b", "output", (1,), 0.0, True)
    assert "&lt;b&gt;case, T=1 N=1, float64 · a &amp; b" in Report([row])._repr_html_()


def test_verify_refuses_what_the_layer_refuses(rng):
    layer = random_layer(CELLS[0], rng)
    with pytest.raises(ValueError, match=re.escape("RNN: expected x of shape (T, N, 3), got (7, 5, 2)")):
        verify(layer, np.zeros((7, 5, 2)))
    with pytest.raises(ValueError, match="RNN: expected lengths to be 5 ints, got"):
        verify(layer, lengths=[7])


def test_report_gathers_the_sizes_of_one_case(rng):
    layer = random_layer(CELLS[0], rng)
    small, large = (verify(layer, rng.standard_normal((T, N, D))) for T, N in ((1, 2), (7, 5)))
    for rows in (small.rows + large.rows, large.rows + small.rows):
        (case, count, worst, ok), _ = Report(rows).summary()
        assert case == "RNN(tanh), 1 layer, one direction, 2 sizes, float64 · nn.RNN"
        assert count == 2 * small.summary()[0][1]
        assert worst["d input"] == max(part.summary()[0][2]["d input"] for part in (small, large)) > 0
        assert ok


# -- attention ---------------------------------------------------------------------------------------------------------

ATTENTIONS = {
    "additive": lambda rng: lt.AdditiveAttention(3, 4, 5, rng=rng),
    "dot": lambda rng: lt.DotAttention(),
    "scaled dot": lambda rng: lt.DotAttention(scaled=True),
    "general": lambda rng: lt.GeneralAttention(3, 4, rng=rng),
}
each_attention = pytest.mark.parametrize("kind", ATTENTIONS)


@pytest.mark.parametrize("own", [False, True], ids=["keys are values", "values of their own"])
@each_attention
def test_verify_compares_everything_of_attention(kind, own, rng):
    layer = ATTENTIONS[kind](rng)
    values = rng.standard_normal((6, 3, 2)) if own else None
    report = verify_attention(layer, values=values, lengths=[6, 2, 4])
    assert report.raise_on_mismatch().max_error < 1e-12
    shared = {"output", "weights", "d queries", "d keys", *(f"d {name}" for name in layer.parameters())}
    shared |= {"d values"} if own else set()
    expected = {("equations", quantity) for quantity in shared | {"scores"}}
    if kind != "additive":
        expected |= {("scaled_dot_product_attention", quantity) for quantity in shared}
    assert {(row.against, row.quantity) for row in report.rows} == expected


@pytest.mark.parametrize("quantity", ["output", "weights", "d queries", "d keys", "d values"])
@each_attention
def test_report_names_what_of_attention_differs(kind, quantity, rng):
    layer = ATTENTIONS[kind](rng)
    forward, backward = layer.forward, layer.backward

    def wrong_forward(*given):
        trace = forward(*given)
        for name, array in (("output", trace.output), ("weights", trace["weights"])):
            if quantity == name:
                array.flags.writeable = True
                array[-1, -1, -1] += 1e-6
        return trace

    def wrong_backward(trace, *given):
        grads = backward(forward(trace.queries, trace.keys, trace.values, trace.mask), *given)
        if quantity.startswith("d "):
            getattr(grads, quantity[2:])[0, 0, 0] += 1e-6
        return grads

    layer.forward, layer.backward = wrong_forward, wrong_backward
    report = verify_attention(layer, values=rng.standard_normal((6, 3, 2)), mask=np.eye(6, 3) + np.eye(6, 3, -3))
    assert {row.quantity for row in report.rows if not row.ok} == {quantity}
    assert 9e-7 < report.max_error < 1.1e-6


@each_attention
def test_verify_refuses_what_attention_refuses(kind, rng):
    with pytest.raises(ValueError, match="expected mask or lengths, got both"):
        verify_attention(ATTENTIONS[kind](rng), mask=np.ones((6, 3)), lengths=[1, 2, 3])
    with pytest.raises(ValueError, match=r"expected (keys|queries) of shape \(T_(in|out), 2?N?, (4|5)\), got"):
        verify_attention(ATTENTIONS[kind](rng), np.zeros((2, 2, 3)), np.zeros((3, 2, 5)))


def test_message_for_what_another_function_verifies(rng):
    with pytest.raises(ValueError, match=r"^verify: expected a recurrent layer, got DotAttention; .*verify_attention"):
        verify(lt.DotAttention())
    with pytest.raises(ValueError, match=r"^verify: expected a recurrent layer, got ndarray; attention has"):
        verify(np.zeros((7, 5, 3)))
    with pytest.raises(ValueError, match=r"^verify_attention: expected attention, got RNN\("):
        verify_attention(random_layer(CELLS[0], rng))


# -- losses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", losses.LOSSES)
def test_report_names_the_loss_that_differs(name, monkeypatch):
    ours, theirs, against, what = losses.LOSSES[name]
    for part, quantity in ((0, "loss"), (1, f"d {what}")):

        def wrong(*given, part=part, **options):
            return tuple(value + 1e-1 * (k == part) for k, value in enumerate(ours(*given, **options)))

        monkeypatch.setitem(losses.LOSSES, name, (wrong, theirs, against, what))
        bad = {(row.case.split(",")[0], row.against, row.quantity) for row in losses.verify_losses().rows if not row.ok}
        assert bad == {(name, against, quantity)}


def test_everything_is_verified_by_one_thread_and_pytorch_has_its_threads_back(monkeypatch):
    def part(progress):
        assert torch.get_num_threads() == 1
        return Report([Row("case", "size", "float64", "equations", "output", (), 0.0, True)])

    def broken(progress):
        raise AssertionError("shapes differ")

    names = (
        "verify_layers",
        "verify_chunks",
        "verify_attentions",
        "verify_transformers",
        "verify_seq2seq_all",
        "verify_losses",
    )
    for name in names:
        monkeypatch.setattr(everything, name, part)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    assert len(everything.verify_all().rows) == len(names)
    assert torch.get_num_threads() == 2
    monkeypatch.setattr(everything, "verify_losses", broken)
    with pytest.raises(AssertionError, match="shapes differ"):
        everything.verify_all()
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_attention_and_losses_are_verified_in_both_dtypes_and_with_masks():
    rows = losses.verify_losses().rows + verify_attentions().rows
    Report(rows).raise_on_mismatch()
    for dtype in ("float64", "float32"):
        said = [f"{row.case}, {row.size}" for row in rows if row.dtype == dtype]
        for name in (*losses.LOSSES, "AdditiveAttention", "DotAttention", "DotAttention(scaled)", "GeneralAttention"):
            assert any(words.startswith(f"{name},") for words in said), name
        for name in ("softmax_cross_entropy", "binary_cross_entropy", "mean_squared_error", "AdditiveAttention",
                     "DotAttention", "GeneralAttention"):  # fmt: skip
            assert any(words.startswith(name) and "mask" in words for words in said), name


def test_padding_of_nan_is_verified_as_any_other(rng):
    x = rng.standard_normal((6, 3, 3))
    x[4:, 0] = np.nan
    model = lt.Seq2Seq(lt.GRU(3, 4, rng=0), lt.GRU(5, 4, rng=1), 3, attention=lt.DotAttention(), rng=2)
    attention, mask = lt.GeneralAttention(3, 3, rng=0), ~np.isnan(x[..., 0])
    for report in (lt.reference.verify(lt.LSTM(3, 4, rng=0), x, lengths=[4, 6, 6]),
                   lt.reference.verify_seq2seq(model, x, lengths=[4, 6, 6]),
                   lt.reference.verify_attention(attention, keys=x, mask=mask)):  # fmt: skip
        assert report.raise_on_mismatch().rows
        assert np.isfinite(report.max_error)


def test_an_encoder_decoder_that_reads_symbols_is_verified(rng):
    model = lt.Seq2Seq(lt.GRU(3, 4, rng=0), lt.GRU(5, 4, rng=1), 3, rng=2)
    x, y_in = rng.integers(0, 3, (6, 2)), rng.integers(0, 5, (4, 2))
    assert lt.reference.verify_seq2seq(model, x, y_in).raise_on_mismatch().rows
    with pytest.raises(ValueError, match=r"^verify_seq2seq: expected a Seq2Seq, got GRU\(3, 4\)$"):
        lt.reference.verify_seq2seq(model.encoder)
