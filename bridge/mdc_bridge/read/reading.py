"""Collected JSONL as one frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional, Union

import pandas

from mdc_core.layouts import CSV_ROOT

from ..arguments import AnyPath
from ..collected.lines import CollectedLine, read_lines
from ..collected.payloads import Key, is_by_request, settled
from ..collected.period import Moment
from ..collected.problems import Problems
from ..progress import Progress
from .frames import frame_of_lines
from .joining import side_by_side
from .placed import NO_TIME
from .streaming import check_join, check_truth
from .truth_beside import join_truth


def read(
    root: AnyPath,
    *,
    collections: Optional[Iterable[str]] = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    since: Moment = None,
    until: Moment = None,
    join: Optional[Sequence[str]] = None,
    truth: Optional[pandas.DataFrame] = None,
    on: Union[str, tuple[str, str], None] = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
    progress: Optional[Progress] = None,
) -> pandas.DataFrame:
    """Return collected rows as a frame, one row for each row object, by time.

    What does not fit into memory is read by `iter_frames`: the same rows, in parts.

    Args:
        root: the folder above `modelDataCollector`, that folder itself, or a storage account
            (connection string or URL).
        collections: names such as `model_inputs`; None for all, or for those of `join`.
        endpoint: its name; None for all.
        deployment: its name; None for all.
        since: first moment, such as `2026-11-21T09`; UTC unless it names a zone.
        until: moment before which the period ends.
        join: collections, such as `("model_inputs", "model_outputs")`, whose rows of the same
            correlation id and position become one, see `join_collections`; of more than two, each
            is joined with the first before it that has as many lines or rows of the id.
        truth: what turned out to be true, joined on `on`; see `join_truth`.
        on: a column of both, or a pair of the names on either side; needed with `truth`.
        container: in a storage account.
        problems: counts what cannot be read; None raises at the first and warns of torn lines.
        progress: see `read_lines`.

    Returns:
        `mdc_id` (the correlation id), `mdc_line` (position of the line among those of this id in
        this collection), `mdc_row` (position of the row in its line), `mdc_time` (UTC;
        NaT for a line without one, and for years that pandas cannot hold),
        `mdc_endpoint`, `mdc_deployment`, `mdc_collection`, `mdc_version`, `mdc_request`, then the
        collected columns. Integers stay integers (`Int64` where rows lack them), see `column_of`.
        A collected column of the name of one of these gets the suffix `_1`.

    Raises:
        SettingsError: an argument makes no sense, or names what the tree never held.
        StoreError: the tree cannot be read; without `problems`, also a line that cannot.
    """
    check_truth(truth, on)
    check_join(join, collections)
    lines = read_lines(
        root,
        collections=join or collections,
        endpoint=endpoint,
        deployment=deployment,
        since=since,
        until=until,
        container=container,
        problems=problems,
        progress=progress,
    )
    by_time = sorted(lines, key=_time)
    if join is None:
        frame = frame_of_lines(by_time)
    else:
        joining = _settled(by_time, join)
        frame = side_by_side([_of_collection(joining, name) for name in join], join)
    return frame if truth is None or on is None else join_truth(frame, truth, on)


def _settled(lines: list[CollectedLine], join: Sequence[str]) -> list[CollectedLine]:
    """Return lines with the ids and rows that a join goes by."""
    if is_by_request(join):
        lines = [
            line._replace(correlation_id=line.request_id or line.correlation_id) for line in lines
        ]
    return settled(lines, join, _key, lambda line, rows: line._replace(rows=rows))


def _key(line: CollectedLine) -> Key:
    group = (line.endpoint, line.deployment, line.correlation_id)
    return Key(line.collection, group, line.rows)


def _of_collection(lines: list[CollectedLine], collection: str) -> pandas.DataFrame:
    return frame_of_lines(line for line in lines if line.collection == collection)


def _time(line: CollectedLine) -> int:
    return NO_TIME if line.time_us is None else line.time_us
