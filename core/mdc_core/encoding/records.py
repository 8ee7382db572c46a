"""Events taken apart into records: the rows of one correlation id, which make one JSONL line."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Optional, Tuple

from ..data.column_names import column_names
from ..data.correlation_columns import HEADERS, Correlation, header_of
from ..data.events import Event
from ..data.rows import table_of
from ..data.sampling import is_sampled
from ..data.snapshot import ArraySnapshot, ListSnapshot, Snapshot
from ..data.table import Table, table_of_array

# A table, and the event whose line it is, with the line's own id, time and version.
Record = Tuple[Table, Event]


def records_of(event: Event) -> list[Record]:
    """Return an event's records: one, unless its rows carry the correlations of several calls.

    Those that sampling drops are left out.
    """
    if not event.carries_correlations:
        records = [(table_of(event.snapshot, event.feature_names, event.input_rows), event)]
    else:
        records = [(table, _correlated(event, found)) for table, found in _parts(event)]
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


def _parts(event: Event) -> list[tuple[Table, Optional[Correlation]]]:
    snapshot, correlation = _without_trailing_cells(event.snapshot)
    if correlation is not None:
        return [(table_of(snapshot, event.feature_names, event.input_rows), correlation)]
    width = _trailing_columns(event.snapshot)
    if width is not None and isinstance(event.snapshot, ArraySnapshot):
        names = column_names(event.feature_names, width) + HEADERS
        return _split_by_id(table_of_array(event.snapshot.array, names))
    return _split_by_id(table_of(event.snapshot, event.feature_names, event.input_rows))


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


def _split_by_id(table: Table) -> list[tuple[Table, Optional[Correlation]]]:
    headers = ((header_of(name), at) for at, name in enumerate(table.names))
    carried = {header: at for header, at in headers if header is not None}
    if not carried:
        return [(table, None)]
    columns = {name: table.column(at) for name, at in carried.items()}
    kept = [at for at in range(len(table.names)) if at not in carried.values()]
    data = table.take_columns(kept)
    if not table.rows:
        return [(data, None)]
    rows_of: dict[Hashable, list[int]] = {}
    correlations: dict[Hashable, Correlation] = {}
    for row in range(table.rows):
        correlation = Correlation.of_mapping({name: cells[row] for name, cells in columns.items()})
        key = (correlation.id, correlation.time_us, correlation.version, correlation.request_id)
        rows_of.setdefault(key, []).append(row)
        correlations[key] = correlation
    return [(data.take_rows(rows), correlations[key]) for key, rows in rows_of.items()]
