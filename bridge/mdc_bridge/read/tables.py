"""Rows that follow each other, as a table of pyarrow: where their values prove to fit one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Optional

import numpy

from .chunks import Chunk, SortKey, parts_of
from .columns import BOOLEANS, FLOATS, INTEGERS, TEXTS, ColumnKind
from .origin import DEPLOYMENT, ENDPOINT, ID, LINE, REQUEST, ROW, TIME

try:
    import pyarrow
    import pyarrow.compute
except ModuleNotFoundError:  # of the extra `tools`: rows are lists without it
    pyarrow = None

PLACE, FILE, NUMBER = "place", "file", "number"
# Which collection tells where a joined row comes among those of its id; see `matching`.
SIDE = "side"
_LISTED = (ID, REQUEST, PLACE, ROW, TIME, LINE)
# Between side and name of a column, so that it differs from all names of collected columns.
_DATA = "="
# About the size of a table in its file. Tables that are merged are in memory twice: one by one and
# as the result.
_BYTES = 384 * 1024


class TableChunk:
    """Rows that follow each other, as `Chunk` has them.

    Args:
        table: the columns of keys, `PLACE`, `ID` and `REQUEST`, integers and texts without gaps,
            and the collected ones under their names of `column_name`: of pyarrow's int64, double,
            string, bool, null.

    Attributes:
        keys: the columns that rows are sorted by, the time before all.
    """

    __slots__ = ("table",)
    # The time is that of the line as well.
    keys: tuple[str, ...] = (TIME, FILE, NUMBER, ROW)

    def __init__(self, table: Any) -> None:
        self.table = table

    @property
    def height(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    @property
    def data(self) -> dict[Any, Any]:
        """The collected columns, by side and name."""
        parts = (name.partition(_DATA) for name in self.table.column_names)
        return {
            (int(side), name): self.table.column(at)
            for at, (side, between, name) in enumerate(parts)
            if between
        }

    def key(self, at: int) -> SortKey:
        """Return the key of a row."""
        at = at % self.height
        return tuple(self.table.column(name)[at].as_py() for name in self.keys)

    def find(self, bound: SortKey, start: int) -> int:
        """Return the number of the first row after a key, from a row on."""
        return bisect_right(_Keys(self), bound, start)

    def part(self, start: int, stop: int) -> TableChunk:
        """Return some of the rows."""
        return type(self)(self.table.slice(start, stop - start))

    def small_parts(self) -> list[TableChunk]:
        """Return the rows divided so that each part is small, unless a row is not."""
        return parts_of(self, 1 + self.table.nbytes // _BYTES)

    def contents(self) -> list[bytes]:
        """Return small parts as bytes."""
        return [part.content() for part in self.small_parts()]

    def content(self) -> bytes:
        """Return all rows as bytes."""
        sink = pyarrow.BufferOutputStream()
        with pyarrow.ipc.new_stream(sink, self.table.schema) as writer:
            writer.write_table(self.table)
        content: bytes = sink.getvalue()
        return content

    @classmethod
    def of_content(cls, content: bytes) -> TableChunk:
        """Return the rows of bytes."""
        return cls(pyarrow.ipc.open_stream(content).read_all())

    def numbers(self, name: str) -> Any:
        """Return a column of integers without gaps as numpy's."""
        return self.table.column(name).to_numpy()

    def times(self) -> Any:
        """Return the times of the rows, as numpy's."""
        return self.numbers(TIME)

    def kinds(self) -> dict[Any, ColumnKind]:
        """Return the kinds of the collected columns.

        One of doubles may hold integers among them, which none can tell from the others.
        """
        return {name: _kind(column) for name, column in self.data.items()}

    def order(self) -> Any:
        """Return the numbers of the rows by key as numpy's; None where they are in order."""
        times = self.times()
        if (times[1:] > times[:-1]).all():
            return None
        order = numpy.argsort(times, kind="stable")
        in_order = times[order]
        if (in_order[1:] == in_order[:-1]).any():
            order = numpy.lexsort([self.ranks(name) for name in reversed(self.keys)])
        return None if (order == numpy.arange(len(order))).all() else order

    def in_order(self) -> TableChunk:
        """Return the rows sorted by key."""
        order = self.order()
        return self if order is None else type(self)(self.table.take(order))

    def ranks(self, name: str) -> Any:
        """Return integers that are in the order of a column of keys."""
        column = self.table.column(name)
        if str(column.type) != "string":
            return column.to_numpy()
        coded = pyarrow.compute.dictionary_encode(column.combine_chunks())
        # By their UTF-8, which is the order of Python's texts.
        order = pyarrow.compute.sort_indices(coded.dictionary).to_numpy()
        ranks = numpy.empty(len(order), numpy.int64)
        ranks[order] = numpy.arange(len(order))
        return ranks[coded.indices.to_numpy()]

    def with_lines(self, numbers: Any) -> TableChunk:
        """Return the rows with the numbers of their lines among those of one id."""
        return TableChunk(self.table.append_column(LINE, pyarrow.array(numbers, "int64")))

    def listed(self) -> Chunk:
        """Return the rows as lists."""
        there = self.table.column_names
        columns: dict[Any, list[Any]] = {
            name: self.table.column(name).to_pylist() for name in _LISTED if name in there
        }
        keys = [columns.get(name) or self.table.column(name).to_pylist() for name in self.keys]
        columns.update((name, column.to_pylist()) for name, column in self.data.items())
        return Chunk(keys, columns)


