"""A table ready to be encoded: unique column names over blocks of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
import pandas

from .schema import Schema, schema_of, schema_of_frame
from .snapshot import FrameSnapshot


class Block(NamedTuple):
    """Columns of one dtype.

    Attributes:
        values: a 2-D array of shape (columns, rows), or a 1-D extension array (one column).
        positions: where its columns stand in the table.
    """

    values: Any
    positions: Sequence[int]


class Table(NamedTuple):
    """Rows of named columns.

    Attributes:
        schema: of the columns; each is in exactly one block.
        values: of each block.
        rows: number of rows.
    """

    schema: Schema
    values: Sequence[Any]
    rows: int

    @classmethod
    def of(cls, names: tuple[str, ...], blocks: Sequence[Block], rows: int) -> Table:
        """Return the table of blocks; the names are unique."""
        return cls(schema_of(names, blocks), [block.values for block in blocks], rows)

    @property
    def names(self) -> tuple[str, ...]:
        """Unique column names, the keys of a row's JSON object."""
        return self.schema.names

    @property
    def blocks(self) -> list[Block]:
        """The blocks with their places."""
        return list(map(Block, self.values, self.schema.places))

    def slice_rows(self, start: int, stop: int) -> Table:
        """Return rows `start` to `stop` (exclusive) without copying."""
        values = [each[:, start:stop] if _is_2d(each) else each[start:stop] for each in self.values]
        return Table(self.schema, values, min(stop, self.rows) - start)

    def take_rows(self, rows: Sequence[int]) -> Table:
        """Return a copy of the named rows, in their order."""
        places = numpy.asarray(rows, numpy.intp)  # those of no rows would be floats
        values = [each[:, places] if _is_2d(each) else each.take(places) for each in self.values]
        return Table(self.schema, values, len(rows))

    def take_columns(self, kept: Sequence[int]) -> Table:
        """Return the named columns, in their order."""
        place = {position: index for index, position in enumerate(kept)}
        blocks = []
        for block in self.blocks:
            found = [at for at, position in enumerate(block.positions) if position in place]
            if found:
                values = block.values[found] if _is_2d(block.values) else block.values
                blocks.append(Block(values, [place[block.positions[at]] for at in found]))
        names = tuple(self.names[position] for position in kept)
        return Table.of(names, blocks, self.rows)

    def column(self, position: int) -> list[Any]:
        """Return the cells of one column."""
        for block in self.blocks:
            if position in block.positions:
                values = block.values
                if _is_2d(values):
                    values = values[list(block.positions).index(position)]
                return list(values)
        raise IndexError(f"a table of {len(self.names)} columns has no column {position}")


def table_of_frame(snapshot: FrameSnapshot) -> Table:
    """Return the table of a frame."""
    # As `Table(...)`, whose `__new__` is a function of Python: 0.4 us for 0.1.
    table: Table = tuple.__new__(Table, (schema_of_frame(snapshot), snapshot.values, snapshot.rows))
    return table


def frame_of_snapshot(snapshot: FrameSnapshot) -> pandas.DataFrame:
    """Return a frame with the snapshot's values and dtypes; its columns are numbered.

    It has the snapshot's blocks, because older pandas writes times of one block in one form.
    """
    parts = []
    order: list[int] = []
    single: dict[int, Any] = {}
    for block in table_of_frame(snapshot).blocks:
        values = block.values
        if _is_2d(values):
            order += block.positions
            if isinstance(values, numpy.ndarray) and not values.dtype.isnative:
                # Older pandas cannot put such columns in order.
                values = values.astype(values.dtype.newbyteorder("="))
            # pandas would make texts of objects, and refuses some where it has pyarrow.
            dtype = object if values.dtype == object else None
            columns = list(block.positions)
            parts.append(pandas.DataFrame(values.T, columns=columns, dtype=dtype, copy=False))
        else:
            single[block.positions[0]] = values
    if single:
        order += single
        parts.append(pandas.DataFrame(single))
    if not parts:
        return pandas.DataFrame(index=pandas.RangeIndex(snapshot.rows))
    frame = parts[0] if len(parts) == 1 else pandas.concat(parts, axis=1)
    return frame if order == sorted(order) else frame[sorted(order)]


def table_of_array(array: numpy.ndarray, names: tuple[str, ...]) -> Table:
    """Return the table of a 2-D array of shape (rows, columns)."""
    return Table.of(names, [Block(array.T, range(array.shape[1]))], array.shape[0])


def _is_2d(values: Any) -> bool:
    return getattr(values, "ndim", 1) == 2
