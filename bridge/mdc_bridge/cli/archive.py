"""The archive of CSV files on the command line: options, its plan, and what was left out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdc_core.errors import StoreError

from ..texts import printable, without_path
from .console import notes
from .exits import FAILED, FINDINGS, FINE

if TYPE_CHECKING:
    from ..archive.places import LeftOut
    from ..migrate import Plan

MB = 1024 * 1024
SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="The archive: a folder, file:// URL, connection string or account URL.",
    ),
]
SourceContainer = Annotated[
    str, typer.Option(help="Container of the archive, in a storage account.")
]


def read_plan(path: Path) -> Plan:
    """Return the plan in a file.

    Raises:
        StoreError: the file cannot be read.
        PlanError: it holds no plan.
    """
    from ..migrate import load_plan

    try:
        return load_plan(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise StoreError(f"--plan: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"--plan: {path} is not UTF-8") from error


def print_left_out(files: Iterable[LeftOut]) -> None:
    """Print each file with its reason."""
    for file in files:
        what = "cannot be read" if file.is_unreadable else "left out"
        reason = without_path(file.reason, file.path)
        notes.print(f"{what}: {printable(f'{file.path}: {reason}')}", markup=False)


def code_of(left_out: Iterable[LeftOut]) -> int:
    """Return the exit code: the worst of those that files cause which were not read."""
    return max((_code(file) for file in left_out), default=FINE)


def _code(file: LeftOut) -> int:
    if file.is_unreadable:
        return FAILED
    # All that a copy holds was read.
    return FINE if file.is_copy else FINDINGS
