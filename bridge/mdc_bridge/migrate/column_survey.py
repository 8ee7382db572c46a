"""One column of an archive, looked at: its type, and which of its cells make it text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Optional

from ..archive.json_types import (
    BOOLEANS,
    INFINITIES,
    NULLS,
    NUMBER,
    STRING,
    column_type,
    joined_type,
    text_reason,
    widened,
)

_LONGEST_SHOWN = 40
# The texts of lists and arrays: what stands first in them is a value.
_LIST = re.compile(rb"\[\s*(?:[-+.\d'\"\[\]]|nan|None|True|False)(?:.*\])?", re.DOTALL)


class ColumnSurvey:
    """What the cells of one column are, as far as they were read.

    Attributes:
        kind: the JSON type of its values, None without any.
    """

    def __init__(self) -> None:
        self.kind: Optional[str] = None
        self._kind_of_others: Optional[str] = None
        self._has_nulls_by_name = False
        self._values = 0
        self._texts = 0
        # A cell that is neither a number nor a truth value, its file, and the line.
        self._first_text: Optional[tuple[bytes, str, int]] = None
        self._odd_number: Optional[str] = None
        self._infinities = 0

    def add(self, cells: list[bytes], path: str, lines: Sequence[int]) -> None:
        """Look at cells.

        Args:
            cells: as they stand in the file.
            path: of the file.
            lines: of the cells.
        """
        kind = joined_type(cells)
        if kind is None:
            values = [cell for cell in cells if cell not in NULLS]
            self._infinities += sum(cell in INFINITIES for cell in cells)
            if not values:
                self._has_nulls_by_name = self._has_nulls_by_name or any(cells)
                return
            kind = joined_type(values) or column_type(values)
        else:
            values = cells
        self.kind = widened(self.kind, kind)
        self._values += len(values)
        if kind == STRING:
            self._add_texts(values)
            if self._texts and self._first_text is None:
                at = next(at for at, cell in enumerate(cells) if _is_text(cell))
                self._first_text = (cells[at], path, lines[at])
        else:
            self._kind_of_others = widened(self._kind_of_others, kind)

    @property
    def type(self) -> str:
        """The type to claim; `nan` is what is written for a number that is missing."""
        return self.kind or (NUMBER if self._has_nulls_by_name else STRING)

    @property
    def is_of_texts(self) -> bool:
        """Whether no more than the lesser part of its values is other than texts."""
        return self.kind in (STRING, None) and 2 * self._texts >= self._values

    @property
    def is_of_lists(self) -> bool:
        """Whether its texts are those of lists."""
        return self._first_text is not None and bool(_LIST.fullmatch(self._first_text[0]))

    @property
    def infinities(self) -> int:
        """How many cells hold one that its type has no number for."""
        return 0 if self.type == STRING else self._infinities

    def why_text(self) -> Optional[str]:
        """Return why it is text, where it might have been another type; else None."""
        if self.kind != STRING:
            return None
        if self._odd_number is not None:
            return f"is text, so that {_shown(self._odd_number)} stays unchanged"
        if self._texts == self._values:
            return None
        first = self._first_text
        if first is None or 2 * self._texts > self._values or self._kind_of_others == STRING:
            return "has texts and other values, so it is text"
        text, path, line = first
        return (
            f"is text because of {self._texts:,} of {self._values:,} values, the first "
            f"{_shown(text.decode('utf-8', 'replace'))!r} in {path}, line {line}; "
            f"`{self._kind_of_others}` rejects such rows"
        )

    def _add_texts(self, values: list[bytes]) -> None:
        if self._odd_number is None:
            self._odd_number = text_reason(values)
        # Texts are often few, and repeated.
        for cell, count in Counter(values).items():
            if _is_text(cell):
                self._texts += count
            else:
                self._kind_of_others = widened(self._kind_of_others, column_type([cell]))


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _is_text(cell: bytes) -> bool:
    first = cell[:1]
    if not first.isdigit() and first != b"-" and cell not in BOOLEANS:
        return cell not in NULLS
    return column_type([cell]) == STRING
