"""Rows and lines matched by id; what has no id is kept, to be matched by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from ..collected.partitions import Partitions
from .matching import match_by_position
from .outputs import OutputsCheck, Packed, StreamId
from .packed import (
    HAS_ID,
    ID,
    ROWS,
    STREAM,
    TIME,
    Numbers,
    Shapes,
    are_plainly_equal,
    written_order,
)
from .pairs import LineRow
from .reading import LEFT, RIGHT
from .rows import HOUR_US, Numbered, hour_text
from .tally import DatasetTally


class Known(NamedTuple):
    """What all parts need.

    Attributes:
        streams: by number.
        shapes: of rows.
        left_paths, right_paths: by number.
        loose: streams with CSV rows that carry no id.
        numbers: of the readers, in the order of their tasks.
    """

    streams: Numbered
    shapes: Shapes
    left_paths: Numbered
    right_paths: Numbered
    loose: frozenset[int]
    numbers: list[Numbers]

    def tally(self) -> DatasetTally:
        """Return a new one."""
        return DatasetTally(self.streams, self.left_paths, self.right_paths)


class MatchingById:
    """Matches records id by id."""

    def __init__(self, known: Known, outputs: OutputsCheck, by_day: Partitions) -> None:
        self.tally = known.tally()
        self._known = known
        self._outputs = outputs
        self._by_day = by_day

    def match(self, records: Iterable[tuple[int, Packed]]) -> None:
        """Match all records of some ids."""
        shapes = self._known.shapes
        rows: dict[StreamId, list[Packed]] = defaultdict(list)
        lines: dict[StreamId, list[Packed]] = defaultdict(list)
        for side, record in records:
            (lines if side else rows)[record[STREAM], record[ID]].append(record)
        self._outputs.left.add(
            ((key, ours[0]) for key, ours in rows.items() if ours[0][HAS_ID]),
            lambda row: shapes.csv_row(row).hour,
        )
        self._outputs.right.add(
            ((key, theirs[0]) for key, theirs in lines.items()),
            lambda line: hour_text(line[TIME]),
        )
        names_of = shapes.names_of
        equal: Counter[tuple[int, int]] = Counter()
        for key, ours in rows.items():
            theirs = lines.get(key)
            if theirs is None:
                self._add_rows(ours)
                continue
            if len(theirs) > 1:
                theirs.sort(key=written_order)
            if are_plainly_equal(ours, theirs, names_of):
                for line in theirs:
                    equal[key[0], line[TIME] // HOUR_US] += len(line[ROWS])
            else:
                matched = match_by_position(
                    list(map(shapes.csv_row, ours)), list(map(shapes.json_line, theirs))
                )
                self.tally.add(key[0], matched, by_id=True)
        for key, theirs in lines.items():
            if key not in rows:
                self._add_lines(theirs)
        for (stream, hour), number in equal.items():
            self.tally.add_equal(stream, hour * HOUR_US, number)

    def _add_rows(self, records: Iterable[Packed]) -> None:
        """Add rows whose id no line has."""
        for record in records:
            row = self._known.shapes.csv_row(record)
            if row.has_id:
                self.tally.add_left(row)
            else:
                self._by_day.add(f"{row.stream} {row.day}", (LEFT, record))

    def _add_lines(self, records: Iterable[Packed]) -> None:
        """Add lines whose id no row has."""
        for record in records:
            line = self._known.shapes.json_line(record)
            if line.stream in self._known.loose:
                self._by_day.add(f"{line.stream} {line.day}", (RIGHT, record))
            else:
                self.tally.dataset(line.stream)
                for at in range(len(line.rows)):
                    self.tally.add_right(LineRow(line, at))
