"""The machinery that makes pages of notebooks: nothing stale, no failure overlooked, nothing run twice."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "press"))

import build  # noqa: E402
import execution  # noqa: E402
import publish  # noqa: E402
import sphinx_hooks  # noqa: E402

CONFIG = ("_config.yml", "_toc.yml")


def notebook(*code: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_markdown_cell("# A page\n\nProse.", id="title")]
    cells += [nbformat.v4.new_code_cell(text, id=f"code-{number}") for number, text in enumerate(code)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """A book of one notebook, which shows a number that a small package takes from a data file."""
    shutil.copytree(ROOT / "book" / "press", tmp_path / "book" / "press")
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    package = tmp_path / "lstm_tutor"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from pathlib import Path\n"
        "def number():\n"
        "    return 1000 + int((Path(__file__).parent / 'number.txt').read_text())\n"
    )
    (package / "number.txt").write_text("234")
    cells = notebook("import lstm_tutor\nprint('result', lstm_tutor.number())")
    nbformat.write(cells, tmp_path / "book" / "page.ipynb")
    return tmp_path


@pytest.fixture(autouse=True)
def forget_the_environment():
    execution._environment_of_this_process.cache_clear()
    yield
    execution._environment_of_this_process.cache_clear()


def page(book: Path) -> str:
    execution._environment_of_this_process.cache_clear()
    assert build.build(book)
    return (book / "_build" / "html" / "book" / "page.html").read_text()


def results(book: Path) -> list[Path]:
    return sorted((book / "_build" / "executed").glob("*.ipynb"))


def test_built_page_follows_the_package_and_its_data(small_book: Path) -> None:
    assert "result 1234" in page(small_book)
    (small_book / "lstm_tutor" / "number.txt").write_text("567")
    assert "result 1567" in page(small_book), "a changed data file left a stale output"
    source = small_book / "lstm_tutor" / "__init__.py"
    source.write_text(source.read_text().replace("1000", "2000"))
    assert "result 2567" in page(small_book), "a changed source file left a stale output"


def test_nothing_is_done_when_nothing_has_changed(small_book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page(small_book)
    written = (small_book / "_build" / "html" / "book" / "page.html").stat().st_mtime_ns
    page(small_book)
    assert (small_book / "_build" / "html" / "book" / "page.html").stat().st_mtime_ns == written
    assert "nothing has changed" in capsys.readouterr().out


def test_changed_prose_and_changed_style_reach_the_site_without_running_anything(small_book: Path) -> None:
    page(small_book)
    before = results(small_book)
    stamps = [file.stat().st_mtime_ns for file in before]
    path = small_book / "book" / "page.ipynb"
    path.write_text(path.read_text().replace("Prose.", "Other prose."))
    style = small_book / "book" / "press" / "assets" / "book.css"
    style.write_text(style.read_text() + "/* another color */")
    assert "Other prose." in page(small_book)
    assert "another color" in (small_book / "_build" / "html" / "_static" / "book.css").read_text()
    assert results(small_book) == before and [file.stat().st_mtime_ns for file in before] == stamps


def test_failing_notebook_fails_the_build_every_time(small_book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("print('so far')", "1 / 0"), small_book / "book" / "page.ipynb")
    for _ in range(2):
        execution._environment_of_this_process.cache_clear()
        assert not build.build(small_book)
        assert "ZeroDivisionError" in capfd.readouterr().err
    assert not results(small_book)


def test_python_warning_fails_the_build(small_book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("import warnings\nwarnings.warn('beware')"), small_book / "book" / "page.ipynb")
    assert not build.build(small_book)
    assert "UserWarning: beware" in capfd.readouterr().err


def test_sphinx_warning_fails_the_build_every_time(small_book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = small_book / "book" / "page.ipynb"
    path.write_text(path.read_text().replace("Prose.", "[lost](nowhere.md)"))
    for _ in range(2):
        assert not build.build(small_book)
        assert "nowhere.md" in capfd.readouterr().err


def test_interrupted_execution_keeps_what_had_finished_and_leaves_no_kernel(small_book: Path) -> None:
    nbformat.write(notebook("import os\nopen('kernel', 'w').write(str(os.getpid()))\nimport time; time.sleep(60)"),
                   small_book / "book" / "slow.ipynb")  # fmt: skip
    (small_book / "_toc.yml").write_text("format: jb-book\nroot: book/page\nchapters:\n- file: book/slow\n")
    program = f"import sys; sys.path.insert(0, {str(small_book / 'book' / 'press')!r}); import build; build.build()"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kernel = small_book / "book" / "kernel"
    wait_until(lambda: len(results(small_book)) == 1 and kernel.is_file() and kernel.read_text())
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"the notebooks that had finished are kept" in errors
    assert [result.name.split("-")[0] for result in results(small_book)] == ["page"]
    wait_until(lambda: not is_running(int(kernel.read_text())))


def wait_until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def is_running(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.is_file() and status.read_text().split()[2] != "Z"


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "lstm_tutor" / "number.txt").write_text("1"),
        lambda root: (root / "lstm_tutor" / "new.py").write_text(""),
        lambda root: (root / "lstm_tutor" / "number.txt").rename(root / "lstm_tutor" / "moved.txt"),
        lambda root: (root / "book" / "data.csv").write_text("1"),
    ],
    ids=["changed data", "new module", "renamed file", "new data beside the chapters"],
)
def test_environment_changes_with_every_file_that_a_notebook_may_read(change, small_book: Path) -> None:
    before = execution.environment(small_book)
    change(small_book)
    assert execution.environment(small_book) != before


def test_environment_changes_with_an_installed_package(small_book: Path, tmp_path_factory, monkeypatch) -> None:
    before = execution.environment(small_book)
    place = tmp_path_factory.mktemp("site-packages")
    info = place / "newcomer-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: newcomer\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(place)
    with_newcomer = execution.environment(small_book)
    assert with_newcomer != before
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: newcomer\nVersion: 1.1\n")
    assert execution.environment(small_book) != with_newcomer


def test_environment_does_not_change_with_pages_or_caches_or_javascript_sources(small_book: Path) -> None:
    before = execution.environment(small_book)
    (small_book / "book" / "another.md").write_text("# Another")
    (small_book / "lstm_tutor" / "__pycache__").mkdir()
    (small_book / "lstm_tutor" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"0")
    for folder in ("js", "celllab", "node_modules/lit"):
        (small_book / "lstm_tutor" / "widgets" / folder).mkdir(parents=True)
        (small_book / "lstm_tutor" / "widgets" / folder / "x.js").write_text("0")
    assert execution.environment(small_book) == before


def test_launch_buttons_lead_to_the_publishing_repository(small_book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/book")
    html = page(small_book)
    assert "https://colab.research.google.com/github/me/book/blob/notebooks/book/page.ipynb" in html
    assert "https://mybinder.org/v2/gh/me/book/notebooks?urlpath=lab/tree/book/page.ipynb" in html


def test_there_are_no_launch_buttons_and_no_made_up_address_elsewhere(
    small_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    html = page(small_book)
    assert not re.search(r"colab|mybinder|github\.com", html)


def test_notebook_that_stands_alone_installs_the_package_after_its_title_once() -> None:
    job = {"GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "me/book", "GITHUB_SHA": "abc123"}
    address = publish.package_address(job)
    assert address == "git+https://example.org/me/book@abc123"
    alone = publish.standing_alone(notebook("x = 1"), address)
    assert [cell.id for cell in alone.cells] == ["title", "install-the-package", "code-0"]
    assert f'"lstm_tutor @ {address}"' in alone.cells[1].source
    nbformat.validate(alone)
    assert publish.standing_alone(alone, address) == alone


def test_publishing_needs_a_repository() -> None:
    with pytest.raises(SystemExit, match="GITHUB_SERVER_URL"):
        publish.package_address({})


# --- widgets ------------------------------------------------------------------------------------------------------


def test_a_page_carries_the_widgets_that_it_shows_and_what_these_refer_to_and_no_others() -> None:
    page = notebook("scratch = Widget()", "Widget()")
    models = {
        "shown": {"state": {"layout": "IPY_MODEL_layout", "text": "IPY_MODEL_scratch is typed text"}},
        "layout": {"state": {"parts": ["IPY_MODEL_part"]}},
        "part": {"state": {"owner": "IPY_MODEL_shown"}},
        "scratch": {"state": {"layout": "IPY_MODEL_other"}},
        "other": {"state": {}},
    }
    page.metadata["widgets"] = nbformat.from_dict({execution.WIDGET_STATE: {"state": models}})
    view = nbformat.v4.new_output("display_data", {execution.WIDGET_VIEW: {"model_id": "shown"}})
    page.cells[-1].outputs = [view]
    execution.forget_unseen_widgets(page)
    assert set(page.metadata["widgets"][execution.WIDGET_STATE]["state"]) == {"shown", "layout", "part"}


def test_a_page_without_widgets_stays_as_it_is() -> None:
    page = notebook("1 + 1")
    execution.forget_unseen_widgets(page)
    assert "widgets" not in page.metadata


def test_a_package_that_is_found_twice_does_not_change_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout's own folder, as Sphinx runs there, the package is found beside its installed record."""
    found = list(execution.metadata.distributions())
    texts = []
    for distributions in (found, found + found[:3]):
        monkeypatch.setattr(execution.metadata, "distributions", lambda value=distributions: iter(value))
        texts.append(execution.installed_packages())
    assert texts[0] == texts[1]


