"""Collected rows as CSV, JSON, JSONL and Parquet, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, BinaryIO, Optional

import numpy

from mdc_core.encoding.cells import NULL, text_json
from mdc_core.errors import SettingsError
from mdc_core.layouts import utc

from ..collected.memory import without_cycles
from .ahead import map_ahead, most_ahead
from .batch import FrameBatch, FrameSource, TableBatch
from .cell_texts import any_cell_json, csv_lines
from .columns import FLOATS, OBJECTS, ColumnKind
from .origin import TIME

_UNITS = {
    "seconds": "datetime64[s]",
    "milliseconds": "datetime64[ms]",
    "microseconds": "datetime64[us]",
}
# Bounds of a batch.
_ROWS, _BYTES = 20_000, 4 * 1024 * 1024


Write = Callable[[FrameSource, BinaryIO], None]


def write_jsonl(source: FrameSource, stream: BinaryIO) -> None:
    """Write one row object to a line."""
    for content in _contents(source, _jsonl_content):
        stream.write(content)


def write_json(source: FrameSource, stream: BinaryIO) -> None:
    """Write one array of row objects."""
    before = b"[\n"
    for batch in source.batches(_ROWS, _BYTES):
        for row in _json_rows(batch):
            stream.write(before + row)
            before = b",\n"
    stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def write_csv(source: FrameSource, stream: BinaryIO) -> None:
    """Write CSV with a header; lists and objects in cells are their JSON."""
    stream.write(_csv_lines([source.names]))
    for content in _contents(source, _csv_content):
        stream.write(content)


def write_parquet(source: FrameSource, stream: BinaryIO) -> None:
    """Write Parquet.

    Raises:
        SettingsError: pyarrow is not installed, or a column has what Parquet cannot hold: mixed
            types, integers beyond 64 bits, objects without fields, lone surrogates.
    """
    try:
        import pyarrow  # noqa: F401
    except ModuleNotFoundError:
        raise SettingsError(
            "parquet needs the package pyarrow: pip install pyarrow; valid without it: "
            "csv, json, jsonl, table"
        ) from None
    from .parquet import write_rows

    write_rows(source, stream)


WRITERS: dict[str, Write] = {
    "json": without_cycles()(write_json),
    "jsonl": without_cycles()(write_jsonl),
    "csv": without_cycles()(write_csv),
    "parquet": without_cycles()(write_parquet),
}


def _contents(source: FrameSource, content: Callable[[FrameBatch], Any]) -> Iterator[Any]:
    """Yield what is written of rows; threads make it of tables, which leave Python's lock."""
    batches = source.batches(_ROWS, _BYTES)
    first = next(batches, None)
    if first is None:
        return iter(())
    ahead = most_ahead() if isinstance(first, TableBatch) else 1
    return map_ahead(chain([first], batches), content, ahead)


def _jsonl_content(batch: FrameBatch) -> Any:
    if isinstance(batch, TableBatch):
        from .table_texts import jsonl_of

        return jsonl_of(batch)
    return b"".join(row + b"\n" for row in _json_rows(batch))


def _csv_content(batch: FrameBatch) -> Any:
    if isinstance(batch, TableBatch):
        from .table_texts import csv_of

        return csv_of(batch)
    return _csv_lines(zip(*(_csv_cells(batch, name) for name in batch.columns)))


def _csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    # A lone surrogate is shown as JSON of these rows shows it.
    return "".join(line + "\n" for line in csv_lines(rows)).encode("utf-8", "backslashreplace")


def _json_rows(batch: FrameBatch) -> Iterator[bytes]:
    keys = [text_json(name).replace(b"%", b"%%") + b":%b" for name in batch.columns]
    columns = (_json_cells(name, cells, batch.kinds[name]) for name, cells in batch.columns.items())
    return map((b"{" + b",".join(keys) + b"}").__mod__, zip(*columns))


def _json_cells(name: str, cells: list[Any], kind: ColumnKind) -> Iterable[bytes]:
    if name == TIME:
        return [NULL if cell is None else text_json(utc(cell).isoformat()) for cell in cells]
    if kind.name == FLOATS:
        return [
            NULL if cell is None or not math.isfinite(cell) else b"%a" % float(cell)
            for cell in cells
        ]
    return map(any_cell_json, cells)


def _csv_cells(batch: FrameBatch, name: str) -> list[Any]:
    cells, kind = batch.columns[name], batch.kinds[name]
    if name == TIME:
        return _times(cells, batch.fraction)
    if kind.name == FLOATS:
        # What is not equal to itself is NaN, and a gap.
        return [float(cell) if cell == cell and cell is not None else "" for cell in cells]
    return list(map(_flat, cells)) if kind.name == OBJECTS else cells


def _times(cells: list[Optional[int]], fraction: str) -> list[str]:
    """Return times as `datetime.isoformat` does with a space and that fraction, twice as fast."""
    known = numpy.array([0 if cell is None else cell for cell in cells], "datetime64[us]")
    texts = known.astype(_UNITS[fraction]).astype(str).tolist()
    return [
        "" if cell is None else f"{text[:10]} {text[11:]}+00:00" for cell, text in zip(cells, texts)
    ]


def _flat(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return any_cell_json(value).decode()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return "" if value != value else value
