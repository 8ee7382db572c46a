"""Cells as JSON of any depth, and rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any, NamedTuple

from mdc_core.encoding.cells import cell_json, text_json

_END = "\r\n"


class _LineSink(list[str]):
    """What a writer of the csv module is given as its file."""

    write = list.append


def csv_lines(rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return the line of each row, without its end.

    A cell that holds a carriage return is in quotes, or readers would end the row there. Before
    Python 3.13 the csv module quotes the characters of its own line end alone.
    """
    lines = _LineSink()
    csv.writer(lines, lineterminator=_END).writerows(rows)
    return [line[: -len(_END)] for line in lines]


class _Written(NamedTuple):
    text: bytes


def any_cell_json(value: Any) -> bytes:
    """Return the JSON text of a value that was parsed from a line, see `cell_json`.

    The sender of a request decides how deep a logged body is.
    """
    try:
        return cell_json(value)
    except RecursionError:
        return _deep_json(value)


def _deep_json(value: Any) -> bytes:
    written: list[bytes] = []
    todo: list[Any] = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, _Written):
            written.append(each.text)
        elif isinstance(each, list):
            parts: list[Any] = [_Written(b"[")]
            for at, item in enumerate(each):
                parts += [_Written(b","), item] if at else [item]
            todo += reversed([*parts, _Written(b"]")])
        elif isinstance(each, dict):
            parts = [_Written(b"{")]
            for at, (name, item) in enumerate(each.items()):
                parts += [_Written((b"," if at else b"") + text_json(name) + b":"), item]
            todo += reversed([*parts, _Written(b"}")])
        else:
            written.append(cell_json(each))
    return b"".join(written)
