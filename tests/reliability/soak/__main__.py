"""Runs all commands of this package, or those named, and prints a row for each."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from .row import HEAD

_FOLDER = Path(__file__).parent


def command_names() -> list[str]:
    """Return the modules here that define `run`, in the order of their names."""
    return sorted(path.stem for path in _FOLDER.glob("*.py") if "\ndef run(" in path.read_text())


def main(arguments: Sequence[str]) -> int:
    """Return 0 when every figure is met."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds each")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(command_names()))
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(command_names())
    if unknown:
        parser.error(f"no such command: {', '.join(sorted(unknown))}")
    _say(HEAD)
    met = True
    for name in options.names or command_names():
        row = importlib.import_module(f"{__package__}.{name}").run(options.short)
        _say(row)
        met = met and row.met
    return 0 if met else 1


def _say(row: object) -> None:
    sys.stdout.write(f"{row}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
