"""Messages about files that a command left out, and the exit code that they cause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..texts import printable, without_path
from .console import notes
from .exits import FAILED, FINDINGS, FINE

if TYPE_CHECKING:
    from ..archive.places import LeftOut


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
