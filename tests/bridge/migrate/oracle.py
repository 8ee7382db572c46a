"""A slow converter that knows what its rows mean: what `migrate` has to make of an archive."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Optional
from zoneinfo import ZoneInfo

from tests.bridge.migrate.archive_model import NO_REQUEST, CsvFile, Part, numbered

MISSING = ("", "nan", "NaN", "None", "NaT", "<NA>", "inf", "-inf")
_INT64 = range(-(2**63), 2**63)


class Digits(str):
    """A number as it stands in JSON; differs from the same text as a text."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digits) and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    def __repr__(self) -> str:
        return str(self)


@dataclass
class Expected:
    """What an archive becomes.

    Attributes:
        lines: by correlation id; rows without one by file and line.
        rejected: file and line of each rejected row.
        rows: CSV rows in the lines.
    """

    lines: dict[Any, dict[str, Any]] = field(default_factory=dict)
    rejected: set[tuple[str, int]] = field(default_factory=set)
    rows: int = 0


def type_of(cells: Sequence[str]) -> str:
    """Return the one JSON type that holds for a column."""
    present = [cell for cell in cells if cell not in MISSING]
    if not present:
        return "number" if any(cells) else "string"
    if all(cell in ("True", "False", "true", "false") for cell in present):
        return "boolean"
    if all(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", cell) for cell in present):
        whole = [re.fullmatch(r"-?\d+", cell) is not None for cell in present]
        big = any(one and int(cell) not in _INT64 for cell, one in zip(present, whole))
        if not big and all(abs(float(cell)) != float("inf") for cell in present):
            return "integer" if all(whole) else "number"
    return "string"


def value_of(cell: str, kind: str) -> Any:
    """Return a cell as JSON has it; raises ValueError when it is not of its column's type."""
    if kind == "string":
        return cell or None
    if cell in MISSING:
        return None
    if type_of([cell]) != kind and (type_of([cell]), kind) != ("integer", "number"):
        raise ValueError(cell)
    return cell.lower() == "true" if kind == "boolean" else Digits(cell)


def names_of(header: Sequence[str], width: int) -> list[str]:
    """Return unique names for as many cells; those without a name are `column_{i}`."""
    labels = [*header[:width], *(f"column_{at}" for at in range(len(header), width))]
    names: list[str] = []
    for label in labels:
        name, repeat = label, 0
        while name in names or (name != label and name in labels):
            repeat += 1
            name = f"{label}_{repeat}"
        names.append(name)
    return names


def utc(text: str, zone: str = "UTC") -> str:
    """Return a time as a line has it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat() + "Z"


def rows_of(part: Part, header: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """Return names and cells of each JSON row of a CSV row."""
    width = len(part.cells)
    if len(header) == 1 and width > 1 and part.is_crlf:
        return [(list(header), [cell]) for cell in part.cells]
    return [(names_of(header, width), part.cells)]


def columns_of(files: Sequence[CsvFile]) -> dict[str, str]:
    """Return the type of each column of a dataset."""
    cells: dict[str, list[str]] = {}
    for file in files:
        header: Sequence[str] = ()
        for part in file.parts:
            if part.is_header:
                header = part.cells
            elif part.raw is None:
                for names, values in rows_of(part, header):
                    for name, value in zip(names, values):
                        cells.setdefault(name, []).append(value)
    return {name: type_of(values) for name, values in cells.items()}


def convert(
    files: Sequence[CsvFile], columns: Optional[Mapping[str, str]] = None, zone: str = "UTC"
) -> Expected:
    """Return what the files of one dataset become."""
    expected = Expected()
    columns = columns_of(files) if columns is None else columns
    refused: set[str] = set()
    for file in sorted(files, key=lambda file: file.path):
        header: Sequence[str] = ()
        for number, part in numbered(file):
            if part.is_header:
                header = part.cells
                continue
            place = (file.path, number)
            try:
                rows = _json_rows(part, header, columns, refused)
            except ValueError:
                expected.rejected.add(place)
                if part.call is not None:
                    refused.add(part.call.id)
                continue
            expected.rows += 1
            key = part.call.id if part.call else place
            expected.lines.setdefault(key, _new_line(part, file, zone))["data"] += rows
    return expected


def _new_line(part: Part, file: CsvFile, zone: str) -> dict[str, Any]:
    line: dict[str, Any] = {"data": [], "time": _time(part, file, zone), "modelversion": "3"}
    if part.call is not None:
        line["modelversion"] = part.call.version
        if part.call.request != NO_REQUEST:
            line["xrequestid"] = part.call.request
    return line


def _json_rows(
    part: Part, header: Sequence[str], columns: Mapping[str, str], refused: set[str]
) -> list[dict[str, Any]]:
    if part.raw is not None or (part.call is not None and part.call.id in refused):
        raise ValueError("cannot be read, or follows what cannot")
    return [
        {name: value_of(value, columns.get(name, "string")) for name, value in zip(names, values)}
        for names, values in rows_of(part, header)
    ]


def _time(part: Part, file: CsvFile, zone: str) -> str:
    if part.call is not None:
        return utc(part.call.time, zone)
    year, month, day, hour = ([*file.date.split("/"), "00"])[:4]
    return utc(f"{year}-{month}-{day}T{hour}:00:00", zone)
