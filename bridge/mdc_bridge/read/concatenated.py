"""Tables one after the other, as one with one type for each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .tables import TableChunk


def concatenated(chunks: Sequence[TableChunk], is_sorted: bool) -> Optional[TableChunk]:
    """Return the rows of several chunks as one; None where their types fit no table."""
    import pyarrow

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
        types = {field.name: field.type for field in chunk.table.schema if not _is_null(field.type)}
        for known, group in groups:
            if all(known.get(name, kind).equals(kind) for name, kind in types.items()):
                known.update(types)
                group.append(chunk)
                break
        else:
            groups.append((types, [chunk]))
    return [group for _, group in groups]


def _is_null(kind: Any) -> bool:
    return str(kind) == "null"
