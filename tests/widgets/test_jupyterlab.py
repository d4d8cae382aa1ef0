"""The same widget in JupyterLab: what the reader does reaches Python, and what Python sets reaches the reader."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError

import nbformat
import pytest
from browser import PATIENCE
from looking import new_context
from playwright.sync_api import Browser

CELLS = [
    "from lstm_tutor.widgets import Welcome\nw = Welcome(text='sum(x)', unit=2, step=0)\nw",
    # Python tells what it hears as soon as it hears it.
    "heard = display('nothing yet', display_id=True)\n"
    "w.observe(lambda _: heard.update(f'python sees {w.unit} {w.step} {w.text}'), ['unit', 'step'])",
    "w.text, w.step = 'import sys', 4",
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """A JupyterLab with one notebook; its address."""
    cells = [nbformat.v4.new_code_cell(code, id=f"code-{k}") for k, code in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), tmp_path / "notebooks" / "page.ipynb")
    own = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--ServerApp.ip=127.0.0.1",
               "--allow-root", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.news_url=None",
               f"--ServerApp.root_dir={tmp_path / 'notebooks'}"]  # fmt: skip
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(
            command, env=os.environ | own, stdout=log, stderr=log, cwd=tmp_path, start_new_session=True
        )
        try:
            yield address(tmp_path, server)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait()


def address(folder: Path, server: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and server.poll() is None:
        for file in (folder / "RUNTIME").glob("jpserver-*.json"):
            try:
                url = json.loads(file.read_text())["url"]
                with urllib.request.urlopen(f"{url}api/status", timeout=60):
                    return url
            except (URLError, ValueError, OSError):
                pass
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{(folder / 'log').read_text()[-3000:]}")


def test_the_widget_and_python_hear_of_each_other(lab: str, browser: Browser) -> None:
    context = new_context(browser, viewport={"width": 1400, "height": 1600}, reduced_motion="reduce")
    page = context.new_page()
    try:
        page.goto(f"{lab}lab/tree/page.ipynb?reset")
        page.locator(".jp-Notebook .jp-Cell").nth(2).wait_for()
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")

        def run(cell: int) -> None:
            prompt = page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").nth(cell)
            while prompt.inner_text() == "[ ]:":  # JupyterLab drops keys as long as it is busy with its own start
                page.locator(".jp-Notebook .jp-Cell .cm-content").nth(cell).click()
                page.keyboard.press("Control+Enter")
                page.wait_for_timeout(1000)

        run(0)
        said = page.locator(".wc-said")
        said.wait_for()
        assert "cell 2 " in said.inner_text()
        assert page.locator(".lt-w").get_attribute("data-lt-theme") == "light"
        run(1)
        page.locator(".jp-OutputArea-output", has_text="nothing yet").wait_for()

        page.get_by_role("slider", name="character").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")  # the notebook must not take the key
        page.locator(".lt-units input").nth(5).focus()
        page.keyboard.press("Space")
        page.wait_for_function("document.querySelector('.wc-said').textContent.includes('cell 5')")
        page.get_by_text("python sees 5 3 sum(x)").wait_for()

        run(2)
        page.wait_for_function("document.querySelector('.wc-said b').textContent === 'r'")
        assert page.locator(".lt-field input").input_value() == "import sys"
    finally:
        context.close()
