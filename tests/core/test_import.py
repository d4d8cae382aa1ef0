"""`import lstm_tutor` is light, and modules import only what stands above them in the plan."""

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import lstm_tutor as lt

PACKAGE = Path(lt.__file__).parent
HEAVY = ("torch", "matplotlib", "ipywidgets", "anywidget", "IPython", "pandas", "scipy", "joblib")

# What each room may import of the others, besides those of SHARED, which know nothing of the rest.
SHARED = {"types", "typesetting", "checks"}
CORE = {"activations", "attention", "baselines", "cells", "checks", "initialization", "layers", "losses",
        "metrics", "models", "module", "optim", "pooling", "sampling", "seq2seq", "storage",
        "tasks", "trace", "training", "transcription", "transformer"}  # fmt: skip
ALLOWED = {
    "types": set(),
    "typesetting": set(),
    "extras": set(),
    "listing": set(),
    "palette": set(),
    "checks": set(),
    "module": set(),
    "activations": set(),
    "trace": set(),
    "cells": {"activations", "module", "normalization", "trace"},
    "layers": {"cells", "module", "trace"},
    "normalization": set(),
    "transformer": {"activations", "layers", "models", "module", "normalization", "trace"},
    "attention": {"activations", "layers", "module", "trace"},
    "losses": {"activations"},
    "optim": set(),
    "initialization": {"layers"},
    "keras": {"layers"},
    "tasks": {"metrics"},  # what a span is
    "baselines": {"activations", "extras", "losses", "models", "module", "tasks"},
    "metrics": set(),
    "models": {"layers", "losses", "module", "pooling", "tasks", "trace"},
    "pooling": {"activations", "layers", "module"},
    "seq2seq": {"activations", "attention", "layers", "losses", "models", "module", "tasks", "trace"},
    "sampling": {"activations", "layers", "models", "seq2seq", "tasks", "trace"},
    "state_dicts": {"layers"},
    "storage": {"module"},
    "training": {"models", "optim", "seq2seq", "storage", "tasks"},
    "transcription": {"layers", "losses", "models", "tasks", "trace"},
    "analysis": {"activations", "cells", "layers", "models", "tasks", "trace"},
    "plots": {"analysis", "palette", "trace"},
    "diagrams": {"cells", "palette"},
    "exercises": {"activations", "cells", "optim"},
    "experiments": CORE | {"analysis", "extras"},
    "claims": CORE | {"analysis", "experiments", "reference"},
    "reference": CORE | {"extras", "state_dicts"},
    "widgets": CORE | {"analysis", "diagrams", "experiments", "extras", "palette", "plots", "reference"},
    "__main__": {"reference"},
}


def python(code):
    """What `code` prints, run in an interpreter of its own with warnings as errors."""
    command = [sys.executable, "-W", "error", "-c", code]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.split()


def test_import_loads_nothing_heavy():
    loaded = python("import sys, lstm_tutor; print(*sys.modules)")
    assert not set(HEAVY) & set(loaded)


def test_import_in_a_notebook_loads_no_widgets():
    """The progress bar's library knows a kernel by this module, and then reaches for ipywidgets."""
    loaded = python("""
import sys, types
shell = type("ZMQInteractiveShell", (), {})
sys.modules["ipykernel.zmqshell"] = types.ModuleType("ipykernel.zmqshell")
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=shell)
import lstm_tutor
print(*sys.modules)
""")
    assert "ipywidgets" not in {name.split(".")[0] for name in loaded}


def test_everything_of_the_core_works_without_anything_heavy():
    loaded = python("""
import sys
import numpy as np, lstm_tutor as lt
layer = lt.LSTM(3, 5, num_layers=2, bidirectional=True, rng=0)
trace = layer.forward(np.ones((7, 2, 3)))
layer.backward(trace, np.ones((7, 2, 10)))
model = lt.SequenceModel(lt.RNN(9, 4, rng=0), 4, rng=0)
lt.Trainer(model, lambda k: lt.tasks.recall(2, 3, rng=k), lt.Adam()).run(2, progress=False)
print(*sys.modules)
""")
    assert not set(HEAVY) & set(loaded)


