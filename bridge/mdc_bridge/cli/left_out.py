"""Messages about files that a command left out, and the exit code that they cause."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..texts import printable, without_path
from .console import notes
from .exits import FAILED, FINDINGS

if TYPE_CHECKING:
    from ..archive.places import LeftOut


def print_left_out(files: Iterable[LeftOut]) -> None:
    """Print each file with its reason."""
    for file in files:
        what = "cannot be read" if file.is_unreadable else "left out"
        reason = without_path(file.reason, file.path)
        notes.print(f"{what}: {printable(f'{file.path}: {reason}')}", markup=False)


def code_of(left_out: Iterable[LeftOut]) -> int:
    """Return the exit code: some could not be read, or were only left out."""
    return FAILED if any(file.is_unreadable for file in left_out) else FINDINGS
