"""Which line of a notebook's file holds a line of a cell.

SARIF speaks of lines of files. Jupyter writes each line of a cell as a JSON string on a line of its
own; where a file is written in another way, its first line stands for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def lines_of_notebook(path: str) -> dict[tuple[int, int], int]:
    """Return the file's lines by cell and line of the cell, all counted from 1."""
    try:
        with open(path, encoding="utf-8-sig", newline="\n") as stream:
            text = stream.read()
        notebook = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    positions: dict[str, list[int]] = {}
    for number, written in enumerate(text.split("\n"), 1):
        positions.setdefault(written.strip().rstrip(","), []).append(number)
    found: dict[tuple[int, int], int] = {}
    after = 0
    for cell, line, content in _source_lines(notebook):
        for encoded in (json.dumps(content, ensure_ascii=False), json.dumps(content)):
            later = next((at for at in positions.get(encoded, ()) if at > after), None)
            if later is not None:
                found[cell, line] = after = later
                break
    return found


def _source_lines(notebook: Any) -> Iterator[tuple[int, int, str]]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        source = cell.get("source") if isinstance(cell, dict) else None
        for line, content in enumerate(source if isinstance(source, list) else (), 1):
            if isinstance(content, str):
                yield number, line, content
