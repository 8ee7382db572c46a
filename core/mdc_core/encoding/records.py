"""Events taken apart into records: the rows of one correlation id, which make one JSONL line."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Optional, Tuple

from ..data.column_names import column_names
from ..data.correlation_columns import HEADERS, Correlation, header_of
from ..data.events import Event
from ..data.rows import table_of
from ..data.same_cells import SameCells
from ..data.sampling import is_sampled
from ..data.snapshot import ArraySnapshot, ListSnapshot, Snapshot
from ..data.table import Table, table_of_array

# A table, and the event whose line it is, with the line's own id, time and version.
Record = Tuple[Table, Event]

# Rows whose correlations are looked at in one go.
_ROWS = 64


def records_of(event: Event, breathe: Callable[[], None] = lambda: None) -> list[Record]:
    """Return an event's records: one, unless its rows carry the correlations of several calls.

    Those that sampling drops are left out.

    Args:
        event: with the rows.
        breathe: called often, see `Turns`.
    """
    if not event.carries_correlations:
        table = table_of(event.snapshot, event.feature_names, event.input_rows, breathe)
        records = [(table, event)]
    else:
        parts = _parts(event, breathe)
        records = [(table, _correlated(event, found)) for table, found in parts]
    if event.percentage >= 100:
        return records
    return [
        (table, each)
        for table, each in records
        if is_sampled(each.request_id or each.correlation_id, event.percentage)
    ]


def _correlated(event: Event, correlation: Optional[Correlation]) -> Event:
    if correlation is None:
        return event
    return event._replace(
        time_us=event.time_us if correlation.time_us is None else correlation.time_us,
        correlation_id=correlation.id or event.correlation_id,
        request_id=correlation.request_id,
        model_version=correlation.version or event.model_version,
    )


def _parts(event: Event, breathe: Callable[[], None]) -> list[tuple[Table, Optional[Correlation]]]:
    snapshot, correlation = _without_trailing_cells(event.snapshot)
    if correlation is not None:
        table = table_of(snapshot, event.feature_names, event.input_rows, breathe)
        return [(table, correlation)]
    width = _trailing_columns(event.snapshot)
    if width is not None and isinstance(event.snapshot, ArraySnapshot):
        names = column_names(event.feature_names, width) + HEADERS
        return _split_by_id(table_of_array(event.snapshot.array, names), breathe)
    table = table_of(event.snapshot, event.feature_names, event.input_rows, breathe)
    return _split_by_id(table, breathe)


def _without_trailing_cells(snapshot: Snapshot) -> tuple[Snapshot, Optional[Correlation]]:
    """Return a one-row value without its eight last cells, when they are a correlation."""
    if isinstance(snapshot, ListSnapshot):
        correlation = Correlation.of_cells(snapshot.items)
        if correlation is not None:
            return ListSnapshot(snapshot.items[: -len(HEADERS)]), correlation
    elif isinstance(snapshot, ArraySnapshot) and snapshot.array.ndim == 1:
        correlation = Correlation.of_cells(list(snapshot.array))
        if correlation is not None:
            return ArraySnapshot(snapshot.array[: -len(HEADERS)]), correlation
    return snapshot, None


def _trailing_columns(snapshot: Snapshot) -> Optional[int]:
    """Return the number of columns before eight of correlations, None without such."""
    if not isinstance(snapshot, ArraySnapshot) or snapshot.array.ndim != 2:
        return None
    rows, columns = snapshot.array.shape
    carries = rows > 0 and Correlation.of_cells(list(snapshot.array[0])) is not None
    return columns - len(HEADERS) if carries else None


def _split_by_id(
    table: Table, breathe: Callable[[], None]
) -> list[tuple[Table, Optional[Correlation]]]:
    headers = ((header_of(name), at) for at, name in enumerate(table.names))
    carried = {header: at for header, at in headers if header is not None}
    if not carried:
        return [(table, None)]
    kept = [at for at in range(len(table.names)) if at not in carried.values()]
    data = table.take_columns(kept)
    if not table.rows:
        return [(data, None)]

    def correlation_of(cells: Tuple[Any, ...]) -> tuple[Hashable, Correlation]:
        found = Correlation.of_mapping(dict(zip(carried, cells)))
        return (found.id, found.time_us, found.version, found.request_id), found

    correlations = SameCells(correlation_of)
    rows_of: dict[Hashable, tuple[Correlation, list[int]]] = {}
    for start in range(0, table.rows, _ROWS):
        breathe()
        some = table.slice_rows(start, start + _ROWS)
        columns = [some.column(at) for at in carried.values()]
        for row, cells in enumerate(zip(*columns), start):
            key, correlation = correlations.of(cells)
            rows_of.setdefault(key, (correlation, []))[1].append(row)
    parts: list[tuple[Table, Optional[Correlation]]] = []
    for correlation, rows in rows_of.values():
        if len(parts) % _ROWS == 0:
            breathe()
        parts.append((data.take_rows(rows), correlation))
    return parts
