"""Where something stands in a script."""

from __future__ import annotations

from typing import NamedTuple, Optional


class Place(NamedTuple):
    """Where something stands in a file, for people: lines and columns count from 1.

    Attributes:
        path: the file.
        cell: position in a notebook, None in a `.py` file.
        line: of the file or cell.
        column: in characters.
        end_line: of the last character.
        end_column: behind the last character.
    """

    path: str
    cell: Optional[int]
    line: int
    column: int
    end_line: int
    end_column: int
