"""The figures of the cheat sheet are those of the stored runs."""

import math
from pathlib import Path

import numpy as np
import pytest

from lstm_tutor import experiments

SHEET = (Path(__file__).resolve().parents[2] / "book" / "cheatsheet.md").read_text(encoding="utf-8")


def median(name: str, variant: str, metric: str) -> float:
    return float(np.median(experiments.results(name).values(variant, metric)))


def solved(name: str, variant: str) -> int:
    results = experiments.results(name)
    if results.experiment.success is None:
        return int(results.values(variant, "solved").sum())
    return results.successes(variant)[0]


def kept(bias: int, lag: int) -> int:
    """How many runs with this forget bias learned to keep a symbol over `lag` steps."""
    return int((experiments.results("forget_bias").values(f"bias {bias}", "reach") >= lag).sum())


def in_words(number: int) -> str:
    return {0: "no run", 7: "seven", 9: "nine", 10: "all ten"}[number]


def said() -> dict[str, str]:
    """What the runs say, in the words of the sheet."""
    reset, clip = "reset_gate", "clipping"
    stopped = [median("learning_rate", f"rate {rate}", "stopped") for rate in ("0.003", "0.01", "0.03", "0.1", "0.3")]
    failed = [median("learning_rate", f"rate {rate}", "stopped") for rate in ("0.0003", "1")]
    assert max(stopped) - min(stopped) < 0.03 and min(failed) > 0.5
    assert median("hidden_size", "32 units", "train") == 0
    return {
        "adding": f"adding ({solved(reset, 'adding-LSTM')} and {solved(reset, 'adding-GRU')} of 10 runs solved)",
        "Reber": f"Reber strings ({solved(reset, 'reber-LSTM')} and {solved(reset, 'reber-GRU')})",
        "text": f"({median(reset, 'text-LSTM', 'bits'):.2f} and {median(reset, 'text-GRU', 'bits'):.2f} bits)",
        "depth": f"({median('depth', 'text-2', 'bits'):.2f} against {median('depth', 'text-1', 'bits'):.2f})",
        "units": f"One unit left {median('hidden_size', '1 unit', 'train'):.0%} ".replace("%", " %"),
        "lags": ", ".join(f"{math.log(lag):.1f}" for lag in (10, 40, 100)) + f" and {math.log(1000):.1f}",
        "forget bias": f"with a bias of 1 {in_words(kept(1, 40))} of ten kept a symbol for 40 steps, "
        f"with 5 {in_words(kept(5, 40))} did",
        "clipping": f"{{ref}}`{in_words(solved(clip, 'T=20, no clipping'))} of ten <clipping>` learned "
        "without clipping, "
        f"{in_words(solved(clip, 'T=20, threshold 1'))} with a threshold of 1, "
        f"{in_words(solved(clip, 'T=20, threshold 0.1'))} with 0.1",
    }  # fmt: skip


@pytest.mark.parametrize("choice", list(said()))
def test_cheat_sheet_says_what_the_runs_say(choice: str) -> None:
    assert said()[choice] in SHEET


def test_a_third_of_the_memory_is_left_after_the_lag_of_the_bias() -> None:
    for lag in (10, 40, 100, 1000):
        assert (1 + math.exp(-math.log(lag))) ** -lag == pytest.approx(0.37, abs=0.02)
