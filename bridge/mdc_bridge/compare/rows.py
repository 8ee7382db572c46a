"""What is compared: rows of the CSV and lines of the JSONL, in the form in which they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from mdc_core.layouts import utc

Cells = tuple[str, ...]

HOUR_US = 3_600_000_000


class CsvRow(NamedTuple):
    """One row of a CSV file.

    Attributes:
        stream: index of its stream.
        id: correlation id; for a row that carries none, the one that a conversion gives it.
        has_id: it carries the id.
        time_us: scoring time, integer microseconds since the epoch; None when not known.
        folder_us: begin of its folder's time.
        is_hourly: the folder is of one hour.
        path: index of its file.
        line: on which it begins, from 1.
        request_id: of the HTTP request, None without.
        in_doubt: nothing tells whether it is of the period or sample.
        is_header: it was taken for a header, which in a file without one may be wrong.
        names: of its cells, by the header.
        cells: as they stand, without correlations.
    """

    stream: int
    id: str
    has_id: bool
    time_us: Optional[int]
    folder_us: int
    is_hourly: bool
    path: int
    line: int
    request_id: Optional[str]
    in_doubt: bool
    is_header: bool
    names: Cells
    cells: Cells

    @property
    def rows(self) -> int:
        """How many rows it is by the row rule: cells under one name are rows of that column."""
        return max(1, len(self.cells)) if len(self.names) == 1 else 1

    def upright(self) -> list[CsvRow]:
        """Return those rows."""
        if self.rows == 1:
            return [self]
        return [self._replace(cells=(cell,)) for cell in self.cells]

    @property
    def hour(self) -> str:
        """The hour, or the day where the hour is not known."""
        if self.time_us is not None:
            return hour_text(self.time_us)
        return hour_text(self.folder_us) if self.is_hourly else day_text(self.folder_us)

    @property
    def day(self) -> str:
        """The day of its folder."""
        return day_text(self.folder_us)


class JsonLine(NamedTuple):
    """One line of a JSONL file.

    Attributes:
        stream: index of its stream.
        id: correlation id.
        time_us: integer microseconds since the epoch; the begin of its folder when it has none.
        path: index of its file.
        line: its number, from 1.
        request_id: `xrequestid`.
        rows: the row objects, numbers as their digits in `bytes`.
    """

    stream: int
    id: str
    time_us: int
    path: int
    line: int
    request_id: str
    rows: list[dict[str, Any]]

    @property
    def hour(self) -> str:
        """The hour."""
        return hour_text(self.time_us)

    @property
    def day(self) -> str:
        """The day."""
        return day_text(self.time_us)

    @property
    def order(self) -> tuple[int, int, int]:
        """What sorts lines as they were written."""
        return (self.time_us, self.path, self.line)


class Numbered:
    """Gives equal things the same number, one after the other.

    Args:
        items: that have numbers already.
        first: number.

    Attributes:
        items: in the order of their numbers.
    """

    def __init__(self, items: Iterable[Any] = (), first: int = 0) -> None:
        self.items: list[Any] = list(items)
        self._first = first
        self._numbers: dict[Any, int] = {item: at for at, item in enumerate(self.items, first)}

    def number(self, item: Any) -> int:
        """Return the number of a thing."""
        number = self._numbers.get(item)
        if number is None:
            number = self._numbers[item] = self._first + len(self.items)
            self.items.append(item)
        return number

    def __getitem__(self, number: int) -> Any:
        return self.items[number - self._first]


def hour_text(time_us: int) -> str:
    """Return the hour of a time, such as `2026-11-21T09`."""
    return utc(time_us - time_us % HOUR_US).isoformat()[:13]


def day_text(time_us: int) -> str:
    """Return the day of a time, such as `2026-11-21`."""
    return hour_text(time_us)[:10]
