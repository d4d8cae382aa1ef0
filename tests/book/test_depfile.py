"""What a notebook's result depends on: everything that its kernel read or looked for, and nothing else."""

from __future__ import annotations

import compileall
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "press"))

import depfile  # noqa: E402
import execution  # noqa: E402

FILES = {
    "lstm_tutor/__init__.py": "from lstm_tutor import direct\n",
    "lstm_tutor/direct.py": "NUMBER = 1\ndef late():\n    from lstm_tutor import lazy\n    return lazy.NUMBER\n",
    "lstm_tutor/lazy.py": "NUMBER = 2\n",
    "lstm_tutor/unrelated.py": "NUMBER = 3\n",
    "lstm_tutor/shown.py": "def f():\n    return 4  # shown\n",
    "lstm_tutor/data.txt": "5",
    "lstm_tutor/resource.txt": "6",
    "lstm_tutor/asked.txt": "",
    "lstm_tutor/array.npy": "",
    "lstm_tutor/plugins/__init__.py": "",
    "lstm_tutor/plugins/one.py": "",
    "lstm_tutor/records/first.json": "{}",
    "lstm_tutor/child.txt": "7",
    "lstm_tutor/workers.txt": "8",
    "lstm_tutor/widgets/lab/lab.css": ".lab {}",
    "lstm_tutor/widgets/static/lab.css": ".lab {}",
    "book/beside.csv": "9",
    "book/unread.csv": "10",
    "book/page.md": "# A page",
    "README.md": "# A book",
}

CELLS = [
    """\
import inspect, os, pkgutil, subprocess, sys
from importlib import metadata, resources
from pathlib import Path
import joblib
import numpy as np
import lstm_tutor, lstm_tutor.plugins
from lstm_tutor import shown
folder = Path(lstm_tutor.__file__).parent
metadata.version("numpy")""",
    """\
print(lstm_tutor.direct.late(), inspect.getsource(shown.f), (folder / "data.txt").read_text())
print(resources.files("lstm_tutor").joinpath("resource.txt").read_text(), Path("beside.csv").read_text())
np.load(folder / "array.npy")
(folder / "asked.txt").exists(), [module.name for module in pkgutil.iter_modules(lstm_tutor.plugins.__path__)]""",
    """\
sorted(file.name for file in (folder / "records").glob("*.json"))
missing = (folder / "missing.txt").exists(), os.path.isfile("missing.csv"), os.path.exists(folder / "no" / "where")
try:
    open(folder / "unopened.txt")
except FileNotFoundError:
    pass
try:
    import lstm_tutor.optional
except ImportError:
    pass""",
    """\
read = "import sys; print(open(sys.argv[1]).read())"
subprocess.run([sys.executable, "-c", read, folder / "child.txt"], check=True, stdout=subprocess.DEVNULL)
os.chdir(folder)
joblib.Parallel(n_jobs=2)(joblib.delayed(Path.read_text)(Path("workers.txt")) for _ in range(2))""",
    """\
with open("written.txt", "w") as file:
    file.write("an output, and no input")
os.remove("written.txt")""",
]


def write_book(root: Path, cells: list[str], files: dict[str, str]) -> Path:
    """A small repository with one notebook; the notebook's path."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# A page\n\nProse.", id="title"),
            *(nbformat.v4.new_code_cell(code, id=f"code-{number}") for number, code in enumerate(cells)),
        ]
    )
    nbformat.write(notebook, root / "book" / "page.ipynb")
    return root / "book" / "page.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose notebook has run."""
    import numpy as np

    root = tmp_path_factory.mktemp("executed")
    path = write_book(root, CELLS, FILES)
    np.save(root / "lstm_tutor" / "array.npy", np.arange(3))
    assert compileall.compile_dir(root / "lstm_tutor", quiet=1)  # as after another run: no source is opened
    execution.execute(path, root)
    return root


@pytest.fixture
def book(executed: Path, tmp_path: Path) -> Path:
    """A copy of that book, to change."""
    return shutil.copytree(executed, tmp_path / "book")


def holds(book: Path) -> bool:
    return execution.is_executed(book / "book" / "page.ipynb", book)


def test_result_holds_as_long_as_nothing_changes(book: Path) -> None:
    assert holds(book)


Change = Callable[[Path], object]


def write(name: str, text: str = "changed") -> Change:
    def change(book: Path) -> None:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(text)

    return change


def prose(book: Path) -> None:
    path = book / "book" / "page.ipynb"
    path.write_text(path.read_text().replace("Prose.", "Other prose."))


def code(book: Path) -> None:
    path = book / "book" / "page.ipynb"
    path.write_text(path.read_text().replace("an output, and no input", "another output"))


MATTERS: dict[str, Change] = {
    "the notebook's code": code,
    "an imported module": write("lstm_tutor/direct.py"),
    "a module imported within a function": write("lstm_tutor/lazy.py"),
    "the package's own file": write("lstm_tutor/__init__.py"),
    "a module whose source is shown": write("lstm_tutor/shown.py"),
    "a data file": write("lstm_tutor/data.txt"),
    "a resource of the package": write("lstm_tutor/resource.txt"),
    "a stored array": lambda book: (book / "lstm_tutor/array.npy").write_bytes(b"changed"),
    "data beside the chapters": write("book/beside.csv"),
    "a file that a child process read": write("lstm_tutor/child.txt"),
    "a file that a worker read": write("lstm_tutor/workers.txt"),
    "a file of which only the existence was asked": lambda book: (book / "lstm_tutor/asked.txt").unlink(),
    "a data file that is gone": lambda book: (book / "lstm_tutor/data.txt").unlink(),
    "a module that is gone": lambda book: (book / "lstm_tutor/lazy.py").unlink(),
    "a new file in a listed folder": write("lstm_tutor/records/second.json"),
    "a renamed file in a listed folder": lambda book: (book / "lstm_tutor/records/first.json").rename(
        book / "lstm_tutor/records/other.json"
    ),
    "a new module in a folder of modules": write("lstm_tutor/plugins/two.py"),
    "a file that was looked for and absent": write("lstm_tutor/missing.txt"),
    "a file beside the chapters that was looked for and absent": write("book/missing.csv"),
    "a file in a folder that was absent": write("lstm_tutor/no/where"),
    "a file that could not be opened": write("lstm_tutor/unopened.txt"),
    "a module that was looked for and absent": write("lstm_tutor/optional.py"),
    "a package that was looked for and absent": write("lstm_tutor/optional/__init__.py"),
    "a module that hides an installed one": write("book/numpy.py"),
    "a package that hides an installed one": write("joblib/__init__.py"),
}

