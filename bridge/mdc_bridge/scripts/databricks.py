"""Databricks notebooks in source form: Python files whose other cells are `# MAGIC` comments.

Format: https://docs.databricks.com/en/notebooks/notebook-export-import.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .sources import split_lines

_HEADER = "# Databricks notebook source"
_COMMAND = re.compile(r"# COMMAND -+\s*$")
_MAGIC = re.compile(r"# MAGIC(?: |(?=\r?\n?$))")


class MagicCell(NamedTuple):
    """A cell that is written as comments.

    Attributes:
        text: without what makes it a comment.
        first_line: of the file.
        indent: characters that were taken off.
    """

    text: str
    first_line: int
    indent: int


def is_databricks(text: str) -> bool:
    """Return whether a text is a Databricks notebook in source form."""
    return text.lstrip("\ufeff \t\r\n").startswith(_HEADER)


def magic_cells(text: str) -> Iterator[MagicCell]:
    """Yield the cells of a notebook that are comments, in their order."""
    lines: list[str] = []
    first = 1
    for number, line in enumerate([*split_lines(text), "# COMMAND ----------"], 1):
        magic = _MAGIC.match(line)
        if magic is not None:
            if not lines:
                first = number
            lines.append(line[magic.end() :])
        elif (_COMMAND.match(line) and lines) or (lines and line.strip()):
            yield MagicCell("".join(lines), first, len("# MAGIC "))
            lines = []
