"""The two trees of files, read back with nothing but `csv` and `json`."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Union

from mdc_core.layouts import CSV_ROOT, JSONL_ROOT, CsvFolder, JsonlFile

CORRELATION_COLUMN = "$aml_dc_correlation_id"

# Column names and values, in the order of the file.
Row = tuple[tuple[str, float], ...]


class CsvRow(NamedTuple):
    """A row of `inputs`: its correlation id, its cells without the `$aml_*` ones, its text."""

    id: str
    row: Row
    text: str


class JsonlLine(NamedTuple):
    """A line of a collection: its correlation id, its time, its rows."""

    id: str
    time: str
    rows: tuple[Row, ...]


class FileFacts(NamedTuple):
    """A file, relative to the root of all, and what it holds.

    `lines` is None for CSV, whose rows are its lines.
    """

    path: Path
    size: int
    rows: int
    lines: Union[int, None]


@dataclass
class Collected:
    """All that was found.

    Attributes:
        files: every file, in the order of their paths.
        instances: ids of the processes that wrote JSONL.
        csv_inputs: rows of `inputs`, file by file from top to bottom.
        csv_predictions: rows of `predictions`; the old SDK wrote one for each request.
        lines: of each JSONL collection.
    """

    files: list[FileFacts] = field(default_factory=list)
    instances: set[str] = field(default_factory=set)
    csv_inputs: list[CsvRow] = field(default_factory=list)
    csv_predictions: list[tuple[float, ...]] = field(default_factory=list)
    lines: dict[str, list[JsonlLine]] = field(default_factory=dict)


def read_collected(root: Path) -> Collected:
    """Read every CSV and JSONL file below a root.

    Raises:
        ValueError: a file lies where neither layout has one, or holds what none has.
    """
    collected = Collected()
    for path in sorted((root / CSV_ROOT).rglob("*.csv")):
        _read_csv(collected, root, path)
    for path in sorted((root / JSONL_ROOT).rglob("*.jsonl")):
        _read_jsonl(collected, root, path)
    return collected


def _read_csv(collected: Collected, root: Path, path: Path) -> None:
    designation = CsvFolder.parse(path.relative_to(root).as_posix()).designation
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    if designation == "predictions":
        if header != ["prediction"]:
            raise ValueError(f"{path} has the header {header}")
        collected.csv_predictions += [tuple(map(float, row)) for row in rows]
    elif designation == "inputs":
        width = header.index(CORRELATION_COLUMN)
        collected.csv_inputs += [
            CsvRow(row[width], tuple(zip(header, map(float, row[:width]))), ",".join(row))
            for row in rows
        ]
    else:
        raise ValueError(f"{path} is of the unexpected designation {designation}")
    facts = FileFacts(path.relative_to(root), path.stat().st_size, len(rows), None)
    collected.files.append(facts)


def _read_jsonl(collected: Collected, root: Path, path: Path) -> None:
    place = JsonlFile.parse(path.relative_to(root).as_posix())
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        event = json.loads(text)
        rows = tuple(tuple(row.items()) for row in event["data"])
        lines.append(JsonlLine(event["correlationid"], event["time"], rows))
    collected.instances.add(place.instance)
    collected.lines.setdefault(place.collection, []).extend(lines)
    rows_in_file = sum(len(line.rows) for line in lines)
    facts = FileFacts(path.relative_to(root), path.stat().st_size, rows_in_file, len(lines))
    collected.files.append(facts)
