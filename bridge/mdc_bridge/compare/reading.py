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
from .csv_side import CsvFile, CsvSide
from .jsonl_side import JsonlSide
from .packed import HAS_ID, ID, STREAM, Shapes
from .rows import Numbered
from .sides import Found, SidesTask

# Kinds of records: rows of the CSV, lines of the JSONL, and both that are matched by day.
LEFT, RIGHT, DAYS = 0, 1, 2
_FOLDERS = ("left", "right", "days")


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
    csv: Found
    jsonl: Found


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

    @without_cycles()
    def run(self, count: Count = silent) -> Read:
        """Read the files into the folders of the task, see `folder_of`."""
        streams, shapes = Numbered(), Shapes()
        csv_side = CsvSide(self.sides, streams, shapes, self.csv_before)
        jsonl_side = JsonlSide(self.sides, streams, shapes, self.jsonl_before)
        loose: set[int] = set()
        with Partitions(self.parts, folder=folder_of(self.folder, self.order, LEFT)) as rows:
            for row in csv_side.rows(self.csv, count):
                if not row[HAS_ID]:
                    loose.add(row[STREAM])
                rows.add(row[ID], row)
        with Partitions(self.parts, folder=folder_of(self.folder, self.order, RIGHT)) as lines:
            for line in jsonl_side.lines(self.jsonl, count):
                lines.add(line[ID], line)
        return Read(self.order, streams, shapes, loose, csv_side.found, jsonl_side.found)


def folder_of(folder: Path, order: int, kind: int) -> Path:
    """Return the folder of a task's CSV rows, its lines, or what it leaves for its day."""
    return folder / f"{order}-{_FOLDERS[kind]}"


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
