"""Collected JSONL as one frame, or as frames of bounded size."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Optional, Union

import pandas

from mdc_core.errors import SettingsError
from mdc_core.layouts import CSV_ROOT

from ..arguments import AnyPath, names_of
from ..collected.period import Moment
from ..collected.places import Choice
from ..collected.problems import Problems, StrictProblems
from ..files import open_files
from ..progress import Progress
from .joining import apart_message
from .rows import SortedRows
from .truth_beside import join_truth
from .truth_rows import RowsWithTruth

FRAME_ROWS = 50_000
# Bytes of JSON in a frame.
FRAME_BYTES = 8 * 1024 * 1024
_EVERYTHING = Choice()


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
        StoreError: the tree cannot be read, or the temporary folder not be written; without
            `problems`, also a line that cannot be read.
    """
    _check_truth(truth, on)
    choice = Choice.of(collections, endpoint, deployment, since, until)
    with opened_rows(root, choice, join, None, container, problems, progress) as rows:
        _warn_of_rows_apart(rows)
        frame = rows.frame()
    return frame if truth is None or on is None else join_truth(frame, truth, on)


def iter_frames(
    root: AnyPath,
    *,
    rows: int = FRAME_ROWS,
    collections: Optional[Iterable[str]] = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    since: Moment = None,
    until: Moment = None,
    join: Optional[Sequence[str]] = None,
    truth: Optional[pandas.DataFrame] = None,
    on: Union[str, tuple[str, str], None] = None,
    limit: Optional[int] = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
    progress: Optional[Progress] = None,
) -> Iterator[pandas.DataFrame]:
    """Yield the rows of `read` in frames of bounded size, with its columns and types.

    All is read before the first frame comes: rows wait in temporary files, about as large as
    what is read, and memory holds a part of them; with `join`, all lines of one id.

    Args:
        root: see `read`.
        rows: how many a frame has, at most; frames of wide rows have fewer.
        collections: see `read`.
        endpoint: see `read`.
        deployment: see `read`.
        since: see `read`.
        until: see `read`.
        join: see `read`.
        truth: see `read`; in memory as a whole. Its integers and booleans have room for gaps
            (`Int64`, `boolean`) in every frame, whether any row lacks them or not.
        on: see `read`.
        limit: so many rows at most. No file is opened after those, of the first time folders,
            that hold as many; with `join`, all are read.
        container: see `read`.
        problems: see `read`.
        progress: see `read_lines`.

    Raises:
        SettingsError: see `read`.
        StoreError: see `read`; or the temporary folder cannot be written.
    """
    _check_truth(truth, on)
    choice = Choice.of(collections, endpoint, deployment, since, until)
    with opened_rows(root, choice, join, limit, container, problems, progress) as collected:
        _warn_of_rows_apart(collected)
        if truth is None or on is None:
            yield from collected.frames(rows, FRAME_BYTES)
            return
        source = RowsWithTruth(collected, truth, on)
        yield from source.frames(rows, FRAME_BYTES)
        if source.unused:
            warnings.warn(source.unused, UserWarning, stacklevel=2)


@contextlib.contextmanager
def opened_rows(
    root: AnyPath,
    choice: Choice = _EVERYTHING,
    join: Optional[Sequence[str]] = None,
    limit: Optional[int] = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
    progress: Optional[Progress] = None,
) -> Iterator[SortedRows]:
    """Yield the chosen rows.

    Args:
        root: see `read`.
        choice: of lines; with `join`, of any collection.
        join: see `read`.
        limit: see `iter_frames`.
        container: see `read`.
        problems: see `read`.
        progress: see `read_lines`.

    Raises:
        SettingsError: see `read`.
        StoreError: see `iter_frames`.
    """
    if join is not None:
        choice = replace(choice, collections=_joined_collections(join, choice.collections))
    if limit is not None and limit < 0:
        raise SettingsError(f"limit is {limit}; valid: a number of rows, from 0")
    problems = StrictProblems() if problems is None else problems
    with (
        open_files(root, "ROOT", container) as files,
        SortedRows(files, choice, problems, join, limit, progress) as collected,
    ):
        yield collected


def _warn_of_rows_apart(rows: SortedRows) -> None:
    if rows.example is not None:
        message = apart_message(rows.apart, rows.example[-1])
        warnings.warn(message, UserWarning, stacklevel=3)


def _check_truth(truth: Optional[pandas.DataFrame], on: Union[str, tuple[str, str], None]) -> None:
    if (truth is None) != (on is None):
        raise SettingsError(
            "truth and on must be given together; valid: a frame and a column's name"
        )


def _joined_collections(
    join: Sequence[str], collections: Optional[Collection[str]]
) -> frozenset[str]:
    if collections is not None:
        raise SettingsError("give either collections or join, not both")
    names = names_of(join, "join")
    if len(names) < 2 or len(set(names)) < len(names) or not all(names):
        raise SettingsError(f"join is {names!r}; valid: the names of two or more collections")
    return frozenset(names)
