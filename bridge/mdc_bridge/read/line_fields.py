"""Fields of lines that pyarrow has parsed: times, texts, and row objects with their places."""

from __future__ import annotations

from typing import Any, Optional

import numpy
import pyarrow
import pyarrow.compute

from .columns import EXACT
from .tables import whole

# `2026-11-21T09:30:00Z`, with thousandths, with millionths.
_LENGTHS = (20, 24, 27)
# Times in microseconds are less than this, so that pandas can hold them. Times before 1970 are not
# read here: such lines sort among those without a time.
_LAST = 9_214_646_400_000_000


class RowObjects:
    """Row objects of lines.

    Attributes:
        objects: all of them, as structures.
        lines: the line of each, from 0.
        positions: of each in its line.
        are_alone: each line has one.
    """

    def __init__(self, data: Any) -> None:
        self.objects = data.flatten()
        counts = data.value_lengths().to_numpy()
        self.are_alone = len(self.objects) == len(counts)
        if self.are_alone:
            self.lines = numpy.arange(len(counts))
            self.positions = numpy.zeros(len(counts), numpy.int64)
        else:
            self.lines = numpy.repeat(numpy.arange(len(counts)), counts)
            starts = numpy.cumsum(counts) - counts
            self.positions = numpy.arange(len(self.lines)) - starts[self.lines]

    def of_lines(self, cells: Any) -> Any:
        """Return what lines have, of each row."""
        return cells if self.are_alone else cells.take(self.lines)


def times_of(table: Any) -> Any:
    """Return the times of lines in microseconds; None where they are not of one of our forms."""
    texts = texts_of(table, "time")
    if texts is None or len(texts) == 0:
        return None
    _, ends, content = texts.buffers()
    if content is None:
        return None
    places = numpy.frombuffer(ends, numpy.int32)[texts.offset : texts.offset + len(texts) + 1]
    lengths = numpy.diff(places)
    are_known = numpy.logical_or.reduce([lengths == length for length in _LENGTHS])
    if not are_known.all():
        return None
    if not (numpy.frombuffer(content, numpy.uint8)[places[1:] - 1] == ord("Z")).all():
        return None
    try:
        times = pyarrow.compute.cast(texts, pyarrow.timestamp("us", "UTC")).cast("int64").to_numpy()
    except pyarrow.ArrowInvalid:
        return None
    return times if times.min() >= 0 and times.max() < _LAST else None


def texts_of(table: Any, name: str) -> Any:
    """Return a field of lines as texts, "" where they have none; None where it is another type."""
    if name not in table.column_names:
        return pyarrow.array([""] * table.num_rows, "string")
    column = whole(table.column(name))
    if str(column.type) not in ("string", "null"):
        return None
    return column.cast("string").fill_null("")


def row_objects(table: Any) -> Optional[RowObjects]:
    """Return the rows of lines; None where some have none, or data that are none."""
    if "data" not in table.column_names:
        return None
    data = whole(table.column("data"))
    kind = data.type
    if not pyarrow.types.is_list(kind) or not pyarrow.types.is_struct(kind.value_type):
        return None
    if data.null_count or pyarrow.compute.min(data.value_lengths()).as_py() == 0:
        return None
    rows = RowObjects(data)
    return None if rows.objects.null_count else rows


def is_kept(cells: Any) -> bool:
    """Return whether a column holds all that is written there, to the last digit."""
    kind = str(cells.type)
    if kind != "double":
        return kind in ("int64", "string", "bool", "null")
    values = cells.drop_null().to_numpy()
    # Larger ones may be integers with more digits; -0 may be one, which is 0; NaN is not JSON.
    is_zero = values == 0
    return bool((numpy.abs(values) < EXACT).all()) and not numpy.signbit(values[is_zero]).any()
