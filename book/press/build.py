"""Build the book: execute the notebooks, then the site. Run by `make book`.

    python book/press/build.py [--force]

Nothing is done when nothing has changed. When anything has, the whole site is built anew, from notebooks that run
only if they have to; so no page can be stale. Warnings are errors, and a failed build is never taken for a good one.
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

import execution

ROOT = execution.ROOT


def fingerprint(root: Path = ROOT) -> str:
    """The fingerprint of everything that the site is made from."""
    sources = [
        root / "_config.yml",
        root / "_toc.yml",
        *execution.files_under(root / "book", skip={"__pycache__", ".ipynb_checkpoints"}),
    ]
    origin = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")]
    return execution.digest(
        execution.environment(root),
        execution.digest_of_files(sources, root),
        *origin,
    )


def build_site(root: Path = ROOT) -> bool:
    """Have Jupyter Book write `_build/html`; whether it did so without any error or warning."""
    for leftover in (root / "_build" / "html", root / "_build" / ".doctrees"):
        shutil.rmtree(leftover, ignore_errors=True)
    command = [
        sys.executable,
        "-c",
        "from jupyter_book.cli.main import main; main()",
        "build",
        ".",
    ]
    options = ["--all", "-W", "-n", "--keep-going", "-q"]
    finished = subprocess.run([*command, *options], cwd=root, check=False, stdout=subprocess.DEVNULL)
    return finished.returncode == 0 and (root / "_build" / "html" / "index.html").is_file()


def build(root: Path = ROOT, force: bool = False) -> bool:
    """Bring `_build/html` up to date; whether that succeeded."""
    stamp, page = (
        root / "_build" / "built-from",
        root / "_build" / "html" / "index.html",
    )
    state = fingerprint(root)
    if not force and page.is_file() and stamp.is_file() and stamp.read_text() == state:
        print("nothing has changed since the last build")
        return True
    stamp.unlink(missing_ok=True)
    failures = execution.execute_all(execution.notebooks(root), root)
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr)
    if failures:
        print(
            f"{len(failures)} notebook(s) failed; the site was not built",
            file=sys.stderr,
        )
        return False
    if not build_site(root):
        print(
            "the site was not built: see the warnings above, each of which counts as an error",
            file=sys.stderr,
        )
        return False
    execution.forget_old_results(root)
    execution.write_whole(state, stamp)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--force",
        action="store_true",
        help="build the pages even if nothing has changed",
    )
    arguments = parser.parse_args()
    began = time.perf_counter()
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / ".lock"):  # the tests may ask from several processes at once
        if not build(force=arguments.force):
            return 1
    print(
        f"The book is ready after {time.perf_counter() - began:.1f} s. Open {ROOT / '_build' / 'html' / 'index.html'}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