MATTERS_NOT: dict[str, Change] = {
    "prose": prose,
    "an unrelated module": write("lstm_tutor/unrelated.py"),
    "a new module": write("lstm_tutor/new.py"),
    "a module of the same name, further down the path": write("book/lstm_tutor.py"),
    "a widget's style": write("lstm_tutor/widgets/static/lab.css"),
    "a widget's sources": write("lstm_tutor/widgets/lab/lab.css"),
    "data that was not read": write("book/unread.csv"),
    "another page": write("book/page.md"),
    "a new page": write("book/other.ipynb"),
    "the README": write("README.md"),
    "caches": write("lstm_tutor/plugins/__pycache__/one.cpython-311.pyc"),
}


@pytest.mark.parametrize("change", MATTERS.values(), ids=MATTERS.keys())
def test_result_no_longer_holds_after_a_change_to(change: Change, book: Path) -> None:
    change(book)
    assert not holds(book)


@pytest.mark.parametrize("change", MATTERS_NOT.values(), ids=MATTERS_NOT.keys())
def test_result_still_holds_after_a_change_to(change: Change, book: Path) -> None:
    change(book)
    assert holds(book)


def test_result_no_longer_holds_after_an_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_book(tmp_path, ["import lstm_tutor"], FILES)
    execution.execute(path, tmp_path)
    present = execution.installed_packages()
    for installed, same in [
        (present, True),
        (f"{present}\nnewcomer==1.0", False),
        (f"{present}\nnewcomer==1.1", False),
    ]:
        execution.how_notebooks_run.cache_clear()
        monkeypatch.setattr(execution, "installed_packages", lambda value=installed: value)
        assert holds(tmp_path) == same
    monkeypatch.undo()
    execution.how_notebooks_run.cache_clear()


def test_installed_packages_are_named_with_their_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "newcomer-1.0.dist-info"
    info.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    for version in ("1.0", "1.1"):
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: newcomer\nVersion: {version}\n")
        assert f"newcomer=={version}" in execution.installed_packages().splitlines()


def test_a_package_that_is_found_twice_does_not_change_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout's own folder, as Sphinx runs there, the package is found beside its installed record."""
    found = list(execution.metadata.distributions())
    texts = []
    for distributions in (found, found + found[:3]):
        monkeypatch.setattr(execution.metadata, "distributions", lambda value=distributions: iter(value))
        texts.append(execution.installed_packages())
    assert texts[0] == texts[1]


def test_a_program_that_is_no_python_makes_everything_matter(tmp_path: Path) -> None:
    """Nothing is known of what such a program reads."""
    cell = "import subprocess\nprint(subprocess.run(['cat', 'unread.csv'], capture_output=True, check=True).stdout)"
    path = write_book(tmp_path, [cell], FILES)
    execution.execute(path, tmp_path)
    assert holds(tmp_path)
    write("README.md")(tmp_path)
    assert not holds(tmp_path)


@pytest.mark.parametrize(
    "read",
    [
        "Path('beside.csv').read_text()",
        "subprocess.run([sys.executable, '-c', 'open(\"beside.csv\").close()'], check=True)",
    ],
    ids=["read by the kernel", "read by child processes"],
)
def test_a_file_that_changes_while_the_notebook_runs_leaves_no_result_that_holds(read: str, tmp_path: Path) -> None:
    change = "Path('beside.csv').write_text('another')"
    path = write_book(tmp_path, [f"import subprocess, sys\nfrom pathlib import Path\n{read}\n{change}\n{read};"], FILES)
    execution.execute(path, tmp_path)
    assert not holds(tmp_path)


def test_the_kernel_shows_nothing_of_the_recording(executed: Path) -> None:
    result = execution.read(execution.execute(executed / "book" / "page.ipynb", executed))
    outputs = [output for cell in result.cells[1:] for output in cell.outputs]
    printed = [(output.name, output.text) for output in outputs if output.output_type == "stream"]
    assert [cell.execution_count for cell in result.cells[1:]] == [1, 2, 3, 4, 5]
    assert printed == [("stdout", "2 def f():\n    return 4  # shown\n 5\n6 9\n")]


def test_dependencies_name_what_was_read_and_no_installed_file(executed: Path) -> None:
    result = execution.read(execution.execute(executed / "book" / "page.ipynb", executed))
    files = result.metadata[execution.DEPENDENCIES]["file"]
    assert {"lstm_tutor/direct.py", "lstm_tutor/data.txt", "book/beside.csv"} <= files.keys()
    assert not [name for name in files if "site-packages" in name or "__pycache__" in name or name.startswith("..")]


def test_changes_say_what_is_different(book: Path) -> None:
    write("lstm_tutor/data.txt")(book)
    notebook = execution.read(book / "book" / "page.ipynb")
    result = execution.result_path(notebook, "page", book)
    assert execution.changes(result, depfile.Present(book)) == ["lstm_tutor/data.txt"]
