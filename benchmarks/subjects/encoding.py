"""What rows cost to encode, three ways: why orjson is a dependency.

`weave` is what the writer does (`mdc_core.encoding.jsonl`), here for one event at a time and for
as many together as the writer takes under load; `numbers alone` is what orjson takes for the same
numbers without their names; `standard library` is the fastest that can be done with `json`;
`to_json` is what the official SDK calls.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Callable

import numpy
import pandas

from ..frames import MAKERS

_ROUND_SECONDS = 0.05


def measure(_folder: Path, data: str) -> dict[str, float]:
    """Return microseconds of CPU for each event by way.

    Raises:
        RuntimeError: when what the writer encodes is not the same numbers.
    """
    import orjson

    from mdc_core.data.snapshot import snapshot_frame
    from mdc_core.data.table import table_of_frame
    from mdc_core.encoding.jsonl import CHUNK_CELLS, encode_tables

    frames = [MAKERS[data]()]
    frames += [MAKERS[data]() for _ in range(CHUNK_CELLS // frames[0].size - 1)]
    tables = [table_of_frame(snapshot_frame(frame)[0]) for frame in frames]
    frame, table = frames[0], tables[0]
    rows = json.loads(encode_tables(tables)[0])
    if not _same_numbers(rows, frame):
        raise RuntimeError(f"{data}: other numbers are encoded")
    numbers = numpy.ascontiguousarray(frame.select_dtypes("number").to_numpy())
    ways: dict[str, tuple[Callable[[], Any], int]] = {
        "grouped": (lambda: encode_tables(tables), len(tables)),
        "one event": (lambda: encode_tables([table]), 1),
        "numbers alone": (lambda: orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY), 1),
        "standard library": (lambda: _by_standard_library(table), 1),
        "to_json": (lambda: frame.to_json(orient="records"), 1),
    }
    return {way: _microseconds(encode) / events for way, (encode, events) in ways.items()}


def _by_standard_library(table: Any) -> str:
    columns: list[Any] = [None] * len(table.names)
    for block in table.blocks:
        values = numpy.asarray(block.values).reshape(len(block.positions), -1)
        if values.dtype.kind == "M":
            values = numpy.datetime_as_string(values)
        for position, column in zip(block.positions, values.tolist()):
            columns[position] = column
    rows = [dict(zip(table.names, cells)) for cells in zip(*columns)]
    return json.dumps(rows, separators=(",", ":"))


def _same_numbers(rows: list[dict[str, Any]], frame: pandas.DataFrame) -> bool:
    numbers = frame.select_dtypes("number")
    return all(numbers[name].tolist() == [row[str(name)] for row in rows] for name in numbers)


def _microseconds(encode: Callable[[], Any]) -> float:
    runs = 0
    start = time.thread_time()
    while time.thread_time() - start < _ROUND_SECONDS:
        encode()
        runs += 1
    return (time.thread_time() - start) / runs * 1_000_000
