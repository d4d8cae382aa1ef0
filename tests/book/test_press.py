"""The machinery that makes pages of notebooks: nothing stale, no failure overlooked, nothing run twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from select import select
from types import SimpleNamespace
from typing import cast
from urllib.parse import parse_qs, urlsplit

import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from PIL import Image
from playwright.sync_api import Browser
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "press"))

import build  # noqa: E402
import execution  # noqa: E402
import joining  # noqa: E402
import printing  # noqa: E402
import publish  # noqa: E402
import sphinx_hooks  # noqa: E402
import thinning  # noqa: E402


def notebook(*code: str) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_markdown_cell("# A page\n\nProse.", id="title")]
    cells += [nbformat.v4.new_code_cell(text, id=f"code-{number}") for number, text in enumerate(code)]
    return nbformat.v4.new_notebook(cells=cells)


PACKAGE = """\
from pathlib import Path

def number():
    \"\"\"Give a number.\"\"\"
    return 1000 + int((Path(__file__).parent / "number.txt").read_text())
"""


def write_small_book(root: Path) -> None:
    """A book of two pages: a number that a small package takes from a data file, and the package's docstrings."""
    shutil.copytree(ROOT / "book" / "press", root / "book" / "press", ignore=shutil.ignore_patterns("vendor"))
    shutil.copy(ROOT / "book" / "references.bib", root / "book")
    shutil.copy(ROOT / "_config.yml", root)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/page\nchapters:\n- file: book/api\n")
    (root / "lstm_tutor").mkdir()
    (root / "lstm_tutor" / "__init__.py").write_text(PACKAGE)
    (root / "lstm_tutor" / "number.txt").write_text("234")
    (root / "book" / "api.md").write_text("# Names\n\n```{eval-rst}\n.. automodule:: lstm_tutor\n   :members:\n```\n")
    nbformat.write(notebook("import lstm_tutor\nprint('result', lstm_tutor.number())"), root / "book" / "page.ipynb")


