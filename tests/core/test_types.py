"""Every public function says what it takes and returns, and a type checker reads every body."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lstm_tutor as lt

PACKAGE = Path(lt.__file__).parent


def public_functions(body, prefix=""):
    """Functions and methods without an underscore, and `__init__`: pairs of a dotted name and its definition."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name == "__init__"):
            yield prefix + node.name, node


def missing_annotations(function):
    """Names of the arguments without a type; "return" if that is missing."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    missing = [a.arg for a in named if a is not None and a.annotation is None and a.arg not in ("self", "cls")]
    return missing + ["return"] * (function.returns is None)


@pytest.mark.parametrize("room", sorted(path.name for path in PACKAGE.iterdir() if path.suffix in ("", ".py")))
def test_every_public_function_of_a_room_is_annotated(room):
    path = PACKAGE / room
    files = [path] if path.is_file() else path.rglob("*.py")
    missing = {
        f"{file.relative_to(PACKAGE)}: {name}": names
        for file in files
        for name, function in public_functions(ast.parse(file.read_text(encoding="utf-8")).body)
        if (names := missing_annotations(function))
    }
    assert not missing, f"{len(missing)} public functions without types: {missing}"


def test_the_type_checker_finds_nothing(tmp_path):
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path), "--no-error-summary", str(PACKAGE)]
    finished = subprocess.run(
        command, cwd=PACKAGE.parent, capture_output=True, text=True, check=False, env=os.environ | {"MYPYPATH": ""}
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