@pytest.mark.parametrize("colors", [3, 256])
def test_a_picture_of_few_colors_keeps_every_pixel(colors, rng):
    palette = np.unique(rng.integers(0, 256, (colors, 4), dtype=np.uint8), axis=0)
    pixels = palette[rng.integers(0, len(palette), (40, 30))]
    np.testing.assert_array_equal(np.asarray(sphinx_hooks.with_palette(pixels).convert("RGBA")), pixels)


def test_a_picture_of_many_colors_keeps_the_common_ones_and_comes_near_the_rest(rng):
    pixels = np.full((60, 60, 4), 255, np.uint8)
    pixels[..., :3] = rng.integers(0, 16, (60, 60, 3)) * 17  # some 2,400 colors
    pixels[:20] = [20, 40, 60, 128]
    lighter = np.asarray(sphinx_hooks.with_palette(pixels).convert("RGBA"))
    np.testing.assert_array_equal(lighter[:20], pixels[:20])
    assert 256 >= len(np.unique(lighter.reshape(-1, 4), axis=0)) > 200
    assert np.abs(lighter.astype(int) - pixels).mean() < 20


def test_pictures_in_the_site_have_a_palette(tmp_path):
    (tmp_path / "_images").mkdir()
    picture = Image.effect_noise((64, 64), 90).convert("RGBA")
    picture.save(tmp_path / "_images" / "noise.png")
    before = (tmp_path / "_images" / "noise.png").stat().st_size
    sphinx_hooks.lighten_pictures(SimpleNamespace(outdir=tmp_path), None)
    with Image.open(tmp_path / "_images" / "noise.png") as lighter:
        assert lighter.mode == "P" and lighter.size == (64, 64)
    assert (tmp_path / "_images" / "noise.png").stat().st_size < before
