"""`python -m lstm_tutor verify [--json]`: the table of differences from PyTorch; exit status 1 on any mismatch."""

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m lstm_tutor", description="Prove the package against PyTorch.")
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="compare every cell with PyTorch: values, states and every gradient")
    verify.add_argument("--json", action="store_true", help="print every comparison as JSON instead of the table")
    options = parser.parse_args(arguments)

    from lstm_tutor.reference import verify_all

    report = verify_all(progress=sys.stderr.isatty())
    print(report.to_json() if options.json else report)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
