"""`python -m lstm_tutor verify`: a table and 0 when everything agrees, the difference and 1 when a formula is wrong."""

import json
import subprocess
import sys

import pytest

from lstm_tutor.__main__ import main


def python(*arguments):
    command = [sys.executable, "-W", "error", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# The whole comparison takes most of a minute: the book's page makes it, tests/book/test_notebooks.py reads it there.
# Here it is narrow: layers of one cell at one length, and the losses.
NARROW = """
import runpy, sys
import lstm_tutor.reference
from lstm_tutor import cells, layers, losses
verify = sys.modules["lstm_tutor.reference.verify"]
everything = sys.modules["lstm_tutor.reference.everything"]
real, nothing = verify.verify, verify.Report([])
is_narrow = lambda layer, x: len(x) == 7 and layer.num_layers == 1
verify.verify = lambda layer, x, **options: real(layer, x, **options) if is_narrow(layer, x) else nothing
for part in ("chunks", "attentions", "transformers", "seq2seq_all"):
    setattr(everything, f"verify_{part}", lambda progress: nothing)
"""
RUN = """
sys.argv[1:] = ["verify", *options]
runpy.run_module("lstm_tutor", run_name="__main__")
"""


def test_verify_prints_the_table_and_exits_0():
    finished = python("-c", f"{NARROW}\noptions = []{RUN}")
    assert finished.returncode == 0, finished.stderr
    head, _, *lines, verdict = finished.stdout.splitlines()
    assert head.split()[:2] == ["case", "compared"]
    assert verdict.endswith("all within tolerance")
    assert all(line.endswith("agrees") for line in lines)
    for words in (
        "RNN(tanh), 1 layer, one direction, 3 sizes, float64 · nn.RNN",
        "LSTM1997, 1 layer, two directions, 3 sizes, float32 · equations",
        "GRU(reset after), 1 layer, two directions, 3 sizes, float64 · nn.GRU",
        "softmax_cross_entropy, mask, class weights, 8 sizes, float64 · cross_entropy",
    ):
        assert any(words in line for line in lines), words
    assert finished.stderr == ""


@pytest.mark.parametrize(
    "mistake",
    [
        "cells.lstm.sigmoid_derivative = lambda y: y",
        "cells.LSTMCell.blocks = ('i', 'g', 'f', 'o')",
        "layers.LSTM.backward = lambda self, *given: layers.RNN.backward(self, *given[:2])",
        "losses.steps.sigmoid = lambda a: a",
    ],
    ids=["derivative of the sigmoid", "order of the gates", "nothing arrives at the final state", "gradient of a loss"],
)
def test_verify_tells_the_difference_and_exits_1_when_a_formula_is_wrong(mistake):
    finished = python("-c", f"{NARROW}{mistake}\noptions = ['--json']{RUN}")
    assert finished.returncode == 1, finished.stderr
    told = json.loads(finished.stdout)
    assert told["ok"] is False
    wrong = {row["quantity"] for row in told["rows"] if not row["ok"]}
    assert any(quantity.startswith("d ") for quantity in wrong)


def test_verify_as_json_lists_every_comparison(capsys, monkeypatch):
    from lstm_tutor import layers, reference

    report = reference.verify(layers.LSTM(3, 4, rng=0))
    monkeypatch.setattr(reference, "verify_all", lambda progress: report)
    assert main(["verify", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert len(told["rows"]) == len(report.rows)
    assert set(told["rows"][0]) == {"case", "size", "dtype", "against", "quantity", "shape", "error", "ok"}


@pytest.mark.parametrize("arguments", [[], ["prove"], ["verify", "--quietly"]])
def test_unknown_commands_exit_2_and_say_what_there_is(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "verify" in capsys.readouterr().err
