"""The csv module: each cell checked and escaped by itself, digits verbatim, any row for itself."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from json.encoder import encode_basestring
from pathlib import Path
from typing import TextIO

from tests.archives.large import FLOATS, INTEGERS

from mdc_core.data.correlation_columns import HEADERS

from .columns import DATA_NAMES, HEAD, csv_files

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?").fullmatch
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)").fullmatch
_TAIL = len(HEADERS)
_LINE = HEAD + "\n"


def convert(source: Path, destination: Path) -> int:
    """Convert an archive's only file to a file for each hour; return its bytes."""
    (path,) = csv_files(source)
    files: dict[str, TextIO] = {}
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.reader(stream)
        next(reader)
        for (identifier, time, request), rows in groupby(reader, _correlation):
            data = "[" + ",".join(map(_encoded, rows)) + "]"
            size = len(data) if data.isascii() else len(data.encode())
            file = files.get(time[:13])
            if file is None:
                file = files[time[:13]] = (destination / time[:13]).open("w", encoding="utf-8")
            line = (identifier, time + "Z", data, size - 1, size, identifier, request, "3")
            file.write(_LINE % line)
    for file in files.values():
        file.close()
    return path.stat().st_size


def _correlation(row: Sequence[str]) -> tuple[str, str, str]:
    if row[-6:-5] == ["1440"]:
        return row[-8], row[-7], row[-1]
    return "", "2019-06-01T00:00:00", ""


def _encoded(row: Sequence[str]) -> str:
    width = len(row) - _TAIL if row[-6:-5] == ["1440"] else len(row)
    cells = []
    for at, (key, cell) in enumerate(zip(_keys(width), row)):
        if at < FLOATS + INTEGERS:
            if not (_NUMBER(cell) if at < FLOATS else _INTEGER(cell)):
                raise ValueError(f"{cell} is not a number")
            cells.append(key + cell)
        else:
            cells.append(key + encode_basestring(cell))
    return "{" + ",".join(cells) + "}"


@cache
def _keys(width: int) -> list[str]:
    names = [*DATA_NAMES, *(f"column_{at}" for at in range(len(DATA_NAMES), width))]
    return [f'"{name}":' for name in names]
