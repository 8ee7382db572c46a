"""A table ready to be encoded: unique column names over blocks of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
import pandas

from .column_names import unique_names
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
        names: unique column names, the keys of a row's JSON object.
        blocks: each column is in exactly one of them.
        rows: number of rows.
    """

    names: tuple[str, ...]
    blocks: tuple[Block, ...]
    rows: int

    def slice_rows(self, start: int, stop: int) -> Table:
        """Return rows `start` to `stop` (exclusive) without copying."""
        blocks = tuple(
            Block(
                block.values[:, start:stop] if _is_2d(block.values) else block.values[start:stop],
                block.positions,
            )
            for block in self.blocks
        )
        return Table(self.names, blocks, min(stop, self.rows) - start)

    def take_rows(self, rows: Sequence[int]) -> Table:
        """Return a copy of the named rows, in their order."""
        places = numpy.asarray(rows, numpy.intp)  # those of no rows would be floats
        blocks = tuple(
            Block(
                block.values[:, places] if _is_2d(block.values) else block.values.take(places),
                block.positions,
            )
            for block in self.blocks
        )
        return Table(self.names, blocks, len(rows))

    def take_columns(self, kept: Sequence[int]) -> Table:
        """Return the named columns, in their order."""
        place = {position: index for index, position in enumerate(kept)}
        blocks = []
        for block in self.blocks:
            found = [at for at, position in enumerate(block.positions) if position in place]
            if found:
                values = block.values[found] if _is_2d(block.values) else block.values
                blocks.append(Block(values, [place[block.positions[at]] for at in found]))
        return Table(tuple(self.names[position] for position in kept), tuple(blocks), self.rows)

    def column(self, position: int) -> list[Any]:
        """Return the cells of one column."""
        for block in self.blocks:
            if position in block.positions:
                values = block.values
                if _is_2d(values):
                    values = values[list(block.positions).index(position)]
                return list(values)
        raise IndexError(f"a table of {len(self.names)} columns has no column {position}")


def positions_of(placement: Any, columns: int) -> Sequence[int]:
    """Return the column positions that a block's placement stands for."""
    indexer = getattr(placement, "indexer", placement)
    if isinstance(indexer, slice):
        return range(*indexer.indices(columns))
    positions: list[int] = numpy.asarray(indexer, dtype=int).tolist()
    return positions


def table_of_frame(snapshot: FrameSnapshot) -> Table:
    """Return the table of a frame."""
    columns = len(snapshot.columns)
    blocks = tuple(
        Block(values, positions_of(placement, columns))
        for values, placement in zip(snapshot.values, snapshot.placements)
    )
    return Table(unique_names(labels_of(snapshot.columns)), blocks, snapshot.rows)


def labels_of(columns: pandas.Index) -> list[Any]:
    """Return the labels of columns, without iterating: that costs as much as encoding a row."""
    if getattr(columns.dtype, "storage", None) == "pyarrow":
        # 1 us for 23 labels, where numpy takes 7.
        texts = columns.array.__arrow_array__()
        if not texts.null_count:
            return list(texts.to_pylist())
    return list(numpy.asarray(columns, dtype=object).tolist())


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
    return Table(names, (Block(array.T, range(array.shape[1])),), array.shape[0])


def _is_2d(values: Any) -> bool:
    return getattr(values, "ndim", 1) == 2
