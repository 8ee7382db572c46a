"""Events made by hand, and what a strict reader makes of their encoding."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Optional

import numpy
import orjson
import pandas

from mdc_core.data.events import CsvTarget, Event, Stream
from mdc_core.data.rows import table_of
from mdc_core.data.snapshot import Snapshot, snapshot_array, snapshot_frame, snapshot_list
from mdc_core.data.table import Table
from mdc_core.encoding.jsonl import encode_tables
from mdc_core.layouts import EPOCH

STREAM = Stream("loans", "credit", "model_inputs", "sub/group/space")


def microseconds(text: str) -> int:
    """Return a time such as `2026-11-21T09:15:00+00:00` in microseconds since the epoch."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


TIME_US = microseconds("2026-11-21T09:15:00+00:00")


def snapshot_of(data: Any) -> Snapshot:
    """Return the snapshot of a frame, an array or a list."""
    if isinstance(data, pandas.DataFrame):
        return snapshot_frame(data)[0]
    if isinstance(data, numpy.ndarray):
        return snapshot_array(data)[0]
    return snapshot_list(data)[0]


def table(data: Any, names: Sequence[str] = (), input_rows: Optional[int] = None) -> Table:
    """Return the table of a frame, an array or a list."""
    return table_of(snapshot_of(data), names, input_rows)


def encoded(data: Any, names: Sequence[str] = (), input_rows: Optional[int] = None) -> bytes:
    """Return the JSON array of the rows of a frame, an array or a list."""
    return encode_tables([table(data, names, input_rows)])[0]


def rows(data: Any, names: Sequence[str] = (), input_rows: Optional[int] = None) -> Any:
    """Return what a strict reader finds in the JSON of a frame, an array or a list."""
    return strict_json(encoded(data, names, input_rows))


def strict_json(text: bytes) -> Any:
    """Parse JSON by two parsers, refusing NaN, infinity and repeated keys."""
    orjson.loads(text)
    return json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)


def csv_target(**changes: Any) -> CsvTarget:
    """Return a target in the default workspace, changed as asked."""
    target = CsvTarget(
        workspace="sub/group/space",
        service="svc",
        model="m",
        version="1",
        designation="inputs",
        file_name="data.csv",
        hourly=False,
        correlation=(),
        follows_rows=False,
    )
    return target._replace(**changes)


def event(data: Any, **changes: Any) -> Event:
    """Return the event of a frame, an array or a list, changed as asked."""
    made = Event(
        snapshot=snapshot_of(data),
        size=0,
        time_us=TIME_US,
        correlation_id="id-1",
        model_version="1",
        stream=STREAM,
    )
    return made._replace(**changes)


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({name for name, _ in pairs}) == len(pairs), "a name is repeated in one object"
    return dict(pairs)
