"""The rows of `read` in frames, however many they are."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
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
from .joining import told_apart
from .rows import Rows
from .truth_beside import TruthBeside

FRAME_ROWS = 50_000
# Of JSON, in a frame.
FRAME_BYTES = 8 * 1024 * 1024


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
    check_truth(truth, on)
    with opened_rows(
        root,
        collections=collections,
        endpoint=endpoint,
        deployment=deployment,
        since=since,
        until=until,
        join=join,
        limit=limit,
        container=container,
        problems=problems,
        progress=progress,
    ) as collected:
        if collected.example is not None:
            told = told_apart(collected.apart, collected.example[-1])
            warnings.warn(told, UserWarning, stacklevel=2)
        frames = collected.frames(rows, FRAME_BYTES)
        if truth is None or on is None:
            yield from frames
        else:
            beside = TruthBeside(collected.no_rows(), truth, on)
            yield from map(beside.joined_part, frames)
            if beside.unused:
                warnings.warn(beside.unused, UserWarning, stacklevel=2)


@contextlib.contextmanager
def opened_rows(
    root: AnyPath,
    *,
    collections: Optional[Iterable[str]] = None,
    endpoint: Optional[str] = None,
    deployment: Optional[str] = None,
    since: Moment = None,
    until: Moment = None,
    join: Optional[Sequence[str]] = None,
    limit: Optional[int] = None,
    container: str = CSV_ROOT,
    problems: Optional[Problems] = None,
    progress: Optional[Progress] = None,
) -> Iterator[Rows]:
    """Yield the chosen rows; for the arguments see `iter_frames`."""
    check_join(join, collections)
    if limit is not None and limit < 0:
        raise SettingsError(f"limit is {limit}; valid: a number of rows, from 0")
    choice = Choice.of(join or collections, endpoint, deployment, since, until)
    problems = StrictProblems() if problems is None else problems
    with (
        open_files(root, "ROOT", container) as files,
        Rows(files, choice, problems, join, limit, progress) as collected,
    ):
        yield collected


def check_truth(truth: Optional[pandas.DataFrame], on: Union[str, tuple[str, str], None]) -> None:
    """Refuse one without the other.

    Raises:
        SettingsError: one is missing.
    """
    if (truth is None) != (on is None):
        raise SettingsError(
            "truth and on must be given together; valid: a frame and a column's name"
        )


def check_join(join: Optional[Sequence[str]], collections: Optional[Iterable[str]]) -> None:
    """Refuse what are not different collections.

    Raises:
        SettingsError: it makes no sense.
    """
    if join is None:
        return
    if collections is not None:
        raise SettingsError("give either collections or join, not both")
    names = names_of(join, "join")
    if len(names) < 2 or len(set(names)) < len(names) or not all(names):
        raise SettingsError(f"join is {names!r}; valid: the names of two or more collections")
