"""Installs and drives the images, and prints a table; 0 when all that ran are right."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from .locks import read_images
from .matrix import HEAD, SHORT, Outcome, run_matrix
from .resolution import HEAD as RESOLUTION_HEAD
from .resolution import LIMIT_SECONDS, Resolution, resolve_all

ROOT = Path(__file__).parents[2]


def main(arguments: Sequence[str]) -> int:
    """Return 0 when every image that ran is right, and enough of them ran."""
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="of locks; all where none is given"
    )
    parser.add_argument("--short", action="store_true", help=f"only {', '.join(SHORT)}")
    parser.add_argument("--at-least", type=int, default=3, help="images that must run")
    parser.add_argument("--home", type=Path, default=ROOT / ".venv" / "images")
    parser.add_argument("--wheel", type=Path, help="the newest of .venv/dist")
    parser.add_argument(
        "--resolve", action="store_true", help="only measure how long pip looks for versions"
    )
    given = parser.parse_args(arguments)
    wheel = (given.wheel or next((ROOT / ".venv" / "dist").glob("*.whl"))).resolve()
    images = read_images(SHORT if given.short else given.names)
    if given.resolve:
        return _resolved(_told(RESOLUTION_HEAD, resolve_all(images, wheel, given.home.resolve())))
    outcomes = _told(HEAD, run_matrix(images, wheel, given.home.resolve()))
    return _judged(outcomes, given.at_least)


_Row = TypeVar("_Row", Outcome, Resolution)


def _told(head: Sequence[str], rows: Iterable[_Row]) -> list[_Row]:
    """Print a table, each row when it is there; return the rows."""
    found = []
    _say(head)
    _say(["---"] * len(head))
    for each in rows:
        _say(each.row)
        found.append(each)
    return found


def _say(cells: Iterable[str]) -> None:
    sys.stdout.write(f"| {' | '.join(cells)} |\n")
    sys.stdout.flush()


def _judged(outcomes: Sequence[Outcome], at_least: int) -> int:
    """Print what went wrong and the sum; return the exit code."""
    ran = [each for each in outcomes if each.is_run]
    wrong = [each for each in ran if not each.is_right]
    for each in wrong:
        sys.stdout.write(f"\n{each.image.name}: {each.failure or 'is not as it should be'}\n")
        if each.golden[1]:
            sys.stdout.write(f"  golden cases that differ: {', '.join(each.golden[1])}\n")
    not_run = len(outcomes) - len(ran)
    sys.stdout.write(f"\n{len(ran) - len(wrong)} passed, {len(wrong)} failed, {not_run} skipped\n")
    if len(ran) < at_least:
        sys.stdout.write(f"At least {at_least} must run: this machine lacks their Pythons.\n")
    return 1 if wrong or len(ran) < at_least else 0


def _resolved(found: Sequence[Resolution]) -> int:
    """Print what took too long or was not found; return the exit code."""
    wrong = [each for each in found if each.seconds is not None and not each.is_right]
    for each in wrong:
        said = each.failure or f"took longer than {LIMIT_SECONDS:.0f} s"
        sys.stdout.write(f"\n{each.asked_for} on {each.python}: {said}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
