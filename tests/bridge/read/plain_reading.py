"""Lines as one frame, read and joined one by one in memory: what all other ways must give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Optional

import pandas as pd

from mdc_bridge.collected.payloads import JoinKey, is_by_request, settled
from mdc_bridge.read import CollectedLine, join_truth, read_lines
from mdc_bridge.read.columns import column_of, times_of
from mdc_bridge.read.joining import side_by_side
from mdc_bridge.read.origin import ORIGIN, ROW, TIME
from mdc_core.data.column_names import unique_names


def read_plainly(
    root: Path,
    join: Optional[Sequence[str]] = None,
    truth: Optional[pd.DataFrame] = None,
    on: Any = None,
) -> pd.DataFrame:
    """Return what `read` does."""
    lines = sorted(
        read_lines(root, collections=join),
        key=lambda line: -(2**63) if line.time_us is None else line.time_us,
    )
    if join is None:
        frame = frame_of_lines(lines)
    else:
        if is_by_request(join):
            lines = [
                line._replace(correlation_id=line.request_id or line.correlation_id)
                for line in lines
            ]
        lines = settled(lines, join, _key, lambda line, rows: line._replace(rows=rows))
        frames = [
            frame_of_lines(line for line in lines if line.collection == name) for name in join
        ]
        frame = side_by_side(frames, join)
    return frame if truth is None else join_truth(frame, truth, on)


def _key(line: CollectedLine) -> JoinKey:
    group = (line.endpoint, line.deployment, line.correlation_id)
    return JoinKey(line.collection, group, line.rows)


def frame_of_lines(lines: Iterable[CollectedLine]) -> pd.DataFrame:
    """Return the rows of lines, in their order, with the columns of `read`."""
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
            for name in row:
                data.setdefault(name, [])
            for name, column in data.items():
                column += [None] * (height - len(column))
                column.append(row.get(name))
            height += 1
    names = unique_names([*ORIGIN, *data])
    columns = {name: column_of(values) for name, values in origin.items() if name != TIME}
    columns[TIME] = times_of(origin[TIME])
    ordered = {name: columns[name] for name in ORIGIN}
    ordered.update(zip(names[len(ORIGIN) :], map(column_of, data.values())))
    return pd.DataFrame(ordered, index=pd.RangeIndex(height))
