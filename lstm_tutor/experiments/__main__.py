"""`python -m lstm_tutor.experiments list | run NAME... | report [NAME...] | keep [MODEL...]`."""

import argparse
import contextlib
import sys
from collections.abc import Iterator, Sequence

from tqdm import tqdm

from lstm_tutor import experiments
from lstm_tutor.experiments import recipes, runner
from lstm_tutor.experiments.experiment import Experiment
from lstm_tutor.experiments.store import Folder
from lstm_tutor.extras import require


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "keep":
            return _keep(options.models or experiments.outdated())
        chosen = [experiments.get(name) for name in options.names or experiments.EXPERIMENTS]
        if options.command == "list":
            for experiment in chosen:
                _list(experiment, options.folder)
        elif options.command == "report":
            tables: list[object] = list(
                [experiments.overview(chosen, folder=options.folder)] if len(chosen) > 1 or options.overview else []
            )
            if not options.overview:
                tables += [experiments.report(e, folder=options.folder) for e in chosen]
            print("\n\n".join(map(str, tables)))
        elif not options.names and not options.all:
            raise ValueError("run: expected the names of experiments, or --all")
        else:
            return _run(chosen, options)
    except (ValueError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lstm_tutor.experiments", description="The experiments of the book."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("list", "say what there is, and how many runs are stored"),
        ("run", "run what is missing; an interrupt (Ctrl-C) keeps the finished runs"),
        ("keep", "train the models that the book shows and that are not stored as their settings are now"),
        ("report", "print the stored runs beside the paper's figures"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name == "keep":
            command.add_argument("models", nargs="*", metavar="MODEL", help="such as charlm-lstm: trained in any case")
            continue
        without = "or --all" if name == "run" else "all if none is named"
        command.add_argument("names", nargs="*", metavar="NAME", help=f"experiments; {without}")
        command.add_argument("--folder", help="where results are kept, instead of the package's own folder")
        if name == "report":
            command.add_argument("--overview", action="store_true", help="only the table of all, a row for each")
        if name == "run":
            command.add_argument("--all", action="store_true", help="run every experiment")
            command.add_argument(
                "--seeds", type=int, help="seeds 0 to SEEDS - 1, instead of the experiment's own number"
            )
            command.add_argument("--jobs", type=int, help="worker processes, 1 if not said (more need joblib); "
                                 "with --backend, how many runs at a time")  # fmt: skip
            command.add_argument("--backend", help="where to run, a backend of joblib: dask, ray, loky, threading")
            command.add_argument("--scheduler", metavar="ADDRESS", help="with --backend dask, such as tcp://host:8786")
            command.add_argument("--variants", nargs="+", help="only these variants")
    return parser


def _list(experiment: Experiment, folder: Folder) -> None:
    stored = len(experiments.results(experiment, folder=folder))
    print(f"{experiment.name}: {experiment.title} ({stored} run{'s' * (stored != 1)} stored)")
    print(f"    {experiment.question}")
    print(f"    variants: {', '.join(experiment.variants)}")


@contextlib.contextmanager
def _backend(options: argparse.Namespace) -> Iterator[int | None]:
    """Send the runs within it to the backend that the options name; its value is the runner's `jobs`."""
    if options.scheduler is not None and options.backend != "dask":
        raise ValueError(f"run: expected --scheduler with --backend dask, got --backend {options.backend}")
    if options.backend is None:
        yield 1 if options.jobs is None else options.jobs
        return
    require("joblib")
    import joblib

    if options.backend == "ray":  # joblib itself knows of Dask only
        from ray.util.joblib import register_ray

        register_ray()
    where = {} if options.scheduler is None else {"scheduler_host": options.scheduler}
    with joblib.parallel_config(options.backend, n_jobs=options.jobs, **where):
        yield None


def _keep(names: Sequence[str]) -> int:
    done = 0
    try:
        with recipes.watched():
            for name in tqdm(names, desc="keep", unit="model", delay=1):
                tqdm.write(str(experiments.keep(name)))
                done += 1
    except KeyboardInterrupt:
        return _interrupted(f"go on with: keep {' '.join(names[done:])}")
    if not names:
        print("all models are stored as their settings are now; to train one again, name it")
    return 0


def _interrupted(rest: str) -> int:
    print(f"\ninterrupted; what had finished is stored, {rest}", file=sys.stderr)
    return 130


def _run(chosen: Sequence[Experiment], options: argparse.Namespace) -> int:
    done = 0
    try:
        with _backend(options) as jobs:
            for experiment in chosen:
                done += runner.run(experiment, seeds=options.seeds, variants=options.variants, jobs=jobs,
                                   folder=options.folder)  # fmt: skip
    except KeyboardInterrupt:
        return _interrupted("the same command goes on")
    print(f"{done} new run{'s' * (done != 1)} stored")
    return 0


if __name__ == "__main__":
    sys.exit(main())
