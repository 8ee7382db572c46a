"""The first step of a comparison: files of both sides read, and divided by correlation id."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ..collected.memory import without_cycles
from ..collected.partitions import Partitions
from ..collected.period import Period
from ..collected.places import CollectionFile
from ..collected.problems import Problems
from ..files.location import Location
from ..progress import Count, silent
from .csv_side import CsvFile, CsvSide
from .jsonl_side import JsonlSide
from .naming import Naming, Wanted
from .packed import HAS_ID, ID, STREAM, Shapes
from .rows import Numbered


class Sides(NamedTuple):
    """What is compared, as it travels to another process.

    Attributes:
        left, right: the trees.
        naming: see `CsvSide`.
        period: likewise.
        sampled: likewise.
        wanted: likewise.
    """

    left: Location
    right: Location
    naming: Naming
    period: Period
    sampled: float
    wanted: Wanted

    def csv(self, streams: Numbered, shapes: Shapes, paths: int = 0) -> CsvSide:
        """Return the CSV side, the numbers of whose paths begin with `paths`."""
        return CsvSide(
            self.left.open(),
            self.naming,
            self.period,
            self.sampled,
            streams,
            Numbered(first=paths),
            shapes,
            Problems(),
            self.wanted,
        )

    def jsonl(self, streams: Numbered, shapes: Shapes, paths: int = 0) -> JsonlSide:
        """Return the JSONL side, likewise."""
        return JsonlSide(
            self.right.open(),
            self.naming,
            self.period,
            streams,
            Numbered(first=paths),
            shapes,
            Problems(),
        )


class Read(NamedTuple):
    """What was found while files were read.

    Attributes:
        order: of the task.
        streams, shapes: what the numbers in its records mean.
        loose: streams with CSV rows that carry no id.
        folders: see `CsvSide`.
        sampled_out: likewise.
        csv_unreadable: likewise.
        csv_problems: likewise.
        jsonl_unreadable: see `JsonlSide`.
        jsonl_problems: likewise.
    """

    order: int
    streams: Numbered
    shapes: Shapes
    loose: set[int]
    folders: dict[int, set[str]]
    sampled_out: int
    csv_unreadable: Counter[int]
    csv_problems: Problems
    jsonl_unreadable: Counter[tuple[str, str, str]]
    jsonl_problems: Problems


class ReadTask(NamedTuple):
    """Some files of both sides, next to each other by path.

    Attributes:
        order: of the task, by the paths of its files.
        sides: see there.
        csv: files; the first path has the number `csv_before`.
        csv_before: likewise.
        jsonl: files; the first path has the number `jsonl_before`.
        jsonl_before: likewise.
        folder: a temporary one.
        parts: into how many the records are divided.
    """

    order: int
    sides: Sides
    csv: list[CsvFile]
    csv_before: int
    jsonl: list[CollectionFile]
    jsonl_before: int
    folder: Path
    parts: int

    @property
    def source(self) -> Location:
        """The CSV's tree."""
        return self.sides.left

    @property
    def destination(self) -> Location:
        """The JSONL's tree."""
        return self.sides.right

    def run(self, count: Count = silent) -> Read:
        """Read the files into `left_of` and `right_of` the task."""
        with without_cycles():
            return self._run(count)

    def _run(self, count: Count) -> Read:
        streams, shapes = Numbered(), Shapes()
        csv_side = self.sides.csv(streams, shapes, self.csv_before)
        jsonl_side = self.sides.jsonl(streams, shapes, self.jsonl_before)
        loose: set[int] = set()
        with Partitions(self.parts, folder=left_of(self.folder, self.order)) as rows:
            for row in csv_side.rows(self.csv, count):
                if not row[HAS_ID]:
                    loose.add(row[STREAM])
                rows.add(row[ID], row)
        with Partitions(self.parts, folder=right_of(self.folder, self.order)) as lines:
            for line in jsonl_side.lines(self.jsonl, count):
                lines.add(line[ID], line)
        return Read(
            self.order,
            streams,
            shapes,
            loose,
            csv_side.folders,
            csv_side.sampled_out,
            csv_side.unreadable,
            csv_side.problems,
            jsonl_side.unreadable,
            jsonl_side.problems,
        )


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
