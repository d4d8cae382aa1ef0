"""Anyone can install the package: from a wheel, without the extras, and with words for what is missing."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lstm_tutor.extras import EXTRAS

ROOT = Path(__file__).resolve().parents[2]
USES = {
    "torch": "lt.reference",
    "anywidget": "lt.widgets.CellLab",
    "joblib": "lt.experiments.run('parity', jobs=2, folder=folder)",
    "hmmlearn": "lt.experiments.rerun('hmm', next(iter(lt.experiments.get('hmm').variants)))",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package's wheel, made as pip makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # a copy, since a build leaves its traces where it works
    shutil.copytree(ROOT / "lstm_tutor", source / "lstm_tutor", ignore=shutil.ignore_patterns("node_modules"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for license in ROOT.glob("LICENSE*"):
        shutil.copy(license, source)
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check", "--wheel-dir", folder]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, source], check=True, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


def python(code, path):
    """Run code in a fresh interpreter that finds the package in `path` alone; return (exit status, what it printed)."""
    finished = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(path)!r})\n{code}"],
        capture_output=True, text=True, check=False, cwd=path.parent, env={"PATH": ""},
    )  # fmt: skip
    return finished.returncode, finished.stdout + finished.stderr


def test_the_wheel_holds_code_results_and_bundles_and_no_sources_of_javascript(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("py.typed", "experiments/results/recall.json", "experiments/models/charlm-lstm.npz",
                 "experiments/studies/memory/recall.py", "widgets/static/celllab.js"):  # fmt: skip
        assert f"lstm_tutor/{part}" in names
    assert not [name for name in names if "node_modules" in name or "/src/" in name or name.startswith("tests/")]


def test_without_any_extra_everything_else_works(wheel, tmp_path):
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in EXTRAS)
    status, printed = python(
        f"{blocked}\n"
        "import numpy as np, lstm_tutor as lt\n"
        "trace = lt.LSTM(3, 5, rng=0).forward(np.ones((7, 2, 3)))\n"
        "lt.plots.gate_heatmap(trace, 'f'); lt.diagrams.diagram('lstm'); lt.experiments.report('recall')\n"
        "print(lt.__file__, lt.exercises.check, lt.experiments.model('charlm-lstm'))",
        installed,
    )
    assert status == 0, printed
    assert str(installed) in printed


@pytest.mark.parametrize("library", EXTRAS)
def test_a_missing_extra_is_named_with_the_line_that_installs_it(wheel, tmp_path, library):
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    code = f"sys.modules[{library!r}] = None\nimport tempfile; folder = tempfile.mkdtemp()\nimport lstm_tutor as lt\n"
    status, printed = python(code + USES[library], installed)
    purpose, extra = EXTRAS[library]
    assert status == 1
    assert f"lstm_tutor {purpose} with {library}, which is not installed: `pip install {library}` adds it" in printed
    assert f"lstm-tutor[{extra}]" in printed
