"""Rows as CSV of RFC 4180, but with lines that end as those of every other format."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

_END = "\r\n"


class _Lines(list[str]):
    """What a writer of the csv module is given as its file."""

    write = list.append


def csv_lines(rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return the line of each row, without its end.

    A cell that holds a carriage return is in quotes, or readers would end the row there. Before
    Python 3.13 the csv module quotes the characters of its own line end alone.
    """
    lines = _Lines()
    csv.writer(lines, lineterminator=_END).writerows(rows)
    return [line[: -len(_END)] for line in lines]
