"""`%%writefile` cells of notebooks: they are whole scripts, and the only cells that are rewritten.

The rest of a notebook stays as it is to the byte, which is certain where writing the notebook as
Jupyter does gives the very bytes that were read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Optional

from ..scripts.sources import split_lines

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