class JoinedChunk(TableChunk):
    """Joined rows, with the numbers of their lines.

    Args:
        table: see `TableChunk`; collected columns have gaps where a collection has no row.
    """

    __slots__ = ()
    keys = (TIME, ENDPOINT, DEPLOYMENT, ID, SIDE, LINE, ROW)


class _Keys(Sequence[SortKey]):
    def __init__(self, chunk: TableChunk) -> None:
        self._chunk = chunk

    def __len__(self) -> int:
        return self._chunk.height

    def __getitem__(self, at: Any) -> Any:
        return self._chunk.key(at)


def column_name(name: str, side: int = 0) -> str:
    """Return the name that a collected column has in a table."""
    return f"{side}{_DATA}{name}"


def whole(column: Any) -> Any:
    """Return a column as one array."""
    if not isinstance(column, pyarrow.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return pyarrow.concat_arrays(column.chunks or [pyarrow.array([], column.type)])


def table_of(columns: dict[str, Any]) -> TableChunk:
    """Return columns as a chunk, sorted."""
    return TableChunk(pyarrow.table(columns)).in_order()


def _kind(column: Any) -> ColumnKind:
    kind = ColumnKind()
    if column.null_count:
        kind.add_gap()
    if column.null_count < len(column):
        kind.types.add(_PYTHON[str(column.type)])
        if column.type.equals(pyarrow.int64()):
            bounds = pyarrow.compute.min_max(column).as_py()
            kind.low, kind.high = min(0, bounds["min"]), max(0, bounds["max"])
    return kind


_PYTHON: dict[str, type] = {"int64": int, "double": float, "string": str, "bool": bool}
ARROW = {INTEGERS: "int64", FLOATS: "float64", TEXTS: "string", BOOLEANS: "bool"}


def concatenated(chunks: Sequence[TableChunk], is_sorted: bool) -> Optional[TableChunk]:
    """Return the rows of several chunks as one; None where their types fit no table."""
    tables = [chunk.table for chunk in chunks]
    try:
        # Integers beyond those that doubles hold make all rows lists.
        table = pyarrow.concat_tables(tables, promote_options="permissive").combine_chunks()
    except pyarrow.ArrowException:
        return None
    rows = type(chunks[0])(table)
    return rows if is_sorted else rows.in_order()


def by_type(chunks: Sequence[TableChunk]) -> list[list[TableChunk]]:
    """Return chunks in groups in which a column has one type."""
    schema = chunks[0].table.schema if chunks else None
    if all(chunk.table.schema.equals(schema) for chunk in chunks):
        return [list(chunks)] if chunks else []
    groups: list[tuple[dict[str, Any], list[TableChunk]]] = []
    for chunk in chunks:
        schema = chunk.table.schema
        types = {field.name: field.type for field in schema if field.type != pyarrow.null()}
        for known, group in groups:
            if all(known.get(name, kind).equals(kind) for name, kind in types.items()):
                known.update(types)
                group.append(chunk)
                break
        else:
            groups.append((types, [chunk]))
    return [group for _, group in groups]
