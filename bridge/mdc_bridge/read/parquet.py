"""Frames as Parquet, a row group each, in one schema that holds for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import pandas

from mdc_core.errors import SettingsError


def write_frames(frames: Callable[[], Iterable[pandas.DataFrame]], stream: BinaryIO) -> None:
    """Write frames as Parquet.

    Args:
        frames: returns them, the same each time: their columns of objects are looked at first.
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
        schema = None
        for frame in frames():
            found = pyarrow.Schema.from_pandas(frame, preserve_index=False)
            schema = found if schema is None else _both(schema, found)
            if not any(dtype.kind == "O" for dtype in frame.dtypes):
                break
        with pyarrow.parquet.ParquetWriter(stream, schema) as writer:
            for frame in frames():
                table = pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
                writer.write_table(table)
    except (pyarrow.ArrowException, ValueError, OverflowError) as error:
        raise SettingsError(f"this cannot be Parquet: {error}; valid: jsonl") from None


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
