"""The writer gives up the interpreter the more often the more there is to encode."""

from __future__ import annotations

import itertools
import math
from typing import Any, Callable, Dict, Iterable, List, Tuple

import numpy
import pandas
import pytest

from mdc_core.data.correlation_columns import HEADERS
from mdc_core.data.events import Event, RawFile
from mdc_core.encoding.csv_rows import csv_pieces
from mdc_core.encoding.lines import encode_records
from mdc_core.encoding.records import records_of
from tests.core.made import csv_target, event

_ID = "9b0126a1-a20d-47a6-bfff-c4431049e6c0"
_NAMES = tuple(f"f{at}" for at in range(23))
_CARRIED = [_ID, "2026-11-30T18:00:00.000001", "1440", "s/g/w", "service", "m", "1", "0"]


def _numbers(rows: int) -> Any:
    return numpy.arange(23.0 * rows).reshape(rows, 23) / 7


def _with_ids(rows: int, differ: bool) -> pandas.DataFrame:
    frame = pandas.DataFrame({"p": numpy.arange(rows) / 7})
    for header, cell in zip(HEADERS, _CARRIED):
        frame[header] = cell
    if differ:
        frame[HEADERS[0]] = [f"{at:x}-{_ID}" for at in range(rows)]
    return frame


# Data of some rows, or of one row that is as long.
DATA: Dict[str, Callable[[int], Any]] = {
    "an array": _numbers,
    "an array of objects": lambda rows: _numbers(rows).astype(object),
    "an array of three dimensions": lambda rows: numpy.arange(30.0 * rows).reshape(-1, 10, 12),
    "an array with ids": lambda rows: numpy.array([[0.5, *_CARRIED]] * rows, dtype=object),
    "a row of an array": lambda rows: numpy.arange(23.0 * rows),
    "records": lambda rows: numpy.array([(1, 0.5)] * rows, dtype=[("a", "i8"), ("b", "f8")]),
    "nested lists": lambda rows: _numbers(rows).tolist(),
    "a list": lambda rows: _numbers(rows).ravel().tolist(),
    "a frame": lambda rows: pandas.DataFrame(_numbers(rows)),
    "a frame of times": lambda rows: pandas.DataFrame(
        {
            at: pandas.Timestamp("2026-11-30T18:00:01") + pandas.to_timedelta(range(rows), "s")
            for at in range(12)
        }
    ),
    "a frame of embeddings": lambda rows: pandas.DataFrame({"e": [[0.5] * 100] * rows}),
    "a frame with an id": lambda rows: _with_ids(rows, differ=False),
    "a frame with ids": lambda rows: _with_ids(rows, differ=True),
}
# These are one row, whose cells are few, or are all encoded at once.
_ONE_ROW = {("records", "csv"), ("a row of an array", "json"), ("a list", "json")}


def _csv(made: Event, breathe: Callable[[], None]) -> bytes:
    assert made.csv is not None
    return b"".join(
        piece.path.encode() + piece.rows for piece in csv_pieces(made, made.csv, breathe)
    )


def _put_no_raw(folder: str, chunks: Iterable[bytes]) -> RawFile:
    raise AssertionError(folder)


def _json(made: Event, breathe: Callable[[], None]) -> bytes:
    records = records_of(made, breathe)
    lines = encode_records(records, _put_no_raw, math.inf, breathe=breathe)
    pieces = [line for _, line in lines]
    # Without what is new in each line.
    return b"".join(piece for line in pieces for piece in line if piece.startswith((b"[", b"{")))


ENCODINGS = {"csv": _csv, "json": _json}


CASES = [each for each in itertools.product(DATA, ENCODINGS) if each not in _ONE_ROW]


@pytest.mark.parametrize(("kind", "encoding"), CASES)
def test_breaths_grow_with_the_data(kind: str, encoding: str) -> None:
    """Eight times the rows have four times the breaths at least, and the same bytes as without."""
    few, encoded = _encoded(kind, 400, encoding)
    many, _ = _encoded(kind, 3200, encoding)
    assert many >= 4 * few > 0
    assert encoded == ENCODINGS[encoding](_made(kind, 400), lambda: None)


def _made(kind: str, rows: int) -> Event:
    ids = kind.endswith(("id", "ids"))
    names = ("p", *HEADERS) if kind == "an array with ids" else _NAMES
    target = csv_target(names=names, follows_rows=ids)
    return event(DATA[kind](rows), feature_names=names, csv=target, carries_correlations=ids)


def _encoded(kind: str, rows: int, encoding: str) -> Tuple[int, bytes]:
    """Return the number of breaths, and the bytes."""
    breaths: List[None] = []
    encoded = ENCODINGS[encoding](_made(kind, rows), lambda: breaths.append(None))
    assert len(encoded) > rows
    return len(breaths), encoded
