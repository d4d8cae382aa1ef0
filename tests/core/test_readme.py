"""What the README shows works as it stands there."""

import re
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_example_in_the_readme_runs(code: str) -> None:
    matplotlib.use("agg")
    exec(compile(code, "README.md", "exec"), {})
    matplotlib.pyplot.close("all")


@pytest.mark.parametrize("command", re.findall(r"\bmake ([a-z-]+)", README))
def test_command_in_the_readme_exists(command: str) -> None:
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("place", re.findall(r"\]\(([^)#:]+)\)|`((?:book|tests|lstm_tutor)/[\w/.]*)`", README))
def test_place_in_the_readme_exists(place: tuple[str, str]) -> None:
    assert (ROOT / "".join(place)).exists()


def test_the_experiments_run_again_and_are_not_found_done() -> None:
    """A finished run is not repeated, and those of the package are finished: another folder has none of them."""
    rule = re.search(r"^experiments:.*\n\t(.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert rule and "experiments run --all" in rule[1] and "--folder _build/experiments" in rule[1]
