"""The widgets' JavaScript: types, format and tests are right, and the committed bundles are those of its sources."""

import json
import re
from pathlib import Path

import node
import pytest

from lstm_tutor.widgets._base import code_of

STATIC = node.JS / "static"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundles, built from the sources as they are now."""
    node.make_sure()
    folder = tmp_path_factory.mktemp("bundles") / "static"
    finished = node.npm("run", "build", "--", str(folder), quiet=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return folder


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_committed_bundles_are_those_of_the_sources(fresh: Path) -> None:
    assert names(STATIC) == names(fresh), "run `make widgets`"
    stale = [name for name in names(fresh) if (STATIC / name).read_bytes() != (fresh / name).read_bytes()]
    assert not stale, f"{stale} are not what the sources make: run `make widgets`"


def test_no_bundle_asks_for_another_file(fresh: Path) -> None:
    for name in names(fresh):
        text = (fresh / name).read_text()
        assert "import(" not in text and "@import" not in text and "url(http" not in text, name


@pytest.mark.parametrize("script", ["check", "lint", "test"])
def test_javascript_is_sound(script: str) -> None:
    node.make_sure()
    finished = node.npm("run", script, quiet=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_widget_brings_its_code_and_to_a_page_of_the_site_only_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LSTM_TUTOR_BUNDLES", raising=False)
    assert code_of("welcome") == tuple((STATIC / f"welcome.{kind}").read_text("utf-8") for kind in ("js", "css"))
    monkeypatch.setenv("LSTM_TUTOR_BUNDLES", "by name")
    assert code_of("welcome") == ("bundle:welcome", "bundle:welcome")


def test_the_tools_are_pinned() -> None:
    package = json.loads((node.JS / "package.json").read_text())
    versions = package["dependencies"] | package["devDependencies"]
    assert versions and all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values()), versions


def test_a_node_that_is_named_and_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v18.0.0\n")
    old.chmod(0o755)
    (tmp_path / "npm").write_text("#!/bin/sh\n")
    (tmp_path / "npm").chmod(0o755)
    for name in (str(old), "/nowhere/node"):
        monkeypatch.setenv("NODE", name)
        with pytest.raises(SystemExit, match=f"NODE={name}: expected Node.js 20 or newer with npm beside it"):
            node.find()
