"""What Spark's executors do for a comparison: the tasks of the local engine, fed by Spark.

What these leave in a folder for each other, Spark brings from one to the next: rows of a part's
number, of the task that wrote it, and of some of its bytes in their order.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Union

from mdc_core.errors import MdcError

from ..collected.partitions import temporary_folder
from .by_id import Known
from .parts import DayTask, MatchTask
from .reading import DAYS, LEFT, RIGHT, ReadTask, folder_of
from .sides import Sides

# In place of the number of a part: this is an answer for the driver, or an error.
ANSWER, ERROR = -1, -2
SCHEMA = "part int, writer int, side int, position bigint, content binary"
# By these, bytes come in their order.
IN_ORDER = ("part", "writer", "side", "position")
_CHUNK_BYTES = 32 * 1024


class _Piece(NamedTuple):
    part: int
    writer: int
    side: int
    position: int
    content: bytes


def read_files(batches: Iterable[Any]) -> Iterator[Any]:
    """Read files of both sides: yield their records by part, and what was found.

    Args:
        batches: of pickled tasks.
    """
    for batch in batches:
        for content in batch.column(0).to_pylist():
            task: ReadTask = pickle.loads(content)
            yield from _in_folder(partial(_read, task))


def match(
    kind: type[Union[MatchTask, DayTask]],
    sides: Sides,
    known: Known,
    parts: int,
    batches: Iterable[Any],
) -> Iterator[Any]:
    """Match records part by part: yield what became of them, and what is left for its day.

    Args:
        kind: of the tasks.
        sides: see `MatchTask`.
        known: likewise.
        parts: likewise.
        batches: of all records of some parts, in their order.
    """

    def match_in(folder: Path) -> Iterator[_Piece]:
        for part in _stored(batches, folder):
            task = kind(part, sides, folder, known, range(part, part + 1), parts)
            yield _Piece(ANSWER, part, LEFT, 0, pickle.dumps(task.run()))
            if kind is MatchTask:
                yield from _pieces(folder, part, DAYS)

    yield from _in_folder(match_in)


def _read(task: ReadTask, folder: Path) -> Iterator[_Piece]:
    found = replace(task, folder=folder).run()
    yield _Piece(ANSWER, task.order, LEFT, 0, pickle.dumps(found))
    for side in (LEFT, RIGHT):
        yield from _pieces(folder, task.order, side)


def _in_folder(work: Callable[[Path], Iterator[_Piece]]) -> Iterator[Any]:
    """Yield what work gives, as Arrow, in a temporary folder; an error of ours as its text."""
    folder = temporary_folder()
    try:
        for piece in work(folder):
            yield _arrow(piece)
    except MdcError as error:
        yield _arrow(_Piece(ERROR, 0, LEFT, 0, str(error).encode("utf-8", "replace")))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pieces(folder: Path, writer: int, side: int) -> Iterator[_Piece]:
    """Yield what a task has left."""
    for path in sorted(folder_of(folder, writer, side).iterdir()):
        with path.open("rb") as stream:
            position = 0
            while content := stream.read(_CHUNK_BYTES):
                yield _Piece(int(path.name), writer, side, position, content)
                position += 1


def _stored(batches: Iterable[Any], folder: Path) -> list[int]:
    """Write pieces to where tasks look for them; return their parts."""
    parts: set[int] = set()
    for batch in batches:
        for row in zip(*(column.to_pylist() for column in batch.columns)):
            piece = _Piece(*row)
            below = folder_of(folder, piece.writer, piece.side)
            below.mkdir(exist_ok=True)
            with (below / str(piece.part)).open("ab") as stream:
                stream.write(piece.content)
            parts.add(piece.part)
    return sorted(parts)


def _arrow(piece: _Piece) -> Any:
    import pyarrow

    kinds = ("int32", "int32", "int32", "int64", "binary")
    arrays = [pyarrow.array([value], kind) for value, kind in zip(piece, kinds)]
    return pyarrow.RecordBatch.from_arrays(arrays, list(_Piece._fields))
