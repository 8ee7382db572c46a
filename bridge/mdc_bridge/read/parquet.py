"""Rows as Parquet, in row groups of one schema that holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

import pandas
import pyarrow
import pyarrow.parquet

from mdc_core.errors import SettingsError

from ..texts import counted
from .ahead import map_ahead, most_ahead
from .batch import FrameBatch, FrameSource, TableBatch
from .columns import BOOLEANS, FLOATS, INTEGERS, OBJECTS, TEXTS, ColumnKind
from .origin import ID, PLACES, REQUEST, TIME

_TYPES = {
    str: "texts",
    int: "numbers",
    float: "numbers",
    bool: "booleans",
    list: "lists",
    dict: "objects",
    bytes: "binary data",
}
_HALF = re.compile("[\ud800-\udfff]")
_MOST_NAMED = 3
_LONGEST_REASON = 200
# Bounds of a batch.
_ROWS, _BYTES = 500_000, 8 * 1024 * 1024
# A row group has at least so many bytes in memory.
_GROUP_BYTES = 8 * 1024 * 1024
# What a column of a row group takes until the file is complete.
_COLUMN_BYTES = 1750
_CELLS = {INTEGERS: 0, FLOATS: 0.5, BOOLEANS: True, TEXTS: "", OBJECTS: None}


def write_rows(source: FrameSource, stream: BinaryIO) -> None:
    """Write Parquet.

    Raises:
        SettingsError: see `writing.write_parquet`.
    """
    try:
        batches = source.batches(_ROWS, _BYTES)
        first = next(batches, None)
        if isinstance(first, TableBatch) and not any(map(_is_open, first.kinds.values())):
            _write_tables(chain([first], batches), _schema_of(first), stream)
            return
        # pyarrow would write booleans among numbers as 0 and 1.
        if first is not None and any(map(_has_booleans_among_others, first.kinds.values())):
            raise ValueError("booleans among others")
        schema = _schema_of_frames(chain([source.no_rows()], source.frames(_ROWS, _BYTES)))
        with pyarrow.parquet.ParquetWriter(stream, schema) as writer:
            tables = (
                pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
                for frame in source.frames(_ROWS, _BYTES)
            )
            for group in _groups(tables):
                writer.write_table(group)
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        kinds = next((batch.kinds for batch in source.batches(_ROWS, _BYTES)), {})
        why = _mixed(kinds)
        if not why and isinstance(error, UnicodeEncodeError):
            why = _halved(source.batches(_ROWS, _BYTES))
        why = why or str(error)[:_LONGEST_REASON]
        raise SettingsError(
            f"this cannot be written as Parquet: {why}; valid: csv, json, jsonl"
        ) from None


def _write_tables(batches: Iterable[FrameBatch], schema: Any, stream: BinaryIO) -> None:

    # The values of these columns are mostly different, so that a dictionary would not pay.
    alone = {ID, REQUEST, TIME}.union(
        field.name for field in schema if field.type.equals(pyarrow.float64())
    )
    coded = [name for name in schema.names if name not in alone]
    with pyarrow.parquet.ParquetWriter(stream, schema, use_dictionary=coded) as writer:
        tables = (_table_of(batch, schema) for batch in batches)
        # One is written while the next is made.
        ahead = min(2, most_ahead())
        for _ in map_ahead(_groups(tables), writer.write_table, ahead, threads=1):
            pass


def _groups(tables: Iterable[Any]) -> Iterator[Any]:
    """Yield tables in groups, each as large as what those before it leave in memory."""
    waiting: list[Any] = []
    size = left = 0
    for table in tables:
        waiting.append(table)
        size += table.nbytes
        if size >= max(_GROUP_BYTES, left):
            yield pyarrow.concat_tables(waiting)
            left += table.num_columns * _COLUMN_BYTES
            waiting, size = [], 0
    if waiting:
        yield pyarrow.concat_tables(waiting)


def _mixed(kinds: Mapping[str, ColumnKind]) -> str:
    """Return the columns that Parquet has no type for, such as mixtures; empty for none."""
    found = []
    for name, kind in kinds.items():
        types = kind.types - {type(None)}
        if kind.name != OBJECTS or not types:
            continue
        if types == {int}:
            found.append(f"{name!r} has integers of more than 64 bits")
        elif types == {int, float}:
            found.append(f"{name!r} has fractions, and integers of more than 53 bits")
        elif len(types) > 1:
            named = sorted({_TYPES[each] for each in types})
            found.append(f"{name!r} has {' and '.join(named)}")
    if len(found) > _MOST_NAMED:
        found[_MOST_NAMED:] = [f"and so on in {counted(len(found) - _MOST_NAMED, 'column')}"]
    return ", ".join(found)


def _halved(batches: Iterable[FrameBatch]) -> str:
    """Return the first column with a text that is not Unicode; empty for none."""
    for batch in batches:
        for name, cells in batch.columns.items():
            if any(isinstance(cell, str) and _HALF.search(cell) for cell in (name, *cells)):
                return f"{name!r} has half of a pair of surrogates"
    return ""


def _is_open(kind: ColumnKind) -> bool:
    """Return whether the type of a column depends on its values."""
    return kind.name == OBJECTS and kind.types != {type(None)}


def _has_booleans_among_others(kind: ColumnKind) -> bool:
    return bool in kind.types and not kind.types <= {bool, type(None)}


def _schema_of(batch: FrameBatch) -> Any:
    """Return the schema that pyarrow gives frames with columns of these kinds."""
    cells = {name: [_CELLS[kind.name]] for name, kind in batch.kinds.items()}
    cells[TIME] = [0]
    frame = FrameBatch(cells, batch.kinds, batch.fraction).frame()
    return pyarrow.Schema.from_pandas(frame, preserve_index=False)


def _schema_of_frames(frames: Iterable[pandas.DataFrame]) -> Any:
    """Return the schema of all frames; it is complete once a frame has no objects."""
    schema = None
    for frame in frames:
        own = pyarrow.Schema.from_pandas(frame, preserve_index=False)
        known = [own] if schema is None else [schema, own]
        schema = pyarrow.unify_schemas(known, promote_options="permissive")
        if not any(dtype.kind == "O" for dtype in frame.dtypes):
            break
    return schema


def _table_of(batch: FrameBatch, schema: Any) -> Any:

    if not isinstance(batch, TableBatch):
        return pyarrow.Table.from_pandas(batch.frame(), schema=schema, preserve_index=False)
    arrays = dict(batch.arrays)
    arrays[TIME] = arrays[TIME].cast(pyarrow.timestamp("us", "UTC"))
    for name in PLACES:
        place = arrays[name]
        arrays[name] = place.dictionary.cast(schema.field(name).type).take(place.indices)
    return pyarrow.table([arrays[field.name].cast(field.type) for field in schema], schema=schema)
