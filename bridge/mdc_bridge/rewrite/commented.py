"""Scripts that cells of a Databricks notebook write: in the source form of a notebook, comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..scripts import Source
from ..scripts.sources import split_lines
from .results import Change, LeftAlone, RewrittenSource


@dataclass(frozen=True)
class RewrittenCells:
    """A file in which the scripts of cells are rewritten.

    Attributes:
        text: of the file.
        changes: by line of the file.
        left_alone: by line of the file.
    """

    text: str
    changes: tuple[Change, ...]
    left_alone: tuple[LeftAlone, ...]


def rewrite_commented(
    text: str, cells: Sequence[Source], rewrite: Callable[[Source], RewrittenSource]
) -> RewrittenCells:
    """Rewrite the scripts in the cells of a Databricks file.

    Args:
        text: of the file.
        cells: that are comments in it.
        rewrite: rewrites one of them.
    """
    lines = split_lines(text)
    changes: list[Change] = []
    left: list[LeftAlone] = []
    # From the end on: the lines before stay where they are.
    for cell in sorted(cells, key=lambda each: each.first_line, reverse=True):
        result = rewrite(cell)
        first = cell.first_line - 1
        changes += [Change(each.line + first, each.what) for each in result.changes]
        left += [LeftAlone(each.line + first, each.reason) for each in result.left_alone]
        if result.text != cell.text:
            before = lines[first : first + len(split_lines(cell.text))]
            lines[first : first + len(before)] = _as_comments(result.text, before, cell.indent)
    return RewrittenCells("".join(lines), tuple(changes), tuple(left))


def _as_comments(text: str, before: Sequence[str], indent: int) -> list[str]:
    """Return lines behind the marks that the lines before them had."""
    mark = max((line[:indent] for line in before), key=len)
    marked = [
        f"{mark}{line}" if line.strip() else f"{mark.rstrip()}{line}" for line in split_lines(text)
    ]
    if marked and before[-1].endswith("\n") and not marked[-1].endswith("\n"):
        marked[-1] += before[-1][len(before[-1].rstrip("\r\n")) :]
    return marked
