"""Python in the page: the worker starts from the site alone, and runs cells as the build's kernel ran them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import python_files
from in_page import InPage, outputs_of
from looking import new_context
from playwright.sync_api import Browser, Error

FIGURE = "import matplotlib.pyplot as plt\nfigure, ax = plt.subplots()\nax.plot([1, 2]);"


@pytest.fixture(scope="module")
def python(browser: Browser, site: str) -> Iterator[InPage]:
    """A worker that has started; tests have namespaces of their own."""
    context = new_context(browser)
    yield InPage(context.new_page(), site)
    context.close()


@pytest.fixture(scope="module")
def manifest(built: Path) -> dict:
    return json.loads((built / "_static/python/manifest.json").read_text())


def test_the_list_names_each_file_with_its_size_and_hash(built: Path, manifest: dict) -> None:
    folder = built / "_static/python"
    for file in manifest["files"]:
        content = (folder / file["name"]).read_bytes()
        assert len(content) == file["bytes"], file["name"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["name"]
        assert file["loads"] in ("start", "matplotlib", "data") and file["title"]
    assert manifest["version"] == python_files.VERSION
    assert manifest["first_click_bytes"] == sum(f["bytes"] for f in manifest["files"] if f["loads"] == "start")


def test_the_site_has_the_files_of_pyodide_as_they_are(manifest: dict) -> None:
    files = {file["name"]: file["sha256"] for file in manifest["files"]}
    assert python_files.hashes().items() <= files.items()


def test_the_wheel_has_the_package_without_what_a_page_never_needs(manifest: dict, built: Path) -> None:
    (name,) = (file["name"] for file in manifest["files"] if file["name"].startswith("lstm_tutor-"))
    names = zipfile.ZipFile(built / "_static/python" / name).namelist()
    assert {"lstm_tutor/__init__.py", "lstm_tutor/cells/lstm.py", "lstm_tutor-0.1.0.dist-info/LICENSE"} <= set(names)
    assert not [
        name for name in names if "node_modules" in name or "/static/" in name or name.endswith((".js", ".npz"))
    ]


def test_the_start_says_what_it_loads_and_counts_every_byte(python: InPage, manifest: dict) -> None:
    loaded = python.page.evaluate("loaded")
    assert {"Python", "NumPy", "lstm_tutor"} <= {message["name"] for message in loaded}
    assert {message["total"] for message in loaded} == {manifest["first_click_bytes"]}
    done = [message["done"] for message in loaded]
    assert done == sorted(done) and done[-1] <= manifest["first_click_bytes"]
    assert python.ready["seconds"] > 0


def test_a_library_and_data_come_when_a_cell_asks_for_them_and_all_from_the_site(
    browser: Browser, site: str, manifest: dict
) -> None:
    context = new_context(browser)
    python = InPage(context.new_page(), site)
    assert not [url for url in python.requests if "matplotlib" in url or "/data/" in url]
    shown = [output["kind"] for output in python.outputs(FIGURE)]
    assert shown == ["svg"]
    assert [url for url in python.requests if "matplotlib" in url]
    python.outputs("import lstm_tutor as lt\nlt.experiments.outcome('recall')")
    data = [url.partition("/data/")[2].partition("?")[0] for url in python.requests if "/data/" in url]
    assert "lstm_tutor/experiments/results/recall.json" in data and len(data) < 5
    assert all(url.startswith((site, "blob:")) for url in python.requests)
    hashes = {file["name"]: file["sha256"][:8] for file in manifest["files"]}
    loaded = [url.removeprefix(python.base).partition("?v=") for url in python.requests if url.startswith(python.base)]
    assert {name for name, _, version in loaded if version != hashes.get(name)} == {"python-worker.js", "manifest.json"}
    assert len(loaded) > 20
    context.close()


def test_matplotlib_is_found_without_a_word_that_announces_it(browser: Browser, site: str) -> None:
    context = new_context(browser)
    python = InPage(context.new_page(), site)
    (output,) = python.outputs("name = 'mat' 'plotlib'\n__import__(name).__version__")
    assert output["text"].startswith("'3.")
    context.close()


def test_text_tables_and_figures_are_shown(python: InPage) -> None:
    run = "import lstm_tutor as lt\nimport numpy as np\ntrace = lt.LSTM(2, 3, rng=0).forward(np.ones((4, 1, 2)))"
    assert python.outputs(run + "\nprint(trace['f'].shape)", namespace="shown") == [
        {"kind": "text", "text": "(4, 1, 3)\n", "of": "stream"}
    ]
    (html,) = python.outputs("lt.experiments.outcome('recall')", namespace="shown")
    assert html["kind"] == "html" and "claims hold" in html["html"]
    (code,) = python.outputs("lt.show_source(lt.LSTMCell.step)", namespace="shown")
    assert code["kind"] == "code" and code["code"].startswith("def step(self")
    svg, png = python.outputs(
        FIGURE + "\nlt.plots.use_style()\nplt.figure()\nplt.imshow(np.eye(2));", namespace="shown"
    )
    assert svg["svg"].startswith("<svg ") and (png["kind"], png["width"] > 100) == ("png", True)


def test_a_widget_comes_with_the_state_from_which_the_page_draws_it(python: InPage) -> None:
    (widget,) = python.outputs(
        "import lstm_tutor as lt\nlt.widgets.CellLab.of(lt.LSTM(1, 3, rng=1), [[1], [2]])", namespace="lab"
    )
    assert widget["kind"] == "widget" and f'data-still-of="{widget["model"]}"' in widget["html"]
    model = widget["states"][widget["model"]]
    assert (model["model_module"], model["state"]["_esm"]) == ("anywidget", "bundle:celllab")
    assert model["state"]["_can_ask"] is False, "the page has no PyTorch"
    assert model["buffers"] and all(buffer["encoding"] == "base64" for buffer in model["buffers"])


def test_what_needs_pytorch_says_so(python: InPage) -> None:
    run = "import lstm_tutor as lt\nimport torch\nlayer = lt.LSTM(2, 3, rng=0)"
    assert python.outputs(run, namespace="torch") == []
    for use in ("torch.ones(2)", "from torch import nn", "layer.to_torch()", "lt.reference.verify(layer)"):
        assert [output["kind"] for output in python.outputs(use, namespace="torch")] == ["torch"], use


def test_an_error_stops_the_cell_and_not_the_page(python: InPage) -> None:
    *_, done = posted = python.run("x = 1\n\nlt = 2 / 0", namespace="error")
    (error,) = outputs_of(posted)
    assert (error["kind"], error["line"], error["name"]) == ("error", 3, "ZeroDivisionError")
    assert done["type"] == "done" and done["ok"] is False
    assert python.outputs("x", namespace="error") == [{"kind": "text", "text": "1", "of": "result"}]


def test_training_shows_its_progress_quietly(python: InPage) -> None:
    posted = python.run(
        "import lstm_tutor as lt\nmodel = lt.SequenceModel(lt.RNN(9, 4, rng=0), 4, rng=0)\n"
        "lt.Trainer(model, lambda k: lt.tasks.recall(3, 8, rng=[0, k]), lt.Adam(0.01)).run(200)",
        namespace="progress",
    )
    reports = [message for message in posted if message["type"] == "progress"]
    assert any("update" in report["text"] and 0 < report["fraction"] <= 1 for report in reports)
    assert not [output for output in outputs_of(posted) if output["kind"] == "stderr"]


def test_processor_time_passes_while_a_cell_works(python: InPage) -> None:
    code = "import time\nbegan = time.process_time()\nsum(range(2_000_000))\nprint(time.process_time() > began)"
    assert python.outputs(code, namespace="clock")[0]["text"] == "True\n"


PRODUCTS = """
import numpy as np
from inpage.products import UFunc

