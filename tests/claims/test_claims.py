"""The claims lab: each verdict is computed, holds as it is printed, and changes with what it is computed from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from pybtex.database import parse_file

from lstm_tutor import GRU, claims, experiments
from lstm_tutor.activations import sigmoid
from lstm_tutor.claims import circulating
from lstm_tutor.claims.card import Card, Finding, by_source
from lstm_tutor.claims.collected import code

ROOT = Path(__file__).resolve().parents[2]
WORKS = parse_file(str(ROOT / "book" / "references.bib")).entries
PAGE = nbformat.read(ROOT / "book" / "claims.ipynb", 4).cells

# The verdicts that the page speaks of. A result that changes one of them turns a line of this table red.
VERDICTS = {
    "hopfield-1997": "not a thing",
    "vanishing-1991": "true",
    "parts-of-1997": "true",
    "gru-origin": "false",
    "attention-2015": "partly",
    "hidden-state": "false",
    "four-gates": "false",
    "gru-output-gate": "false",
    "peepholes-faster": "false",
    "logarithmic-lstm": "not a thing",
    "units-and-steps": "false",
    "gate-at-one": "false",
    "memory-bounded": "false",
    "gates-as-switches": "partly",
    "two-biases": "false",
    "output-bounded": "partly",
    "batch-descent": "false",
    "vanishing-solved": "partly",
    "exploding-too": "false",
    "clipping-vanished": "partly",
    "orthogonal-start": "partly",
    "second-derivative": "false",
    "detach-and-reset": "partly",
    "small-overfits": "false",
    "rate-overfits": "false",
    "forecast-recipe": "partly",
    "softmax-first": "false",
    "never-shuffle": "partly",
    "stateful": "partly",
    "own-letters": "partly",
    "small-loss": "false",
    "relu": "false",
    "gru-faster-worse": "partly",
    "order-of-gates": "partly",
    "hidden-markov": "partly",
    "deeper-better": "partly",
    "lstm-long-lags": "false",
    "turing-complete": "partly",
    "attention-explains": "partly",
    "exponential-gates": "partly",
    "rnn-code": "false",
    "lstm-code": "false",
    "attention-shape": "false",
    "gru-code": "partly",
    "one-loop": "false",
    "dropout-through-time": "false",
    "batch-first": "false",
    "last-of-padded": "false",
    "last-of-both": "false",
    "one-length": "false",
    "lags-as-features": "partly",
    "blank-last": "false",
}
every_card = pytest.mark.parametrize("name", claims.CARDS)


@every_card
def test_the_verdict_is_the_one_that_the_page_speaks_of(name):
    assert claims.get(name).finding.verdict == VERDICTS[name]


def test_no_claim_is_missing():
    assert set(VERDICTS) == set(claims.CARDS) and len(VERDICTS) >= 25


@every_card
def test_the_evidence_is_whole_sentences_and_stored_runs_come_with_their_seeds(name):
    card = claims.get(name)
    evidence = card.finding.evidence
    assert evidence[0].isupper() and evidence.endswith(".") and "nan" not in evidence and "inf" not in evidence
    if card.basis == "runs":
        assert re.search(r"\d+ (seeds|runs)", evidence)


@every_card
def test_every_card_has_a_source_that_the_bibliography_has(name):
    sources = claims.get(name).sources
    assert sources and set(sources) <= set(WORKS)


# -- what the page shows -----------------------------------------------------------------------------------------------


def cells_of(name):
    """The cells of a card, from its heading to the next one."""
    start = next(k for k, cell in enumerate(PAGE) if cell.source.startswith(f"(claims-{name})=\n### "))
    end = next(k for k in range(start + 1, len(PAGE)) if re.search(r"^##", PAGE[k].source, re.M))
    return PAGE[start:end]


@every_card
def test_a_card_stands_in_its_section_with_the_vote_first_and_the_verdict_after_what_it_rests_on(name):
    card, cells = claims.get(name), cells_of(name)
    before = [cell.source for cell in PAGE[: PAGE.index(cells[0])]]
    section = next(line for text in reversed(before) for line in text.splitlines() if line.startswith("## "))
    assert section == f"## {claims.THEMES[card.theme]}"
    sources = [cell.source for cell in cells]
    assert sources[1] == f'lt.claims.ballot("{name}")'
    assert sources[-2] == f'lt.claims.judgment("{name}")'


@every_card
def test_a_card_cites_its_sources_and_leads_to_its_chapter(name):
    card, text = claims.get(name), "\n".join(cell.source for cell in cells_of(name) if cell.cell_type == "markdown")
    missing = [source for source in card.sources if not re.search(rf"\{{cite[:a-z]*\}}`[^`]*{source}", text)]
    assert not missing
    assert f"]({card.page}.ipynb)" in text or re.search(rf"\{{ref\}}`[^`]* <{card.page}-[\w-]+>`", text)


def test_the_table_has_a_row_for_each_claim_with_a_link_to_its_card():
    html = claims.table()._repr_html_()
    assert html.count("<tr>") == len(claims.CARDS) + 1
    for card in claims.CARDS.values():
        assert f'<a href="#{card.place}">' in html
    rows = claims.table().rows()[1:]
    assert [row[1] for row in rows] == [card.finding.verdict for card in claims.CARDS.values()]
    assert repr(claims.table()).count("\n") == len(claims.CARDS) + 3
    assert claims.table().total().startswith(f"Of {len(claims.CARDS)} claims: 2 true, ")


def test_a_ballot_says_nothing_of_the_verdict_and_a_judgment_links_the_runs():
    ballot = claims.ballot("small-overfits")._repr_html_()
    assert 'data-claim="small-overfits" data-page="training" data-chapter="training recipes"' in ballot
    assert not any(word in ballot.split(">", 1)[1] for word in claims.VERDICTS)
    judgment = claims.judgment("small-overfits")._repr_html_()
    assert 'data-verdict="false"' in judgment
    assert '<a href="experiments.html#hidden-size">hidden_size</a>' in judgment
    assert "<code>Z[t] = tanh(X[t] @ W + b)</code>" in claims.ballot("rnn-code")._repr_html_()
    assert "that introduced attention, “Neural machine" in claims.ballot("gru-origin")._repr_html_()
    assert repr(claims.judgment("gru-origin")).endswith("Settled by the primary source.")


# -- a changed result changes the verdict ------------------------------------------------------------------------------


def _set(variant, metric, value):
    """Change one figure of all runs of a variant; `value` may be a function of the old one."""

    def change(record):
        if record["variant"] == variant:
            *names, last = metric.split(".")
            place = record["metrics"]
            for name in names:
                place = place[name]
            place[last] = value(place[last]) if callable(value) else value

    return change


def _gradient(variant, state, value):
    return _set(variant, state, lambda sizes: [value] * len(sizes))


def _all(*changes):
    return lambda record: [change(record) for change in changes]


CHANGED = {  # card -> the study, the change, and the verdict that follows
    "parts-of-1997": ("continual_reber", _set("lstm1997", "c.mean", lambda sizes: [1.0] * len(sizes)), "false"),
    "peepholes-faster": ("timing", _set("10", "updates", None), "partly"),
    "batch-descent": ("gradient_lag", _gradient("rnn, batch descent", "h", 0.5), "partly"),
    "vanishing-solved": ("gradient_lag", _all(*(_gradient(f"lstm, forget bias {b}", "c", 0.5) for b in (-1, 0))),
                         "true"),
    "small-overfits": ("hidden_size", _set("1 unit", "gap", 0.9), "true"),
    "rate-overfits": ("learning_rate", _set("rate 1", "gap", 0.9), "true"),
    "forecast-recipe": ("forecasting", _set("levels", "error", 15.0), "true"),
    "gru-faster-worse": ("reset_gate", _all(_set("text-GRU", "bits", 9.0), _set("adding-GRU", "sequences", None),
                                            _set("reber-GRU", "sequences", None)), "true"),
    "order-of-gates": ("ablation", _all(*(_set(f"{task}-{gate}", "solved", so) for task in ("adding", "reber")
                                          for gate, so in (("NFG", False), ("NOG", True)))), "partly"),
    "hidden-markov": ("hmm", _set("states, LSTM", "bits", 0.1), "true"),
    "deeper-better": ("depth", _all(_set("text-2", "bits", 0.1), _set("adding-2", "sequences", 1)), "true"),
    "lstm-long-lags": ("lag_sweep", _set("gru", "reach", 5), "partly"),
    "gru-code": ("reset_gate", _set("text-GRU-no-reset", "bits", 9.0), "false"),
    "clipping-vanished": ("clipping", _set("T=20, threshold 1", "updates", None), "false"),
    "orthogonal-start": ("gradient_lag", _gradient("rnn, orthogonal", "h", 0.5), "true"),
    "never-shuffle": ("window_habits", _set("windows in order", "error", 1.0), "true"),
    "own-letters": ("exposure", _set("a quarter its own", "far", 0.1), "true"),
    "relu": ("window_habits", _set("relu", "early", 0.0), "partly"),
    "turing-complete": ("parity", _set("rnn", "accuracy_long", 1.0), "true"),
    "lags-as-features": ("window_habits", _set("lags as features", "error", 99.0), "false"),
}  # fmt: skip


def changed(study, change, folder):
    """A folder with the stored runs of all studies, those of one of them changed."""
    for name in experiments.EXPERIMENTS:
        stored = experiments.store.RESULTS / f"{name}.json"
        if name == study:
            content = json.loads(stored.read_text("utf8"))
            for record in content["records"]:
                change(record)
            (folder / stored.name).write_text(json.dumps(content), encoding="utf8")
        elif stored.exists():
            (folder / stored.name).symlink_to(stored)
    return folder


@pytest.mark.parametrize("name", CHANGED)
def test_other_runs_lead_to_another_verdict(name, tmp_path):
    study, change, verdict = CHANGED[name]
    assert study in claims.get(name).studies
    evidence = claims.get(name).finding.evidence
    finding = claims.get(name).judge(changed(study, change, tmp_path))
    assert finding.verdict == verdict
    assert finding.evidence != evidence


def test_every_card_that_stored_runs_settle_is_changed_above():
    assert {card.name for card in claims.CARDS.values() if card.basis == "runs"} == set(CHANGED)


def test_on_which_tasks_the_order_of_the_gates_holds_is_counted(tmp_path):
    study, change, _ = CHANGED["order-of-gates"]
    card = claims.get("order-of-gates")
    assert "holds on 0 of 2 tasks" in card.finding.evidence
    assert "holds on 1 of 2 tasks" in card.judge(changed(study, change, tmp_path)).evidence


def test_a_card_without_stored_runs_has_no_verdict(tmp_path):
    with pytest.raises(LookupError, match="small-overfits: expected stored runs of 'hidden_size', found none"):
        claims.get("small-overfits").judge(tmp_path)


# -- mended code leads to another verdict ------------------------------------------------------------------------------


def recurrent(X, W, b):
    Z = np.zeros((len(X) + 1, W.shape[1]))
    for t in range(len(X)):
        Z[t + 1] = np.tanh(X[t] @ W + Z[t] + b)
    return Z[1:]


ONE_LOOP = circulating.one_loop


def two_passes(X, W, U, V, R):
    left = np.zeros((len(X) + 1, len(U)))
    for t in reversed(range(len(X))):
        left[t] = np.tanh(X[t] @ V + left[t + 1] @ R)
    return ONE_LOOP(X, W, U, V, R)[0], left[:-1]


def with_output_gate(X, W, U, b, rows=None):
    H, C = np.zeros((rows or len(X), len(U))), np.zeros((rows or len(X), len(U)))
    for t in range(len(X)):
        i, f, o, g = np.split(X[t] @ W + H[t] @ U + b, 4)
        C[t + 1] = i * np.tanh(g) + f * C[t]
        H[t + 1] = o * np.tanh(C[t + 1])
    return H, C


def with_output_gate_alone(X, W, U, b, rows=None):
    """As it circulates, but its output gate reaches h, though no memory does."""
    H = np.zeros((rows or len(X), len(U)))
    for t in range(len(X)):
        _, _, o, g = np.split(X[t] @ W + H[t] @ U + b, 4)
        H[t + 1] = sigmoid(o) * np.tanh(g)
    return H, H


@pytest.mark.parametrize(
    ("name", "function", "mended"),
    [
        ("rnn-code", "rnn_without_recurrence", recurrent),
        ("one-loop", "one_loop", two_passes),
        ("lstm-code", "array_lstm", with_output_gate),
        ("lstm-code", "array_lstm", with_output_gate_alone),
    ],
)
def test_mended_code_leads_to_another_verdict(name, function, mended, monkeypatch):
    monkeypatch.setattr(circulating, function, mended)
    assert claims.get(name).judge().verdict == "true"


# -- the code as it circulates -----------------------------------------------------------------------------------------


def test_the_code_as_it_circulates_computes_what_its_lines_say():
    rng = np.random.default_rng(0)
    X, W, U, b = (rng.standard_normal(shape) for shape in ((4, 2), (2, 3), (3, 3), (3,)))
    np.testing.assert_allclose(circulating.rnn_without_recurrence(X, W, b), np.tanh(X @ W + b), rtol=1e-15)
    right, left = circulating.one_loop(X, W, U, W, U)
    np.testing.assert_array_equal(right[0], left[0])
    np.testing.assert_allclose(right[1], np.tanh(X[1] @ W + right[0] @ U), rtol=1e-15)
    np.testing.assert_allclose(left, np.tanh(X @ W), rtol=1e-15)
    np.testing.assert_allclose(circulating.feature_weights(X, rng.standard_normal((2, 2))).sum(axis=1), 1, rtol=1e-15)


def test_the_lstm_in_arrays_runs_past_its_end_and_with_one_more_row_is_a_network_without_gates():
    rng = np.random.default_rng(0)
    X, W, U, b = (rng.standard_normal(shape) for shape in ((4, 2), (2, 12), (3, 12), (12,)))
    with pytest.raises(IndexError):
        circulating.array_lstm(X, W, U, b)
    H, C = circulating.array_lstm(X, W, U, b, rows=5)
    np.testing.assert_allclose(H[1], np.tanh(np.tanh(X[0] @ W[:, 9:] + b[9:])), rtol=1e-15)
    i, f, _, g = np.split(X[1] @ W + H[1] @ U + b, 4)
    np.testing.assert_allclose(C[2], sigmoid(i) * np.tanh(g) + sigmoid(f) * C[1], rtol=1e-15)


def test_the_gru_without_reset_is_the_gru_where_the_reset_gate_is_open():
    rng = np.random.default_rng(0)
    layer = GRU(2, 3, rng=0)
    p = layer.parameters()
    p["weight_ih_l0"][:3] = p["weight_hh_l0"][:3] = 0
    p["bias_l0"][:3] = 40  # sigmoid(40) is 1 to rounding
    x, h = rng.standard_normal((1, 5, 2)), rng.standard_normal((5, 3))
    W, U, b = p["weight_ih_l0"][3:].T, p["weight_hh_l0"][3:].T, p["bias_l0"][3:]
    expected = layer.forward(x, h[None]).output[0]
    np.testing.assert_allclose(circulating.gru_without_reset(x[0], h, W, U, b), expected, rtol=1e-12)


class OpenGRU(GRU):
    """A GRU whose reset gate is open."""

    def __init__(self, input_size, hidden_size, **options):
        super().__init__(input_size, hidden_size, **options)
        p = self.parameters()
        p["weight_ih_l0"][:hidden_size] = p["weight_hh_l0"][:hidden_size] = 0
        p["bias_l0"][:hidden_size] = 40


def test_the_code_without_reset_would_be_a_grus_if_reset_gates_were_open(monkeypatch):
    monkeypatch.setattr(code, "GRU", OpenGRU)
    assert claims.get("gru-code").judge().verdict == "true"


# -- cards -------------------------------------------------------------------------------------------------------------

GOOD = {"name": "a", "saying": "A.", "theme": "cell", "page": "lstm", "basis": "code",
        "settle": by_source("true", "It is.")}  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"theme": "cells"}, "a: expected theme to be one of .*, got 'cells'"),
        ({"page": "nowhere"}, "a: expected page to be one of .*, got 'nowhere'"),
        ({"basis": "faith"}, "a: expected basis to be one of .*, got 'faith'"),
        ({"basis": "runs", "studies": ("none",)}, r"a: expected studies among .*, got \['none'\]"),
        ({"basis": "runs"}, "a: expected studies if stored runs settle it, and only then"),
        ({"studies": ("recall",)}, "a: expected studies if stored runs settle it, and only then"),
    ],
)
def test_a_card_that_is_not_whole_is_refused(bad, message):
    with pytest.raises(ValueError, match=message):
        Card(**GOOD | bad)


def test_a_verdict_is_one_of_four():
    with pytest.raises(ValueError, match=r"a: expected a verdict of .*, got 'maybe'"):
        Card(**GOOD | {"settle": lambda: Finding("maybe", "Who knows.")}).judge()


def test_an_unknown_card_is_named():
    with pytest.raises(ValueError, match=r"claims: expected one of .*, got 'gates'"):
        claims.get("gates")
