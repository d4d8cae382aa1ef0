"""Build the book: execute the notebooks, then the site. Run by `make book`.

    python book/press/build.py [--force]

Nothing is done when nothing has changed. Otherwise the notebooks run whose results no longer hold, Sphinx reads the
pages that have changed, and all pages are written, because each shows titles and numbers of others. Warnings are
errors, and a failed build is never taken for a good one: what Sphinx has read counts only if the build was good.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from filelock import FileLock

import depfile
import execution
import python_files
import python_page

ROOT = execution.ROOT
PRESS = Path(__file__).resolve().parent
PDF = Path("_build", "pdf", "recurrent-networks-proved.pdf")  # what `make pdf` makes, beside the state it was made from
JUPYTER_BOOK = """\
import sys
sys.modules["rfc3987_syntax"] = None  # checks internet addresses for jsonschema, and takes seconds to be imported
from jupyter_book.cli.main import main
main(["build", ".", "-W", "-n", "--keep-going", "-q"])"""


def fingerprint(root: Path = ROOT) -> str:
    """Return a digest of everything that the site is made from."""
    trees = (depfile.tree_signature(root / name) for name in ("book", "lstm_tutor"))
    return execution.digest(foundation(root), *trees)


def foundation(root: Path = ROOT) -> str:
    """Return a digest of what every page depends on: if it differs, all pages are read anew."""
    sources = [root / "_config.yml", root / "_toc.yml", root / "book" / "references.bib", *PRESS.glob("*.py")]
    origin = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")]
    return execution.digest(
        execution.installed_packages(),
        *origin,
        str(python_page.is_available()),  # pages have buttons that run cells, or none
        *(depfile.file_signature(file) for file in sorted(sources)),
    )


def printed(root: Path = ROOT) -> Path | None:
    """Return the PDF of the book, if there is one and it was printed from the book as it is now."""
    pdf = root / PDF
    stamp = pdf.with_suffix(".from")
    return pdf if pdf.is_file() and stamp.is_file() and stamp.read_text() == fingerprint(root) else None


def build_site(root: Path = ROOT) -> bool:
    """Have Jupyter Book write `_build/html`, and return whether it did so without any error or warning.

    It starts from a copy of what it had read at the last good build on the same foundation. So a page that warned is
    read again, and warns again.
    """
    site, last, here = (root / "_build" / name for name in ("html", "read", ".doctrees"))
    for leftover in (site, here):
        shutil.rmtree(leftover, ignore_errors=True)
    stamp, state = last / "foundation", foundation(root)
    if stamp.is_file() and stamp.read_text() == state:
        shutil.copytree(last, here)
    else:  # all pages are read, and bring their pictures
        shutil.rmtree(root / "_build" / "jupyter_execute", ignore_errors=True)
    pdf = printed(root)
    environment = os.environ | ({"BOOK_PDF": pdf.name} if pdf else {})
    command = [sys.executable, "-c", JUPYTER_BOOK]
    finished = subprocess.run(command, cwd=root, env=environment, check=False, stdout=subprocess.DEVNULL)
    if finished.returncode or not (site / "index.html").is_file():
        return False
    if pdf:
        shutil.copy(pdf, site)
    shutil.rmtree(last, ignore_errors=True)
    here.rename(last)
    execution.write_whole(state, stamp)
    return True


def build(root: Path = ROOT, force: bool = False) -> bool:
    """Bring `_build/html` up to date, and return whether that succeeded."""
    stamp = root / "_build" / "built-from"
    state = fingerprint(root)
    if not force and stamp.is_file() and stamp.read_text() == state and (root / "_build/html/index.html").is_file():
        print("nothing has changed since the last build")
        return True
    stamp.unlink(missing_ok=True)
    if force:
        shutil.rmtree(root / "_build" / "read", ignore_errors=True)
    failures = execution.execute_all(execution.notebooks(root), root)
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    if failures:
        print(f"{len(failures)} notebook(s) failed; the site was not built", file=sys.stderr)
        return False
    if not build_site(root):
        print("the site was not built: see the warnings above, each of which counts as an error", file=sys.stderr)
        return False
    execution.forget_old_results(root)
    execution.write_whole(state, stamp)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--force",
        action="store_true",
        help="read and write all pages anew, even if nothing has changed",
    )
    arguments = parser.parse_args()
    began = time.perf_counter()
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".lock"):  # the tests may ask from several processes at once
        complaints = python_files.bring(python_files.cache())
        if not build(force=arguments.force):
            return 1
    print(python_page.sizes(ROOT / "_build" / "html"), *complaints)
    print(
        f"The book is ready after {time.perf_counter() - began:.1f} s. Open {ROOT / '_build' / 'html' / 'index.html'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
