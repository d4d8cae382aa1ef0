"""Runs go where joblib's backend sends them: to the threads of a local Dask cluster, or whatever the option names."""

import sys
import threading
import types

import joblib
import numpy as np
import pytest
from distributed import Client, LocalCluster, get_worker

from lstm_tutor import experiments
from lstm_tutor.experiments import __main__ as command_line
from lstm_tutor.experiments import runner, store
from lstm_tutor.experiments.experiment import Experiment


def double(settings, seed):
    try:
        worker = get_worker().address
    except ValueError:
        worker = None
    return {"value": settings["k"] * 10 + seed, "worker": worker, "thread": threading.current_thread().name}


MADE_UP = Experiment(name="made_up", title="Made up", question="Where does it run?", run=double,
                     variants={"a": {"k": 1}, "b": {"k": 2}}, seeds=3)  # fmt: skip


@pytest.fixture(scope="module")
def cluster():
    """A scheduler and a worker of two threads, within this process: no port, no other process."""
    with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
        yield cluster


def check(folder):
    """The results are right; the addresses of the workers and the names of the threads that made them."""
    results = store.Results(MADE_UP, folder)
    for k, variant in enumerate("ab", start=1):
        np.testing.assert_array_equal(results.values(variant, "value"), [10 * k, 10 * k + 1, 10 * k + 2])
    return {record["metrics"]["worker"] for record in results.records}, {
        record["metrics"]["thread"] for record in results.records
    }


def test_runs_go_through_a_dask_cluster(cluster, tmp_path):
    with Client(cluster), joblib.parallel_config("dask"):
        assert runner.run(MADE_UP, jobs=None, folder=tmp_path, progress=False) == 6
        assert runner.run(MADE_UP, jobs=None, folder=tmp_path, progress=False) == 0
    assert check(tmp_path)[0] == {cluster.workers[0].address}


def test_the_command_line_sends_them_to_the_scheduler_that_it_is_told(cluster, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(experiments.EXPERIMENTS, "made_up", MADE_UP)
    command = ["run", "made_up", "--backend", "dask", "--scheduler", cluster.scheduler_address]
    assert command_line.main([*command, "--folder", str(tmp_path)]) == 0
    assert "6 new runs stored" in capsys.readouterr().out
    assert check(tmp_path)[0] == {cluster.workers[0].address}


def test_ray_is_registered_before_it_is_used(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(experiments.EXPERIMENTS, "made_up", MADE_UP)
    command = ["run", "made_up", "--folder", str(tmp_path), "--backend", "ray"]
    monkeypatch.setitem(sys.modules, "ray", None)  # as if it were not installed
    assert command_line.main(command) == 2
    assert "ray" in capsys.readouterr().err
    threads = type(joblib.parallel.BACKENDS["threading"].__name__, (joblib.parallel.BACKENDS["threading"],), {})
    ray = types.ModuleType("ray.util.joblib")
    ray.register_ray = lambda: joblib.register_parallel_backend("ray", threads)
    for name, module in (
        ("ray", types.ModuleType("ray")),
        ("ray.util", types.ModuleType("ray.util")),
        (ray.__name__, ray),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr(joblib.parallel, "BACKENDS", dict(joblib.parallel.BACKENDS))
    assert command_line.main([*command, "--jobs", "2"]) == 0
    assert "MainThread" not in check(tmp_path)[1]


def test_a_scheduler_is_dasks(tmp_path, capsys):
    assert command_line.main(["run", "recall", "--scheduler", "tcp://host:8786", "--folder", str(tmp_path)]) == 2
    assert "expected --scheduler with --backend dask" in capsys.readouterr().err
