"""What rewriting came to: changes, and what was left alone."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Optional

import libcst as cst

from ..scripts.sources import split_lines


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

    def in_file(self, first_line: int, cell: Optional[int]) -> RewrittenSource:
        """Return the same by lines of the file or cell in which the script begins on a line."""
        offset = first_line - 1
        return RewrittenSource(
            self.text,
            tuple(Change(each.line + offset, each.what, cell) for each in self.changes),
            tuple(LeftAlone(each.line + offset, each.reason, cell) for each in self.left_alone),
        )


@dataclass(frozen=True)
class RewrittenFile:
    """A file with code of the old SDK.

    Attributes:
        path: of the file.
        before: its text, without a byte order mark.
        after: its text rewritten.
        encoding: of the file.
        changes: by cell and line.
        left_alone: by cell and line.
    """

    path: str
    before: str
    after: str
    encoding: str
    changes: tuple[Change, ...]
    left_alone: tuple[LeftAlone, ...]

    @property
    def diff(self) -> str:
        """The unified diff; empty where nothing is rewritten."""
        lines = difflib.unified_diff(
            split_lines(self.before), split_lines(self.after), self.path, self.path
        )
        return "".join(
            line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


class Unsure(Exception):  # noqa: N818  no error: it stops the planning of one rewrite, inside here
    """Something cannot be rewritten with certainty.

    Attributes:
        node: of the script, where it stands.
        reason: why.
    """

    def __init__(self, node: cst.CSTNode, reason: str) -> None:
        super().__init__(reason)
        self.node = node
        self.reason = reason