def matrices(shape, dtype):
    "Random matrices of a shape: as usual, with gaps, backwards, transposed."
    wide = rng.standard_normal((*shape[:-2], 2 * shape[-2] + 1, 3 * shape[-1] + 1)).astype(dtype)
    M, N = shape[-2:]
    ways = wide[..., :M, :N], wide[..., : 2 * M : 2, : 3 * N : 3], wide[..., M:0:-1, N:0:-1]
    return *ways, np.ascontiguousarray(ways[0].swapaxes(-1, -2)).swapaxes(-1, -2)

rng, different, compared = np.random.default_rng(0), 0, 0
for dtype in (np.float32, np.float64):
    for M, N, P in [(1, 5, 3), (2, 3, 1), (4, 0, 4), (5, 7, 6), (8, 1, 9), (13, 12, 11), (0, 2, 3), (4, 2, 0)]:
        for stack, stack_b in [((), ()), ((3,), ()), ((2, 1), (2,))]:
            for a in matrices((*stack, M, N), dtype):
                for b in matrices((*stack_b, N, P), dtype):
                    shape = (*np.broadcast_shapes(stack, stack_b), M, P)
                    in_order, gaps = np.zeros(shape, dtype), np.zeros((*shape, 2), dtype)[..., 0]
                    for n in range(N):
                        in_order += a[..., n, None] * b[..., n, None, :]
                    np.matmul(a, b, out=gaps)
                    different += not (np.array_equal(a @ b, in_order) and np.array_equal(gaps, in_order))
                    compared += 1
matmul = UFunc.from_address(id(np.matmul))
places = [np.matmul.types.index(types) for types in ("ff->f", "dd->d")]
print(different, compared, all(matmul.functions[k] != matmul.data[k] for k in places))
"""


def test_products_are_by_simd_and_have_the_bits_of_sums_in_order_whatever_the_strides(python: InPage) -> None:
    assert python.outputs(PRODUCTS, namespace="products")[0]["text"] == "0 768 True\n"


def test_joblib_runs_in_one_process(python: InPage) -> None:
    code = "from joblib import Parallel, delayed\nParallel(n_jobs=2)(delayed(abs)(k) for k in (-1, -2))"
    assert [output["text"] for output in python.outputs(code, namespace="jobs") if output["kind"] == "text"] == [
        "[1, 2]"
    ]


def test_a_file_of_the_reader_can_be_read(python: InPage) -> None:
    names = python.page.evaluate(
        """() => new Promise((finish) => {
          worker.onmessage = ({ data }) => finish(data);
          const data = new TextEncoder().encode("1 2").buffer;
          worker.postMessage({ type: "files", files: [{ name: "weights.txt", data }] });
        })"""
    )
    assert names == {"type": "files", "names": ["weights.txt"]}
    assert python.outputs("print(open('weights.txt').read())", namespace="file")[0]["text"] == "1 2\n"


def test_a_cell_without_end_is_stopped_by_ending_the_worker_and_the_next_one_starts(
    browser: Browser, site: str
) -> None:
    context = new_context(browser)
    python = InPage(context.new_page(), site)
    python.page.evaluate("worker.postMessage({ type: 'run', cell: 'endless', code: 'while True: pass' })")
    python.page.evaluate("worker.terminate()")
    python.start()
    assert python.outputs("1 + 1")[0]["text"] == "2"
    context.close()


def test_a_start_that_fails_says_so(browser: Browser, site: str) -> None:
    context = new_context(browser)
    page = context.new_page()
    page.route("**/python_stdlib.zip?v=*", lambda route: route.fulfill(status=404))
    with pytest.raises(Error, match=r"python_stdlib\.zip: 404"):
        InPage(page, site)
    context.close()
