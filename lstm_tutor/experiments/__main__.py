"""`python -m lstm_tutor.experiments list | run NAME... | report [NAME...] | keep [MODEL...]`."""

import argparse
import sys

from lstm_tutor import experiments
from lstm_tutor.experiments import runner


def main(arguments=None):
    """Run the command line and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "keep":
            for name in options.models or experiments.kept():
                print(experiments.keep(name))
            return 0
        chosen = [experiments.get(name) for name in options.names or experiments.EXPERIMENTS]
        if options.command == "list":
            for experiment in chosen:
                _list(experiment, options.folder)
        elif options.command == "report":
            print("\n\n".join(str(experiments.report(e, folder=options.folder)) for e in chosen))
        elif not options.names and not options.all:
            raise ValueError("run: expected the names of experiments, or --all")
        else:
            return _run(chosen, options)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m lstm_tutor.experiments", description="The experiments of the book."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("list", "say what there is, and how many runs are stored"),
        ("run", "run what is missing; an interrupt (Ctrl-C) keeps the finished runs"),
        ("keep", "train the models that the book shows, and keep them (some minutes)"),
        ("report", "print the stored runs beside the paper's figures"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        if name == "keep":
            command.add_argument("models", nargs="*", metavar="MODEL", help="such as charlm-lstm; all if none is named")
            continue
        command.add_argument("names", nargs="*", metavar="NAME", help="experiments; all if none is named")
        command.add_argument("--folder", help="where results are kept, instead of the package's own folder")
        if name == "run":
            command.add_argument("--all", action="store_true", help="run every experiment")
            command.add_argument(
                "--seeds", type=int, help="seeds 0 to SEEDS - 1, instead of the experiment's own number"
            )
            command.add_argument("--jobs", type=int, default=1, help="worker processes (needs joblib if not 1)")
            command.add_argument("--variants", nargs="+", help="only these variants")
    return parser


def _list(experiment, folder):
    stored = len(experiments.results(experiment, folder=folder))
    print(f"{experiment.name}: {experiment.title} ({stored} runs stored)")
    print(f"    {experiment.question}")
    print(f"    variants: {', '.join(experiment.variants)}")


def _run(chosen, options):
    done = 0
    try:
        for experiment in chosen:
            done += runner.run(experiment, seeds=options.seeds, variants=options.variants, jobs=options.jobs,
                               folder=options.folder)  # fmt: skip
    except KeyboardInterrupt:
        print("\ninterrupted; what had finished is stored, the same command goes on", file=sys.stderr)
        return 130
    print(f"{done} new runs stored")
    return 0


if __name__ == "__main__":
    sys.exit(main())
