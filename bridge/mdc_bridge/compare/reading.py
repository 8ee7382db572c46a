"""The first step of a comparison: files of both sides read, and divided by correlation id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..collected.memory import without_cycles
from ..collected.partitions import Partitions
from ..collected.places import CollectionFile
from ..progress import Count, silent
from .csv_side import CsvFile, CsvFound, CsvSide
from .jsonl_side import JsonlFound, JsonlSide
from .packed import HAS_ID, ID, STREAM, Shapes
from .rows import Numbered
from .sides import SidesTask


class Read(NamedTuple):
    """What was found while files were read.

    Attributes:
        order: of the task.
        streams, shapes: what the numbers in its records mean.
        loose: streams with CSV rows that carry no id.
        csv, jsonl: beside the records.
    """

    order: int
    streams: Numbered
    shapes: Shapes
    loose: set[int]
    csv: CsvFound
    jsonl: JsonlFound


@dataclass(frozen=True)
class ReadTask(SidesTask):
    """Some files of both sides, next to each other by path.

    Attributes:
        csv: files; the first path has the number `csv_before`.
        csv_before: likewise.
        jsonl: files; the first path has the number `jsonl_before`.
        jsonl_before: likewise.
        parts: into how many the records are divided.
    """

    csv: Sequence[CsvFile]
    csv_before: int
    jsonl: Sequence[CollectionFile]
    jsonl_before: int
    parts: int

    def run(self, count: Count = silent) -> Read:
        """Read the files into `left_of` and `right_of` the task."""
        with without_cycles():
            return self._run(count)

    def _run(self, count: Count) -> Read:
        streams, shapes = Numbered(), Shapes()
        csv_side = CsvSide(self.sides, streams, shapes, self.csv_before)
        jsonl_side = JsonlSide(self.sides, streams, shapes, self.jsonl_before)
        loose: set[int] = set()
        with Partitions(self.parts, folder=left_of(self.folder, self.order)) as rows:
            for row in csv_side.rows(self.csv, count):
                if not row[HAS_ID]:
                    loose.add(row[STREAM])
                rows.add(row[ID], row)
        with Partitions(self.parts, folder=right_of(self.folder, self.order)) as lines:
            for line in jsonl_side.lines(self.jsonl, count):
                lines.add(line[ID], line)
        return Read(self.order, streams, shapes, loose, csv_side.found, jsonl_side.found)


def left_of(folder: Path, order: int) -> Path:
    """Return the folder of CSV rows of a task."""
    return folder / f"{order}-left"


def right_of(folder: Path, order: int) -> Path:
    """Return the folder of lines of a task."""
    return folder / f"{order}-right"


def divided(sizes: list[int], tasks: int) -> list[range]:
    """Return the positions of things in so many runs of about the same size."""
    ranges = []
    start = at = 0
    done = 0
    total = sum(sizes)
    for task in range(tasks):
        while at < len(sizes) and (done < total * (task + 1) / tasks or task == tasks - 1):
            done += sizes[at]
            at += 1
        ranges.append(range(start, at))
        start = at
    return ranges
