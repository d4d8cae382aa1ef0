"""Make notebooks that run alone, for Colab: each first installs the book's package from the publishing repository.

    python book/press/publish.py FOLDER      writes such copies of the book's notebooks under FOLDER

The address comes from the publishing job (GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA). The job pushes the result
to the branch `notebooks`, where the launch buttons point.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat

import execution

INSTALL = """\
# This page opens alone here: fetch the book's package. (Where it is installed already, nothing happens.)
try:
    import lstm_tutor
except ModuleNotFoundError:
    %pip install --quiet "lstm_tutor @ {address}\""""


def package_address(environ: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """Return what pip has to install: the publishing job's own repository, at its commit."""
    try:
        server, repository = (
            environ["GITHUB_SERVER_URL"],
            environ["GITHUB_REPOSITORY"],
        )
    except KeyError as missing:
        raise SystemExit(f"{missing} is not set: only a job that publishes from a repository can do this") from None
    return f"git+{server}/{repository}@{environ.get('GITHUB_SHA', 'main')}"


def standing_alone(notebook: nbformat.NotebookNode, address: str) -> nbformat.NotebookNode:
    """Return the notebook with an installing cell after its title; a second time changes nothing."""
    name = "install-the-package"
    cell = nbformat.v4.new_code_cell(INSTALL.format(address=address), id=name, metadata={"tags": ["remove-cell"]})
    others = [other for other in notebook.cells if other.get("id") != name]
    return nbformat.from_dict({**notebook, "cells": [others[0], cell, *others[1:]]})


def main(folder: Path) -> None:
    address = package_address()
    for path in execution.notebooks():
        target = folder / path.relative_to(execution.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            nbformat.writes(standing_alone(execution.read(path), address)) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
