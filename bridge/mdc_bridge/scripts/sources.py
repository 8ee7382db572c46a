"""What a script is to the tools: Python source text and where it stands."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ..texts import encodable
from .place import Place

_NEWLINE = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class Source:
    """Python source text and where it stands.

    Attributes:
        path: the file.
        text: the source with its own newlines; IPython magics are replaced by statements that
            parse, on the same lines (see `magics`).
        encoding: of the file; `utf-8-sig` where it begins with a byte order mark.
        cell: position in the notebook counted from 1, all cells included; None for a `.py` file.
        first_line: line of the file or cell on which the text begins, counted from 1.
        written_to: the file that a `%%writefile` cell makes, None for any other source.
        is_appended: the cell adds to that file (`%%writefile -a`).
        magics: what stood on the replaced lines, by their numbers in the text, counted from 1.
        indent: characters that stand before each line of the text in the file.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    cell: Optional[int] = None
    first_line: int = 1
    written_to: Optional[str] = None
    is_appended: bool = False
    magics: Mapping[int, str] = field(default_factory=dict)
    indent: int = 0

    def place(self, line: int, column: int, length: int) -> Place:
        """Return the place of a part of a line.

        Args:
            line: of the text, counted from 1.
            column: of the text, counted from 0.
            length: in characters.
        """
        line += self.first_line - 1
        column += self.indent + 1
        return Place(self.path, self.cell, line, column, line, column + length)


@dataclass(frozen=True)
class UnreadableScript:
    """A file, or a cell of one, that cannot be read as Python source.

    Attributes:
        path: the file, or a folder that cannot be listed.
        reason: why, to be read after the path.
        line: of the file or cell, counted from 1; None where no line is to blame.
        cell: position in the notebook counted from 1.
    """

    path: str
    reason: str
    line: Optional[int] = None
    cell: Optional[int] = None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as `--json` prints them."""
        return {
            "path": encodable(self.path),
            "cell": self.cell,
            "line": self.line,
            "reason": encodable(self.reason),
        }


def newline_of(text: str) -> str:
    """Return the first newline of a text, a line feed where it has none."""
    found = _NEWLINE.search(text)
    return found.group() if found else "\n"


def split_lines(text: str) -> list[str]:
    """Return the lines as Python counts them, with their newlines.

    Unlike `str.splitlines`, which also breaks at form feeds and Unicode's separators.
    """
    return list(io.StringIO(text, newline=""))


def nul_problem(path: str, text: str, cell: Optional[int] = None) -> Optional[UnreadableScript]:
    """Return the problem of a text with a NUL character, None when it has none."""
    at = text.find("\0")
    if at < 0:
        return None
    return UnreadableScript(path, "has a NUL character in it", line_at(text, at), cell)


def line_at(text: str, position: int) -> int:
    """Return the line, counted from 1, of a position in a text."""
    return 1 + sum(1 for _ in _NEWLINE.finditer(text, 0, position))
