"""Scripts in cells of notebooks, put back where they stand: all else stays as it is to the byte.

They are what `%%writefile` cells hold, the only cells that are rewritten. In the source form of a
Databricks notebook they are comments. The rest of a Jupyter notebook is certain to stay where
writing the notebook as Jupyter does gives the very bytes that were read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from ..scripts import Source, UnreadableScript
from ..scripts.sources import split_lines
from .results import Change, LeftAlone, RewrittenSource

ScriptResult = Union[RewrittenSource, UnreadableScript]

_INDENTS = (1, 2, 4, None)


def replace_cells(content: str, cells: Mapping[int, tuple[int, str]]) -> Optional[str]:
    """Return a notebook with other text in some cells, None where its form cannot be kept.

    Args:
        content: of the notebook.
        cells: for the position of a cell, counted from 1: the line of the cell on which its
            script begins, counted from 1, and the script.
    """
    notebook = json.loads(content)
    form = _form_of(content, notebook)
    if form is None or "cells" not in notebook:
        return None
    for number, (first_line, text) in cells.items():
        cell = notebook["cells"][number - 1]
        source = cell["source"]
        whole = source if isinstance(source, str) else "".join(source)
        head = "".join(split_lines(whole)[: first_line - 1])
        cell["source"] = head + text if isinstance(source, str) else split_lines(head + text)
    return _written(notebook, *form)


def rewrite_commented(
    text: str, cells: Iterable[Source], rewrite: Callable[[Source], ScriptResult]
) -> tuple[RewrittenSource, list[UnreadableScript]]:
    """Rewrite the scripts in the cells of a Databricks file.

    Args:
        text: of the file.
        cells: that are comments in it.
        rewrite: rewrites one of them.

    Returns:
        the file, with changes by its old lines; the cells that cannot be parsed.
    """
    lines = split_lines(text)
    changes: list[Change] = []
    left: list[LeftAlone] = []
    problems: list[UnreadableScript] = []
    # From the end on: the lines before stay where they are.
    for cell in sorted(cells, key=lambda each: each.first_line, reverse=True):
        result = rewrite(cell)
        if isinstance(result, UnreadableScript):
            problems.append(result)
            continue
        result = result.in_file(cell.first_line, None)
        changes += result.changes
        left += result.left_alone
        if result.text != cell.text:
            first = cell.first_line - 1
            before = lines[first : first + len(split_lines(cell.text))]
            lines[first : first + len(before)] = _as_comments(result.text, before, cell.indent)
    return RewrittenSource("".join(lines), tuple(changes), tuple(left)), problems


def _form_of(content: str, notebook: Any) -> Optional[tuple[Optional[int], bool, str]]:
    """Return indentation, whether other than ASCII is escaped, and the end of the file."""
    end = content[len(content.rstrip()) :]
    for indent in _INDENTS:
        for escaped in (False, True):
            if _written(notebook, indent, escaped, end) == content:
                return indent, escaped, end
    return None


def _written(notebook: Any, indent: Optional[int], escaped: bool, end: str) -> str:
    return json.dumps(notebook, ensure_ascii=escaped, indent=indent) + end


def _as_comments(text: str, before: Sequence[str], indent: int) -> list[str]:
    """Return lines behind the marks that the lines before them had."""
    mark = max((line[:indent] for line in before), key=len)
    marked = [
        f"{mark}{line}" if line.strip() else f"{mark.rstrip()}{line}" for line in split_lines(text)
    ]
    if marked and before[-1].endswith("\n") and not marked[-1].endswith("\n"):
        marked[-1] += before[-1][len(before[-1].rstrip("\r\n")) :]
    return marked
