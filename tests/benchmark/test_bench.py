"""The benchmark's rivals do the same work and it counts honestly; how long they take is no test."""

import pytest

pytest.importorskip("torch")
import bench


@pytest.mark.parametrize("dtype", bench.BUDGETS)
@pytest.mark.parametrize("cell", bench.CELLS)
def test_rivals_of_the_benchmark_compute_the_same(cell, dtype):
    row = bench.time_row(cell, dtype, (3, 2, 4, 5), seconds=0, least=3)
    assert row.rounds == 3
    assert row.budget == {"float64": 1.0, "float32": 2.0}[dtype]
    assert min(row.ours, row.torch, row.loop, row.ratio, row.loop_ratio) > 0


def test_benchmark_refuses_to_time_what_is_wrong(monkeypatch):
    def wrong(*arguments):
        return [gradient * 1.01 for gradient in bench.rnn_loop(*arguments)]

    monkeypatch.setitem(bench.CELLS, "RNN", bench.CELLS["RNN"]._replace(loop=wrong))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        bench.time_row("RNN", "float64", (3, 2, 4, 5), seconds=0, least=1)


def test_benchmark_says_which_budgets_are_met_and_which_missed():
    row = bench.Row("RNN", "float64", 20, 8, 16, 32, 1.5, 2.0, 3.0, ratio=0.75, budget=1.0, loop_ratio=2.0, rounds=5)
    slow = bench.Row("RNN", "float64", 784, 1, 1, 16, 2.5, 2.0, 3.0, ratio=1.25, budget=1.0, loop_ratio=1.2, rounds=5)
    head, *lines = bench.table([row, slow]).splitlines()
    assert head.split("  ")[-1].strip() == "loop/ours"
    assert " ".join(lines[0].split()) == "RNN float64 20 8 16 32 1.50 2.00 3.00 0.75 1.0 met 2.00"
    assert "MISSED" in lines[1]
    assert bench.summary([row]) == [
        "RNN float64: budget 1.0x met at 1 of 1 sizes; median 0.75x, worst 0.75x at T=20 N=8 H=32"
    ]
    assert bench.summary([row, slow]) == [
        "RNN float64: budget 1.0x met at 1 of 2 sizes, MISSED at the rest; median 1.00x, worst 1.25x at T=784 N=1 H=16"
    ]


@pytest.mark.parametrize("cell", bench.CELLS)
def test_memory_grows_with_the_number_of_steps_and_not_faster(cell):
    small, large = bench.peak_memory(cell, (50, 200), N=4, D=8, H=16)
    assert 3.5 < large / small < 4.1
