"""Rows as Parquet, in row groups of one schema that holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

import pandas

from mdc_core.errors import SettingsError

from ..texts import counted
from .ahead import made_ahead, most_ahead
from .batch import Batch
from .columns import BOOLEANS, FLOATS, INTEGERS, OBJECTS, TEXTS, Kind
from .frames import ID, PLACES, REQUEST, TIME
from .table_batch import TableBatch

_TYPES = {
    str: "texts",
    int: "numbers",
    float: "numbers",
    bool: "booleans",
    list: "lists",
    dict: "objects",
}
_HALF = re.compile("[\ud800-\udfff]")
_MOST_NAMED = 3
_LONGEST_REASON = 200
# Of a row group, in memory, at least.
_GROUP_BYTES = 8 * 1024 * 1024
# What a column of a row group takes until the file is complete.
_COLUMN_BYTES = 1750
_CELLS = {INTEGERS: 0, FLOATS: 0.5, BOOLEANS: True, TEXTS: "", OBJECTS: None}


def write_rows(
    batches: Callable[[], Iterable[Batch]],
    frames: Callable[[], Iterable[pandas.DataFrame]],
    stream: BinaryIO,
) -> None:
    """Write rows as Parquet.

    Args:
        batches: returns them, the same each time.
        frames: returns them as frames, the first without a row: their columns of objects are
            looked at first.
        stream: to write to.

    Raises:
        SettingsError: pyarrow is not installed, or cannot write them.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise SettingsError(
            "parquet needs the package pyarrow: pip install pyarrow; valid without it: "
            "csv, json, jsonl, table"
        ) from None
    try:
        found = iter(batches())
        first = next(found, None)
        if isinstance(first, TableBatch) and not any(map(_is_open, first.kinds.values())):
            schema = _schema_of(first)
            # These are mostly all different.
            alone = {ID, REQUEST, TIME}
            alone.update(name for name, kind in first.kinds.items() if kind.name == FLOATS)
            coded = [name for name in schema.names if name not in alone]
            with pyarrow.parquet.ParquetWriter(stream, schema, use_dictionary=coded) as writer:
                tables = (_table_of(batch, schema) for batch in chain([first], found))
                # One is written while the next is made.
                ahead = min(2, most_ahead())
                for _ in made_ahead(_groups(tables), writer.write_table, ahead, threads=1):
                    pass
            return
        # pyarrow would write booleans among numbers as 0 and 1.
        if first is not None and any(map(_has_booleans_among_others, first.kinds.values())):
            raise ValueError("booleans among others")
        schema = None
        for frame in frames():
            found = pyarrow.Schema.from_pandas(frame, preserve_index=False)
            schema = found if schema is None else _both(schema, found)
            if not any(dtype.kind == "O" for dtype in frame.dtypes):
                break
        with pyarrow.parquet.ParquetWriter(stream, schema) as writer:
            tables = (
                pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
                for frame in frames()
            )
            for group in _groups(tables):
                writer.write_table(group)
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        kinds = next((batch.kinds for batch in batches()), {})
        why = _mixed(kinds)
        if not why and isinstance(error, UnicodeEncodeError):
            why = _halved(batches())
        why = why or str(error)[:_LONGEST_REASON]
        raise SettingsError(
            f"this cannot be written as Parquet: {why}; valid: csv, json, jsonl"
        ) from None


def _groups(tables: Iterable[Any]) -> Iterator[Any]:
    """Yield tables in groups, each as large as what those before it leave in memory."""
    import pyarrow

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


def _mixed(kinds: Mapping[str, Kind]) -> str:
    """Return which columns Parquet has no type for, as those of bodies may be; empty for none."""
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


def _halved(batches: Iterable[Batch]) -> str:
    """Return the first column with a text that is not Unicode; empty for none."""
    for batch in batches:
        for name, cells in batch.columns.items():
            if any(isinstance(cell, str) and _HALF.search(cell) for cell in (name, *cells)):
                return f"{name!r} has half of a pair of surrogates"
    return ""


def _is_open(kind: Kind) -> bool:
    """Return whether only its values tell what type a column has."""
    return kind.name == OBJECTS and kind.types != {type(None)}


def _has_booleans_among_others(kind: Kind) -> bool:
    return bool in kind.types and not kind.types <= {bool, type(None)}


def _schema_of(batch: Batch) -> Any:
    """Return the schema that pyarrow gives frames with columns of these kinds."""
    import pyarrow

    cells = {name: [_CELLS[kind.name]] for name, kind in batch.kinds.items()}
    cells[TIME] = [0]
    frame = Batch(cells, batch.kinds, batch.fraction).frame()
    return pyarrow.Schema.from_pandas(frame, preserve_index=False)


def _table_of(batch: Batch, schema: Any) -> Any:
    import pyarrow

    if not isinstance(batch, TableBatch):
        return pyarrow.Table.from_pandas(batch.frame(), schema=schema, preserve_index=False)
    arrays = dict(batch.arrays)
    arrays[TIME] = arrays[TIME].cast(pyarrow.timestamp("us", "UTC"))
    for name in PLACES:
        place = arrays[name]
        arrays[name] = place.dictionary.cast(schema.field(name).type).take(place.indices)
    return pyarrow.table([arrays[field.name].cast(field.type) for field in schema], schema=schema)


def _both(one: Any, other: Any) -> Any:
    """Return the schema that holds for rows of both."""
    import pyarrow

    fields = [
        pyarrow.field(field.name, _type_of_both(field.type, other.field(at).type, field.name))
        for at, field in enumerate(one)
    ]
    return pyarrow.schema(fields, one.metadata)


def _type_of_both(one: Any, other: Any, name: str) -> Any:
    import pyarrow
    from pyarrow import types

    if one.equals(other) or types.is_null(other):
        return one
    if types.is_null(one):
        return other
    numbers = (pyarrow.int64(), pyarrow.float64())
    if one in numbers and other in numbers:
        return pyarrow.float64()
    if types.is_list(one) and types.is_list(other):
        return pyarrow.list_(_type_of_both(one.value_type, other.value_type, name))
    if types.is_struct(one) and types.is_struct(other):
        fields = {each.name: each.type for each in one}
        for each in other:
            known = fields.get(each.name)
            fields[each.name] = (
                each.type if known is None else _type_of_both(known, each.type, name)
            )
        return pyarrow.struct(list(fields.items()))
    raise ValueError(f"{name!r} has values of the types {one} and {other}")
