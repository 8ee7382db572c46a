"""Lines as frames: one row for each row object, with where it came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas

from mdc_core.data.column_names import unique_names

from ..collected.lines import CollectedLine
from .columns import column_of, times_of

ID = "mdc_id"
LINE = "mdc_line"
ROW = "mdc_row"
TIME = "mdc_time"
ENDPOINT = "mdc_endpoint"
DEPLOYMENT = "mdc_deployment"
COLLECTION = "mdc_collection"
VERSION = "mdc_version"
REQUEST = "mdc_request"

PLACES = (ENDPOINT, DEPLOYMENT, COLLECTION, VERSION)
ORIGIN = (ID, LINE, ROW, TIME, ENDPOINT, DEPLOYMENT, COLLECTION, VERSION, REQUEST)


def frame_of_lines(lines: Iterable[CollectedLine]) -> pandas.DataFrame:
    """Return the rows of lines, in their order, with the columns of `read`.

    `mdc_line` is the number of earlier lines with the same id in the same collection.
    """
    origin: dict[str, list[Any]] = {name: [] for name in ORIGIN}
    data: dict[str, list[Any]] = {}
    seen: dict[tuple[str, ...], int] = {}
    height = 0
    for line in lines:
        key = (line.endpoint, line.deployment, line.collection, line.correlation_id)
        repeat = seen[key] = seen.get(key, -1) + 1
        count = len(line.rows)
        cells = (line.correlation_id, repeat, None, line.time_us, *key[:3])
        for name, cell in zip(ORIGIN, (*cells, line.model_version, line.request_id)):
            origin[name] += range(count) if name == ROW else [cell] * count
        for row in line.rows:
            for name, value in row.items():
                column = data.get(name)
                if column is None:
                    column = data[name] = []
                if len(column) < height:
                    column += [None] * (height - len(column))
                column.append(value)
            height += 1
    for column in data.values():
        column += [None] * (height - len(column))
    names = unique_names([*ORIGIN, *data])
    columns = {name: column_of(values) for name, values in origin.items() if name != TIME}
    columns[TIME] = times_of(origin[TIME])
    ordered = {name: columns[name] for name in ORIGIN}
    ordered.update(zip(names[len(ORIGIN) :], map(column_of, data.values())))
    return pandas.DataFrame(ordered, index=pandas.RangeIndex(height))
