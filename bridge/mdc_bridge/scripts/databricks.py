"""Databricks notebooks in source form: Python files whose other cells are `# MAGIC` comments.

Format: https://docs.databricks.com/en/notebooks/notebook-export-import.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

from .notebooks import NotebookCell
from .sources import split_lines

_HEADER = "# Databricks notebook source"
MAGIC = "# MAGIC"
_MAGIC_LINE = re.compile(rf"{MAGIC}(?: |(?=\r?\n?$))")
_LANGUAGE = re.compile(r"\s*%(\w+)")


def is_databricks(text: str) -> bool:
    """Return whether a text is a Databricks notebook in source form."""
    return text.lstrip("\ufeff \t\r\n").startswith(_HEADER)


def magic_cells(text: str) -> Iterator[NotebookCell]:
    """Yield the cells of a notebook that are comments, in their order, as Jupyter would have them.

    Text and other languages are left out.
    """
    lines: list[str] = []
    first = 1
    for number, line in enumerate([*split_lines(text), "# COMMAND ----------"], 1):
        magic = _MAGIC_LINE.match(line)
        if magic is not None:
            if not lines:
                first = number
            lines.append(line[magic.end() :])
        elif lines and line.strip():
            cell = _of_jupyter("".join(lines))
            if cell is not None:
                yield NotebookCell(None, cell, first, len(MAGIC) + 1)
            lines = []


def _of_jupyter(text: str) -> Optional[str]:
    language = _LANGUAGE.match(text)
    if language is None:
        return text
    before, name, after = text[: language.start(1)], language.group(1), text[language.end(1) :]
    if name == "python":
        return f"{before[:-1]}       {after}".lstrip(" ")
    if name == "sh":
        return f"{before}%sh{after}"
    return text if name in ("pip", "conda", "run") else None
