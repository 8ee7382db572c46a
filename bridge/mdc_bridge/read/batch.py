"""Some rows of many, with what is known of all."""

from __future__ import annotations

from typing import Any

import pandas

from .columns import Kind, column_of, times_of
from .frames import ID, TIME


class Batch:
    """Some rows.

    Attributes:
        columns: the cells by name: all columns that any row has; None where there is no value,
            times in integer microseconds since the epoch.
        kinds: of the whole columns.
        fraction: of seconds that the whole column of times has, as `datetime.isoformat` names it.
    """

    def __init__(
        self, columns: dict[str, list[Any]], kinds: dict[str, Kind], fraction: str
    ) -> None:
        self.columns = columns
        self.kinds = kinds
        self.fraction = fraction

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.columns[ID])

    def column(self, name: str) -> Any:
        """Return a column as `read` does."""
        return self.column_of(name, self.columns[name])

    def column_of(self, name: str, cells: list[Any]) -> Any:
        """Return the cells of a column as `read` does."""
        return times_of(cells) if name == TIME else column_of(cells, self.kinds[name])

    def frame(self) -> pandas.DataFrame:
        """Return them as `read` does."""
        columns = {name: self.column(name) for name in self.columns}
        return pandas.DataFrame(columns, index=pandas.RangeIndex(self.height))
