"""Find a Chromium, to print the site and to test it. Run alone, it makes sure that there is one (`make test` does).

First choice is the one that the variable CHROMIUM names, then one installed on the system, then Playwright's own,
which is fetched if it has to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine, whatever a page asks for
    "--process-per-site",  # what one page compiled, the next one has
]
PATIENCE = 600_000  # ms that anything in a page may take: a slow machine is no failure
HELP = """\
No Chromium was found, and Playwright could not fetch its own. Install one with

    sudo apt-get update && sudo apt-get install --yes chromium        (Debian)
    {python} -m playwright install --with-deps chromium

or name one you have: make test CHROMIUM=/path/to/chromium"""


def on_this_system() -> str | None:
    """The path of an installed Chromium or Chrome; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if not found:
            raise SystemExit(f"CHROMIUM={named}: there is no such program")
        return found
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=on_this_system(), args=QUIET, timeout=PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def starts() -> bool:
    try:
        with chromium():
            return True
    except Error:
        return False


def make_sure() -> int:
    """Fetch a browser if none starts; the exit status says whether there is one now."""
    if starts():
        return 0
    if not on_this_system():
        print("no Chromium found; fetching Playwright's own (once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if starts():
            return 0
    print(HELP.format(python=sys.executable), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(make_sure())
