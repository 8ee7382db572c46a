"""One small CSV file of the old SDK in one of the conditions that such files are found in."""

from __future__ import annotations

import csv
import io
import random
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Callable

from mdc_core.data.correlation_columns import HEADERS, NO_REQUEST_ID

NAMES = {
    "inputs": ("age", "income", "code", "city", "note"),
    "predictions": ("score",),
    "labels": ("label",),
    "signals": ("signal", "value"),
    "general": ("x", "y"),
}
_CITIES = ("Zürich", "Berlin", "São Paulo", "東京")
_NOTES = ("plain", 'said "no"', "first, second", "first line\nsecond line", "", "tab\there")
_REQUESTS_OF_ONE_FILE = 4


def ragged_file(
    path: str, calls: str, designation: str, when: datetime, about: Sequence[str]
) -> bytes:
    """Return the content of a file.

    Args:
        path: of the file; it decides what its cells are and in which condition it is.
        calls: decides the requests, which files of several designations share.
        designation: one of `NAMES`.
        when: the first request came.
        about: workspace, service, model and version.
    """
    chance, shared = random.Random(path), random.Random(calls)
    requests = []
    for number in range(shared.randint(1, _REQUESTS_OF_ONE_FILE)):
        time = when + timedelta(minutes=7 * number, microseconds=shared.randrange(1, 999_999))
        request = NO_REQUEST_ID if shared.random() < 0.3 else _uuid(shared)
        tail = [_uuid(shared), f"{time:%Y-%m-%dT%H:%M:%S.%f}", "1440", *about, request]
        rows = [_cells(designation, chance) for _ in range(shared.randint(1, 3))]
        requests.append((rows, tail))
    condition = chance.choice(CONDITIONS)
    return condition(NAMES[designation], requests, chance)


_Requests = list[tuple[list[list[str]], list[str]]]


def _clean(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    return _header(names) + b"".join(_rows(*request) for request in requests)


def _frames(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    """Rows of frames end in LF, the header above them in CR LF."""
    return _header(names) + b"".join(_rows(*request, end="\n") for request in requests)


def _both_ends(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    ends = ("\r\n", "\n")
    return _header(names) + b"".join(
        _rows(*request, end=ends[at % 2]) for at, request in enumerate(requests)
    )


def _short_header(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    """A header from before the correlation columns were added."""
    return _line(names) + b"".join(_rows(*request) for request in requests)


def _some_correlated(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    content = _line(names)
    for at, (rows, tail) in enumerate(requests):
        content += _rows(rows, tail if at % 2 else [])
    return content


def _uncorrelated(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    return _line(names) + b"".join(_rows(rows, []) for rows, _ in requests)


def _two_headers(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    half = len(requests) // 2
    return _clean(names, requests[:half], chance) + _clean(names, requests[half:], chance)


def _no_header(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    return b"".join(_rows(*request) for request in requests)


def _name_twice(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    doubled = [([[*row, row[-1]] for row in rows], tail) for rows, tail in requests]
    return _clean([*names, names[-1]], doubled, chance)


def _wider_row(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    """A frame gained a column after the header was written."""
    rows, tail = requests[-1]
    return _frames(names, [*requests[:-1], ([[*row, "0.25"] for row in rows], tail)], chance)


def _one_row_arrays(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    """What `predict` returned for several rows: one row of as many cells, under one name."""
    if len(names) > 1:
        return _uncorrelated(names, requests, chance)
    return _line(names) + b"".join(_line([row[0] for row in rows]) for rows, _ in requests)


def _cut_off(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    return _clean(names, requests, chance)[: -chance.randint(3, 20)]


def _header_only(names: Sequence[str], requests: _Requests, chance: random.Random) -> bytes:
    return _header(names)


CONDITIONS: tuple[Callable[[Sequence[str], _Requests, random.Random], bytes], ...] = (
    _clean,
    _frames,
    _both_ends,
    _short_header,
    _some_correlated,
    _uncorrelated,
    _two_headers,
    _no_header,
    _name_twice,
    _wider_row,
    _one_row_arrays,
    _cut_off,
    _header_only,
)


def _cells(designation: str, chance: random.Random) -> list[str]:
    number = repr(chance.gauss(0, 1) * 10 ** chance.randint(-6, 9))
    if designation == "inputs":
        code = f"{chance.randrange(1000):05d}"
        return [
            str(chance.randrange(18, 99)),
            chance.choice((number, "nan", "1e-07")),
            code,
            chance.choice(_CITIES),
            chance.choice(_NOTES),
        ]
    if designation == "labels":
        return [chance.choice(("stays", "goes", "said, maybe"))]
    if designation == "signals":
        return [chance.choice(("click", "scroll")), str(chance.randrange(100))]
    return [number] if designation == "predictions" else [number, str(chance.randrange(9))]


def _header(names: Sequence[str]) -> bytes:
    return _line([*names, *HEADERS])


def _rows(rows: list[list[str]], tail: list[str], end: str = "\r\n") -> bytes:
    return b"".join(_line([*row, *tail], end) for row in rows)


def _line(cells: Sequence[str], end: str = "\r\n") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=end).writerow(cells)
    return buffer.getvalue().encode()


def _uuid(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