def test_torch_is_imported_when_it_is_asked_for_and_not_before():
    printed = python("""
import sys, lstm_tutor as lt
lt.from_torch
print('torch' in sys.modules)
lt.to_torch
print('torch' in sys.modules)
""")
    assert printed == ["False", "True"]


def test_a_state_dict_in_a_file_of_arrays_is_read_without_torch(tmp_path):
    module = torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True)
    np.savez(tmp_path / "model.npz", **{f"encoder.{name}": value for name, value in module.state_dict().items()})
    printed = python(f"""
import sys
import numpy as np, lstm_tutor as lt
layer = lt.from_torch(np.load({str(tmp_path / "model.npz")!r}), prefix="encoder")
print(layer.forward(np.ones((2, 1, 3), np.float32)).output.sum(), 'torch' in sys.modules)
""")
    theirs = float(module(torch.ones(2, 1, 3))[0].detach().sum())
    assert printed[1] == "False" and abs(float(printed[0]) - theirs) < 1e-5


def test_every_public_name_is_there():
    assert dir(lt) == sorted(lt.__all__)
    for name in lt.__all__:
        assert getattr(lt, name) is not None
    for name in ("FastWeights", "LSTM", "LSTM1997", "LSTMVariant", "LSTMVariantCell", "LogLSTM", "MLSTM", "MinGRU",
                 "MinLSTM", "RNN", "SLSTM", "SLSTMState", "from_torch", "load", "reference", "save"):  # fmt: skip
        assert name in lt.__all__


def test_message_for_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"^module 'lstm_tutor' has no attribute 'LTSM'; did you mean LSTM\?$"):
        _ = lt.LTSM
    with pytest.raises(AttributeError, match=r"'gru'; did you mean GRU\?$"):
        _ = lt.gru
    with pytest.raises(AttributeError, match=r"has no attribute 'perceptron'$"):
        _ = lt.perceptron


def imports(path, *, anywhere=True):
    """Names of all modules that a file imports; if not `anywhere`, then those it imports when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if anywhere else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_rooms(path):
    """The rooms of the package that a file imports, at whatever depth; a public name stands for the room it is from."""
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "lstm_tutor":
            first = rest.split(".")[0]
            if first in ALLOWED:
                yield first
            elif first and hasattr(lt, first) and hasattr(getattr(lt, first), "__module__"):
                yield getattr(lt, first).__module__.split(".")[1]


def files_of(room):
    single = PACKAGE / f"{room}.py"
    return [single] if single.exists() else sorted((PACKAGE / room).rglob("*.py"))


def test_every_room_has_a_rule():
    rooms = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")}
    assert rooms - {"__init__"} == set(ALLOWED)


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_stands_above_it(room):
    for path in files_of(room):
        assert set(imported_rooms(path)) - {room, *SHARED} <= ALLOWED[room], path


def test_the_rules_of_imports_have_no_circle():
    graphlib.TopologicalSorter(ALLOWED).prepare()


@pytest.mark.parametrize("room", ALLOWED)
def test_nobody_reaches_into_the_private_parts_of_another_room(room):
    """A study is its room's own affair, but for the claims: they are judged by what the studies measure."""
    for path in files_of(room):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "lstm_tutor" and len(parts) > 2 and parts[1] != room:
                assert not any(part.startswith("_") for part in parts[2:]), f"{path}: {name}"
                assert parts[1:3] != ["experiments", "studies"] or room == "claims", f"{path}: {name}"


def test_only_the_reference_imports_torch():
    importers = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")
                 if any(name.split(".")[0] == "torch" for name in imports(path))}  # fmt: skip
    assert importers == {"reference"}
