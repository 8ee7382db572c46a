"""What rewriting came to: changes, and what was left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Change:
    """One thing that was rewritten.

    Attributes:
        line: of the old text, counted from 1; in a notebook, of the cell.
        what: in words.
        cell: position in a notebook, counted from 1; None for a script.
    """

    line: int
    what: str
    cell: Optional[int] = None


@dataclass(frozen=True)
class LeftAlone:
    """Code of the old SDK that was not rewritten.

    Attributes:
        line: of the old text, counted from 1; in a notebook, of the cell.
        reason: why, and what to do about it where that is known.
        cell: position in a notebook, counted from 1; None for a script.
    """

    line: int
    reason: str
    cell: Optional[int] = None


@dataclass(frozen=True)
class RewrittenSource:
    """A script after rewriting.

    Attributes:
        text: of the script; the old one where nothing was rewritten.
        changes: by line.
        left_alone: by line.
    """

    text: str
    changes: tuple[Change, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()


class Unsure(Exception):  # noqa: N818  no error: it stops the planning of one rewrite, inside here
    """Something cannot be rewritten with certainty.

    Attributes:
        at: byte position in the script.
        reason: why.
    """

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at
        self.reason = reason
