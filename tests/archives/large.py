"""Large CSV files of one day: 23 numeric and 3 text columns, requests of 1 to 5 rows.

The same arguments make the same bytes. Ids and times are fresh for each request; cells are drawn
from rows made before, so that 200 MB take seconds.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from mdc_core.data.correlation_columns import HEADERS

KINDS = ("clean", "runs", "irregular")

FLOATS, INTEGERS = 15, 8
NAMES = (*(f"feature_{at}" for at in range(FLOATS + INTEGERS)), "city", "plan", "note")
WORKSPACE = "12345678-1234-1234-1234-123456789abc/group/ws"
FOLDER = f"{WORKSPACE}/churn/best_model/3/inputs"
DAY = datetime(2019, 6, 1, tzinfo=timezone.utc)

_POOL_ROWS = 10_000
_REQUEST_BYTES = 1600
_ROWS_OF_RUN = 50
_CITIES = ("Zürich", "Berlin", "Oslo", "São Paulo")
_TEXTS_TO_QUOTE = ('"a, b"', '"said ""no"""', '"first line\nsecond line"', '"x\r\ny, ""z"""')


def write_large(path: Path, size: int, kind: str = "clean", day: int = 0, seed: int = 1) -> int:
    """Write a file with a header and CR LF, as the original writes arrays.

    Args:
        path: of the file; its folders are made.
        size: bytes, at least; a request is not cut.
        kind: `clean`; `runs`: every hundredth row is irregular, fifty of them in a row;
            `irregular`: most rows are, in all ways mixed.
        day: days after the first one.
        seed: of everything.

    Returns:
        the number of rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with path.open("wb") as stream:
        written = stream.write((",".join((*NAMES, *HEADERS)) + "\r\n").encode())
        requests = _requests(size, kind, DAY + timedelta(days=day), seed)
        while written < size:
            lines = next(requests)
            written += stream.write("".join(lines).encode())
            rows += len(lines)
    return rows


def _requests(size: int, kind: str, day: datetime, seed: int) -> Iterator[list[str]]:
    """Yield the lines of one request after the other, their times spread over the day."""
    chance = random.Random(f"{seed} {day:%F}")
    pool = [_cells(chance) for _ in range(_POOL_ROWS)]
    step = timedelta(days=1) / (size / _REQUEST_BYTES + 1)
    time, rows = day, 0
    while True:
        time = min(time + step * chance.random() * 2, day + timedelta(hours=23, minutes=59))
        ids = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(2)]
        stamp = f"{time:%Y-%m-%dT%H:%M:%S}.{chance.randrange(1_000_000):06d}"
        tail = f",{ids[0]},{stamp},1440,{WORKSPACE},churn,best_model,3,{ids[1]}\r\n"
        chosen = chance.choices(pool, k=chance.randint(1, 5))
        is_in_run = rows % (100 * _ROWS_OF_RUN) >= 99 * _ROWS_OF_RUN
        if kind == "irregular" or (kind == "runs" and is_in_run):
            lines = _irregular(chosen, tail, chance)
        else:
            lines = [cells + tail for cells in chosen]
        rows += len(lines)
        yield lines


def _cells(chance: random.Random) -> str:
    cells = [repr(chance.gauss(0, 1) * 10 ** chance.randint(-3, 4)) for _ in range(FLOATS)]
    cells += [str(chance.randrange(1000)) for _ in range(INTEGERS)]
    cells += [chance.choice(_CITIES), chance.choice("abc")]
    return ",".join([*cells, f"customer {chance.randrange(10_000)} called"])


def _irregular(chosen: list[str], tail: str, chance: random.Random) -> list[str]:
    """Return the rows of a request as one that is unlike those beside it."""
    way = chance.randrange(8)
    if way == 0:
        return [f"{chosen[0]}\r\n"]  # no correlation
    if way == 1:
        return [f"{cells},{chance.randrange(10)}{tail}" for cells in chosen]
    if way == 2:
        return [cells.rpartition(",")[0] + tail for cells in chosen]
    if way == 3:
        return [cells + tail for cells in chosen]
    quoted = [chance.choice(_TEXTS_TO_QUOTE) for _ in chosen]
    return [f"{cells.rpartition(',')[0]},{text}{tail}" for cells, text in zip(chosen, quoted)]