@pytest.fixture
def small_book(tmp_path: Path) -> Path:
    """A book that has not been built."""
    write_small_book(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where a book was built once, and a copy of it as it was then."""
    book, copy = tmp_path_factory.mktemp("built") / "book", tmp_path_factory.mktemp("kept") / "book"
    write_small_book(book)
    assert build.build(book)
    shutil.copytree(book, copy)
    return book, copy


@pytest.fixture
def built(places: tuple[Path, Path]) -> Path:
    """A book that has just been built; where it lies, because Sphinx remembers that."""
    book, copy = places
    shutil.rmtree(book)
    return shutil.copytree(copy, book)


def page(book: Path, name: str = "page") -> str:
    assert build.build(book)
    return (book / "_build" / "html" / "book" / f"{name}.html").read_text()


def results(book: Path) -> dict[str, int]:
    """The stored results, with the times at which they were written."""
    return {file.name: file.stat().st_mtime_ns for file in (book / "_build" / "executed").glob("*.ipynb")}


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_page_follows_the_package_and_its_data(built: Path) -> None:
    before = (built / "_build" / "html" / "book" / "page.html").read_text()
    assert "result 1234" in before
    (built / "lstm_tutor" / "number.txt").write_text("567")
    edit(built / "lstm_tutor" / "__init__.py", "1000", "20000")
    assert "result 20567" in page(built), "a changed file left a stale output"


def test_nothing_is_done_when_nothing_has_changed(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = (built / "_build" / "html" / "book" / "page.html").stat().st_mtime_ns
    page(built)
    assert (built / "_build" / "html" / "book" / "page.html").stat().st_mtime_ns == written
    assert "nothing has changed" in capsys.readouterr().out


def test_changed_prose_and_changed_style_reach_the_site_without_running_anything(built: Path) -> None:
    before = results(built)
    edit(built / "book" / "page.ipynb", "Prose.", "Other prose.")
    style = built / "book" / "press" / "assets" / "book.css"
    style.write_text(style.read_text() + "html { --lt-another: #123456; }")
    assert "Other prose." in page(built)
    assert "--lt-another" in (built / "_build" / "html" / "_static" / "book.css").read_text()
    assert results(built) == before


def test_site_of_changed_pages_is_the_site_that_is_built_anew(built: Path) -> None:
    """Titles and numbers of one page stand in others, whose own files have not changed."""
    edit(built / "book" / "page.ipynb", "# A page", "# Another title")
    edit(built / "lstm_tutor" / "__init__.py", "Give a number.", "Give some number.")
    edit(built / "book" / "api.md", "# Names", "# All names")
    old = (built / "book" / "api.md").stat().st_mtime - 1e6
    os.utime(built / "book" / "api.md", (old, old))  # as when an older file is put back
    assert "All names" in page(built, "api") and "Give some number." in page(built, "api")
    incremental = site(built)
    assert build.build(built, force=True)
    assert site(built) == incremental


def site(book: Path) -> dict[str, bytes]:
    """Every file of the built site."""
    folder = book / "_build" / "html"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


DEEP = """## A path

(detail)=
### Deeper: the long way

Derivation.

## The path goes on
"""


def test_a_deeper_section_is_folded_up_to_the_next_heading_and_what_its_label_names_stands_in_it(built: Path) -> None:
    edit(built / "book" / "page.ipynb", "Prose.", json.dumps(DEEP)[1:-1])
    (section,) = BeautifulSoup(page(built), "html.parser").select("section:has(> details)")
    (fold,) = section.find_all("details", class_="lt-deeper")
    assert not fold.has_attr("open")
    assert fold.summary.h3.get_text().startswith("Deeper: the long way")
    assert "Derivation." in fold.get_text()
    assert "The path goes on" not in section.get_text()
    assert section["id"] == "detail" or section.find(id="detail")


SEARCHED = """With $c_t$ and $\\frac{a}{b}$.

<p>An answer.</p>

{cite}`hochreiter1997long`

:::{exercise} One
:label: one
Why?
:::

:::{solution} one
Because.
:::

```{bibliography}
:filter: docname in docnames
```
"""


def test_search_knows_what_each_section_says_and_no_answer_no_output_no_source_of_a_formula(built: Path) -> None:
    edit(built / "book" / "page.ipynb", "Prose.", json.dumps(SEARCHED)[1:-1])
    page(built)
    script = (built / "_build" / "html" / "_static" / "sections.js").read_text()
    sections = json.loads(script.removeprefix("window.bookSections = ").rstrip(";\n"))
    (text,) = (section["text"] for section in sections if section["url"] == "book/page.html")
    assert text.startswith("With c_t and –.")
    assert "Why?" in text and "Hochreiter 1997" in text and "lstm_tutor.number()" in text
    assert not re.search("answer|Because|frac|1234", text)
    assert "book/api.html#lstm_tutor.number" in {section["url"] for section in sections}


def test_pdf_has_the_pages_in_order_with_links_within_and_is_linked_while_the_book_is_the_same(
    small_book: Path, browser: Browser
) -> None:
    edit(small_book / "book" / "page.ipynb", "Prose.", "To [the other](other.md).")
    Image.new("RGB", (40, 30), "red").save(small_book / "book" / "square.png")
    far = "\n\n".join(["Text."] + ["A line."] * 400)
    (small_book / "book" / "other.md").write_text(f"# Another page\n\n{far}\n\n![A square](square.png)\n")
    (small_book / "_toc.yml").write_text(
        "format: jb-book\nroot: book/page\nchapters:\n- file: book/other\n- file: book/api\n"
    )
    assert build.build(small_book)
    pdf = printing.print_site(small_book / "_build" / "html", browser)
    assert [entry.title for entry in pdf.outline] == ["A page", "Another page"]
    assert "To the other" in pdf.pages[0].extract_text() and "Text." in pdf.pages[1].extract_text()
    assert [image.image.size for image in pdf.pages[-1].images] == [(40, 30)]  # far below what a window shows
    targets = [link.get_object()["/A"]["/D"][0] for link in pdf.pages[0]["/Annots"] if "/A" in link.get_object()]
    assert targets == [pdf.pages[1].indirect_reference]

    printing.store(pdf, small_book)
    assert build.build_site(small_book)
    welcome = small_book / "_build" / "html" / "book" / "page.html"
    assert f'href="../{build.PDF.name}"' in welcome.read_text()
    assert (small_book / "_build" / "html" / build.PDF.name).is_file()
    edit(small_book / "book" / "other.md", "Text.", "Other text.")
    assert build.build(small_book)
    assert build.PDF.name not in welcome.read_text()


def test_only_changed_pages_are_read_again(built: Path) -> None:
    trees = built / "_build" / "read"
    before = {name: (trees / "book" / f"{name}.doctree").read_bytes() for name in ("page", "api")}
    edit(built / "book" / "page.ipynb", "Prose.", "Other prose.")
    page(built)
    assert (trees / "book" / "page.doctree").read_bytes() != before["page"]
    assert (trees / "book" / "api.doctree").read_bytes() == before["api"]


def test_failing_notebook_fails_the_build_every_time(small_book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("print('so far')", "1 / 0"), small_book / "book" / "page.ipynb")
    for _ in range(2):
        assert not build.build(small_book)
        assert "ZeroDivisionError" in capfd.readouterr().err
    assert not results(small_book)


def test_python_warning_fails_the_build(small_book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook("import warnings\nwarnings.warn('beware')"), small_book / "book" / "page.ipynb")
    assert not build.build(small_book)
    assert "UserWarning: beware" in capfd.readouterr().err


@pytest.mark.parametrize(
    "prose, warning",
    [("[lost](nowhere.md)", "nowhere.md"), ("```{nonsense}\n```", "Unknown directive type: 'nonsense'")],
    ids=["while a page is written", "while a page is read"],
)
def test_sphinx_warning_fails_the_build_every_time(
    prose: str, warning: str, built: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Even if the page that warned is not the one that has changed since."""
    written = notebook("import lstm_tutor\nprint('result', lstm_tutor.number())")
    written.cells[0].source += f"\n\n{prose}"
    nbformat.write(written, built / "book" / "page.ipynb")
    for name in ("Names", "All names"):
        edit(built / "book" / "api.md", "# Names", f"# {name}")
        assert not build.build(built)
        assert warning in capfd.readouterr().err


ENDLESS = """\
import os, threading
pipe = open("pipe", "w")
print(os.getpid(), file=pipe, flush=True)
threading.Event().wait()"""


def test_interrupted_execution_keeps_what_had_finished_and_leaves_no_kernel(small_book: Path) -> None:
    """The kernel holds a pipe open, through which it first says who it is: the pipe ends when the kernel does."""
    nbformat.write(notebook(ENDLESS), small_book / "book" / "endless.ipynb")
    with (small_book / "_toc.yml").open("a") as toc:
        toc.write("- file: book/endless\n")
    os.mkfifo(small_book / "book" / "pipe")
    pipe = os.open(small_book / "book" / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / 'press')!r}); import build\n"
        f"from pathlib import Path; build.build(Path({str(small_book)!r}))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    kernel = b""
    try:
        while not (kernel.endswith(b"\n") and results(small_book)):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
            with suppress(BlockingIOError):
                kernel += os.read(pipe, 100)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert process.returncode == 130
        assert b"the notebooks that had finished are kept" in errors
        assert [name.split("-")[0] for name in results(small_book)] == ["page"]
        assert select([pipe], [], [], 600)[0] and os.read(pipe, 1) == b"", "the kernel lives on"
    finally:
        process.kill()
        process.wait()
        if kernel.endswith(b"\n"):
            with suppress(ProcessLookupError):
                os.kill(int(kernel), signal.SIGKILL)
        os.close(pipe)


