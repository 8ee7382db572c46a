"""Tables one after the other, as one with one type for each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .tables import TableChunk


def concatenated(chunks: Sequence[TableChunk], is_sorted: bool) -> Optional[TableChunk]:
    """Return the rows of several chunks as one; None where their types fit no table."""
    import pyarrow

    schema = _schema_of(chunks)
    if schema is None:
        return None
    tables = [_cast(chunk.table, schema) for chunk in chunks]
    found = type(chunks[0])(pyarrow.concat_tables(tables).combine_chunks())
    return found if is_sorted else found.in_order()


def by_type(chunks: Sequence[TableChunk]) -> list[list[TableChunk]]:
    """Return chunks in groups in which a column has one type."""
    schema = chunks[0].table.schema if chunks else None
    if all(chunk.table.schema.equals(schema) for chunk in chunks):
        return [list(chunks)] if chunks else []
    groups: list[tuple[dict[str, Any], list[TableChunk]]] = []
    for chunk in chunks:
        types = {field.name: field.type for field in chunk.table.schema if not _is_null(field.type)}
        for known, group in groups:
            if all(known.get(name, kind).equals(kind) for name, kind in types.items()):
                known.update(types)
                group.append(chunk)
                break
        else:
            groups.append((types, [chunk]))
    return [group for _, group in groups]


def _schema_of(chunks: Sequence[TableChunk]) -> Any:
    import pyarrow

    schema = chunks[0].table.schema
    if all(chunk.table.schema.equals(schema) for chunk in chunks):
        return schema
    types: dict[str, Any] = {}
    numbers = (pyarrow.int64(), pyarrow.float64())
    for chunk in chunks:
        for field in chunk.table.schema:
            known = types.get(field.name)
            if known is None or _is_null(known):
                types[field.name] = field.type
            elif not known.equals(field.type) and not _is_null(field.type):
                if known not in numbers or field.type not in numbers:
                    return None
                # Integers beyond those that doubles hold would have made all rows lists.
                types[field.name] = pyarrow.float64()
    return pyarrow.schema(list(types.items()))


def _cast(table: Any, schema: Any) -> Any:
    import pyarrow

    if table.schema.equals(schema):
        return table
    there = dict(zip(table.column_names, table.columns))
    gaps = pyarrow.nulls(table.num_rows)
    columns = [there.get(field.name, gaps).cast(field.type) for field in schema]
    return pyarrow.table(columns, schema=schema)


def _is_null(kind: Any) -> bool:
    return str(kind) == "null"
