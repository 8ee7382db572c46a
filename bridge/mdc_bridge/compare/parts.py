"""The second and third step: parts of the correlation ids matched, and then of the days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, Optional

from ..collected.memory import without_cycles
from ..collected.partitions import PART_BYTES, Partitions, stored_part, stored_size
from ..progress import Count, silent
from .by_id import Known, MatchingById
from .matching import match_by_content
from .outputs import OutputsCheck, Packed
from .packed import ID, translated
from .reading import DAYS, LEFT, RIGHT, folder_of
from .report import Dataset
from .rows import CsvRow, JsonLine
from .sides import SidesTask
from .tally import DatasetTally

_MOST_SUB_PARTS = 64
# Number of the stream, and id.
_Key = tuple[int, str]


class MatchedParts(NamedTuple):
    """What became of some parts.

    Attributes:
        order: of the task.
        datasets: by stream.
        outputs: None where days were matched.
    """

    order: int
    datasets: dict[int, Dataset]
    outputs: Optional[OutputsCheck] = None


@dataclass(frozen=True)
class MatchTask(SidesTask):
    """Parts whose ids are matched, one after the other.

    Attributes:
        known: see `Known`.
        chosen: numbers of the parts.
        parts: how many there are in all.
    """

    known: Known
    chosen: range
    parts: int

    def run(self, _count: Count = silent) -> MatchedParts:
        """Match them; rows without an id, and what might be theirs, wait for their day."""
        outputs = OutputsCheck(self.known.streams, self.sides.naming)
        with Partitions(self.parts, folder=folder_of(self.folder, self.order, DAYS)) as by_day:
            matching = MatchingById(self.known, outputs, by_day)
            with without_cycles():
                for part in self.chosen:
                    self._match(matching, part)
        return MatchedParts(self.order, matching.tally.datasets, outputs)

    def _match(self, matching: MatchingById, part: int) -> None:
        records = chain(self._records(part, LEFT), self._records(part, RIGHT))
        size = sum(
            stored_size(folder_of(self.folder, reader, side), part)
            for reader in range(len(self.known.numbers))
            for side in (LEFT, RIGHT)
        )
        if size <= 2 * PART_BYTES:
            matching.match(records)
            return
        wanted = min(_MOST_SUB_PARTS, 1 + size // PART_BYTES)
        with Partitions(wanted, divided=self.parts) as divided:
            for side, record in records:
                divided.add(record[ID], (side, record))
            for number in range(wanted):
                matching.match(divided.read(number))

    def _records(self, part: int, side: int) -> Iterator[tuple[int, Packed]]:
        for reader, numbers in enumerate(self.known.numbers):
            records = stored_part(folder_of(self.folder, reader, side), part)
            if any(each != list(range(len(each))) for each in numbers):
                records = (translated(record, numbers, side == LEFT) for record in records)
            for record in records:
                yield side, record


@dataclass(frozen=True)
class DayTask(SidesTask):
    """Parts whose days are matched.

    Attributes:
        known: see `Known`.
        chosen: numbers of the parts.
        matchers: number of tasks whose rows are left.
    """

    known: Known
    chosen: range
    matchers: int

    def run(self, _count: Count = silent) -> MatchedParts:
        """Match them by content."""
        tally = self.known.tally()
        for part in self.chosen:
            self._match(tally, part)
        return MatchedParts(self.order, tally.datasets)

    def _match(self, tally: DatasetTally, part: int) -> None:
        rows: dict[_Key, list[CsvRow]] = defaultdict(list)
        lines: dict[_Key, list[JsonLine]] = defaultdict(list)
        for matcher in range(self.matchers):
            for side, record in stored_part(folder_of(self.folder, matcher, DAYS), part):
                if side == LEFT:
                    row = self.known.shapes.csv_row(record)
                    rows[row.stream, row.day].append(row)
                else:
                    line = self.known.shapes.json_line(record)
                    lines[line.stream, line.day].append(line)
        for key in {**rows, **lines}:
            ours = sorted(rows.get(key, []), key=lambda row: (row.path, row.line))
            theirs = sorted(lines.get(key, []), key=lambda line: line.order)
            tally.add(key[0], match_by_content(ours, theirs), by_id=False)