def test_launch_buttons_and_links_lead_to_the_publishing_repository(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
    monkeypatch.setenv("GITHUB_REPOSITORY", "me/book")
    html = page(built)
    assert "https://colab.research.google.com/github/me/book/blob/notebooks/book/page.ipynb" in html
    assert "https://mybinder.org/v2/gh/me/book/notebooks?urlpath=lab/tree/book/page.ipynb" in html
    links = {link.get_text(): str(link["href"]) for link in BeautifulSoup(html, "html.parser").select("footer a")}
    assert links["Source of this page"] == "https://github.com/me/book/blob/HEAD/book/page.ipynb"
    report = urlsplit(links["Report an error on this page"])
    assert report._replace(query="").geturl() == "https://github.com/me/book/issues/new"
    assert parse_qs(report.query) == {"title": ["Error on the page A page"], "body": ["Page: book/page.ipynb\n\n"]}
    search = (built / "_build" / "html" / "search.html").read_text()
    assert "Report an error" not in search, "a page without a source"


def test_there_are_no_launch_buttons_no_links_and_no_made_up_address_elsewhere(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_SERVER_URL", raising=False)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    html = page(built)
    assert not re.search(r"colab|mybinder|github\.com|Report an error|Source of this page", html)


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


def test_numbers_of_plots_are_short_and_scales_keep_their_digits() -> None:
    text = '<use transform="translate(123.456789 0.5) scale(0.015625)" id="m1.23456" fill="#1.2345"/>'
    short = '<use transform="translate(123.46 0.5) scale(0.01562)" id="m1.23456" fill="#1.2345"/>'
    assert sphinx_hooks.LONG_NUMBER.sub(sphinx_hooks.shortened, text) == short


def test_pictures_in_the_site_have_a_palette(tmp_path):
    (tmp_path / "_images").mkdir()
    picture = Image.effect_noise((64, 64), 90).convert("RGBA")
    picture.save(tmp_path / "_images" / "noise.png")
    before = (tmp_path / "_images" / "noise.png").stat().st_size
    sphinx_hooks.lighten_pictures(cast(Sphinx, SimpleNamespace(outdir=tmp_path)), None)
    with Image.open(tmp_path / "_images" / "noise.png") as lighter:
        assert lighter.mode == "P" and lighter.size == (64, 64)
    assert (tmp_path / "_images" / "noise.png").stat().st_size < before


def test_styles_keep_every_rule_that_a_page_or_a_script_may_need_and_lose_the_others(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    (tmp_path / "page.html").write_text('<p class="in-page">A word.</p>', encoding="utf-8")
    (tmp_path / "_static" / "book.js").write_text(
        'el.className = "by-script made-" + kind; draw("l-3")', encoding="utf-8"
    )
    style = tmp_path / "_static" / "theme.css"
    kept = (
        "a{top:0}.in-page p{top:1}",
        ".by-script,.nowhere{top:2}",
        ".made-up{top:3}",
        ":is(.nowhere,.in-page):not(.absent){top:4}",
        'p[data-x=".gone"]{top:5}',
        "@media print{.in-page{top:6}}",
        "@font-face{src:url(x.woff)}",
    )
    lost = (".nowhere{top:7}", ".in-page .nowhere{top:8}", "#gone{top:9}", "@media print{.gone{top:0}}", ".l-4{top:1}")
    pairs = zip(kept, (*lost, "", ""), strict=True)
    style.write_text("/*! A license; of x.org { */" + "".join(map("".join, pairs)) + "/* .gone { */", encoding="utf-8")
    thinning.thin_styles(tmp_path)
    assert style.read_text(encoding="utf-8") == "/*! A license; of x.org { */" + "".join(kept)


def test_the_faces_of_the_book_are_light_and_all_asked_for() -> None:
    faces = sorted((ROOT / "book/press/assets/vendor/faces").glob("*.woff2"))
    assert sorted(face.stem for face in faces) == ["sans", "sans-bold", "text", "text-bold", "text-italic"]
    assert sum(face.stat().st_size for face in faces) < 60_000
    layout = (ROOT / "book/press/templates/layout.html").read_text()
    for face in faces:
        assert f'"{face.stem}"' in layout
    assert "isPainted || document.fonts.add(face)" in layout, "nothing moves when one comes late"


def site_of(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


JOINABLE = {
    "_static/a/theme.css": '@import "../basic.css";\n.a { background: url("b.png") }',
    "_static/basic.css": ".basic { background: url(b.png) url(data:image/png;base64,AAAA) }",
    "_static/book.css": ".book { mask: url('#mask') }",
    "_static/options.js": "const options = {};",
    "_static/first.js": "'use strict'; const first = 1" + " " * 500,
    "_static/second.js": "console.log(first)" + " " * 500,
    "_static/late.js": "",
    "_static/part.html": "{% macro part() %}",
    "book/page.html": """<head><link href="../_static/a/theme.css?digest=1" rel="stylesheet" />
<link rel="stylesheet" type="text/css" href="../_static/book.css?v=1" /><link rel="icon" href="../_static/icon.svg">
<script src="../_static/options.js?v=3"></script><script src="../_static/first.js"></script>
<script type="application/vnd.jupyter.widget-state+json">{"state": {}}</script>
<script>options.between = 1;</script>
<script defer src="../_static/late.js"></script>
<script defer src="../_static/bundles/lab.js"></script><script defer src="../_static/widget-loader.js"></script>
<script data-prefix="p" src="../_static/second.js?v=2"></script></head><body class="a basic book"><p>Text</p></body>""",
}


def test_a_page_loads_one_style_sheet_and_one_script_in_place_of_several(tmp_path: Path) -> None:
    site = site_of(tmp_path, JOINABLE)
    joining.join_files(site)
    page = (site / "book/page.html").read_text()
    style, script = re.findall(r"joined/\w+\.\w+\?v=\w{8}", page)
    assert re.findall(r"<(?:link|script).*?>", page) == [
        f'<link rel="stylesheet" href="../_static/{style}">',
        '<link rel="icon" href="../_static/icon.svg">',
        "<script>",
        "<script>",
        '<script defer src="../_static/bundles/lab.js">',
        '<script defer src="../_static/widget-loader.js">',
        '<script type="application/vnd.jupyter.widget-state+json">',
        '<script defer src="../_static/late.js">',
        f'<script defer data-prefix="p" src="../_static/{script}">',
    ]
    assert page.index("const options = {};") < page.index("options.between")
    assert page.index("<p>Text</p>") < page.index('{"state": {}}') < page.index("late.js") < page.index("</body>")
    style, script = (site / "_static" / name.partition("?")[0] for name in (style, script))
    assert style.read_text().splitlines()[1:] == [
        ".basic { background: url(../b.png) url(data:image/png;base64,AAAA) }",
        ".a { background: url(../a/b.png) }",
        ".book { mask: url('#mask') }",
    ]
    parts = [line.rstrip() for line in script.read_text().splitlines()]
    assert parts[1:] == [";'use strict'; const first = 1", ";console.log(first)"], "one is not strict for the other"


def test_a_joined_page_follows_its_files_and_stays_as_it_is_while_they_do(tmp_path: Path) -> None:
    site = site_of(tmp_path, JOINABLE)
    joining.join_files(site)
    before = (site / "book/page.html").read_text()
    joining.join_files(site)
    thinning.thin_styles(site)
    joining.join_files(site)
    assert (site / "book/page.html").read_text() == before
    (site / "_static/book.css").write_text("body { color: red }")
    joining.join_files(site)
    after = (site / "book/page.html").read_text()
    assert [a == b for a, b in zip(after.split(), before.split(), strict=True)].count(False) == 1
    [style] = (site / "_static/joined").glob("*.css")
    assert style.read_text().endswith("\nbody { color: red }")


def test_folded_cells_that_follow_each_other_open_together_if_the_first_shows_nothing() -> None:
    def cell(source: str, *, folded: bool = True, shows: bool = False) -> nbformat.NotebookNode:
        output = [nbformat.v4.new_output("stream", text="1")] if shows else []
        return nbformat.v4.new_code_cell(source, outputs=output, metadata={"tags": ["hide-input"] if folded else []})

    cells = [cell("a"), cell("b"), cell("c", shows=True), cell("d"), cell("e", folded=False), cell("f"), cell("g")]
    joined = sphinx_hooks.with_joint_folds(nbformat.v4.new_notebook(cells=cells))
    assert [found.source for found in joined.cells] == ["a\n\n\nb\n\n\nc", "d", "e", "f\n\n\ng"]
    assert joined.cells[0].outputs


def test_printed_lines_that_a_phone_has_no_room_for_are_marked_once() -> None:
    short, long = "x = 1", "0123456789 " * 5 + "&lt;"
    opening = '<div class="output stream highlight-myst-ansi notranslate"><div class="highlight"><pre><span></span>'
    page = f"{opening}{short}\n{long}\n<b>{long}</b>\n</pre></div></div><pre>{long}</pre>"
    marked = sphinx_hooks.PRINTED.sub(sphinx_hooks.with_long_lines, page)
    assert marked == page.replace(f"{long}\n<b>", f'<span class="lt-long">{long}\n</span><b>')
    assert sphinx_hooks.PRINTED.sub(sphinx_hooks.with_long_lines, marked) == marked
