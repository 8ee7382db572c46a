"""Rows in any number, sorted by what they are sorted by, with a bounded part of them in memory.

Sorted chunks go to temporary files, and come back merged. Chunks that do not overlap, as those of
time folders, come back as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Optional, Union, cast

from ..collected.partitions import no_room
from .chunks import Chunk, SortKey, joined_chunks
from .tables import JoinedChunk, TableChunk, concatenated

AnyChunk = Union[Chunk, TableChunk]

# So many chunks are in memory at once, at most.
_FAN = 16
_LENGTH = 8

# What rows are in a file as: lists, or a table.
_CLASSES: tuple[Any, ...] = (Chunk, TableChunk, JoinedChunk)


class _Run(NamedTuple):
    """Sorted chunks.

    Attributes:
        first, last: keys of rows.
        path: of their file, which is not there where they are one table that is kept.
        kept: the table.
    """

    first: SortKey
    last: SortKey
    path: Path
    kept: Optional[TableChunk] = None

    def chunks(self) -> Iterator[AnyChunk]:
        """Return the chunks, small ones."""
        return _stored(self.path) if self.kept is None else iter(self.kept.small_parts())


class _Cursor:
    """Where in a run the merge is."""

    def __init__(self, run: _Run) -> None:
        self._chunks = run.chunks()
        self.load()

    def load(self) -> bool:
        """Go on to the next chunk; return whether there is one."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return False
        self.chunk = chunk
        self.start = 0
        self.last = chunk.key(-1)
        return True

    def take(self, bound: SortKey) -> AnyChunk:
        """Return the rows up to a key."""
        start = self.start
        stop = self.chunk.height
        if self.last > bound:
            stop = self.chunk.find(bound, start)
        self.start = stop
        return self.chunk.part(start, stop)

    @property
    def is_used(self) -> bool:
        return self.start == self.chunk.height


class Runs:
    """Sorted runs of chunks in a folder.

    Args:
        folder: a temporary one; the caller removes it.
        name: of the runs, among others in the folder.
        room: for the first tables, which are kept in memory, in bytes.
    """

    def __init__(self, folder: Path, name: str, room: int = 0) -> None:
        self._folder = folder
        self._name = name
        self._room = room
        self._runs: list[_Run] = []
        self._file_count = 0

    def add_table(self, chunk: AnyChunk) -> None:
        """Keep a sorted chunk that follows no other; see `add`."""
        if isinstance(chunk, TableChunk) and chunk.height and chunk.table.nbytes <= self._room:
            self._room -= chunk.table.nbytes
            self._runs.append(_Run(chunk.key(0), chunk.key(-1), self._path(), chunk))
        else:
            self.add([chunk])

    def add(self, chunks: Iterable[AnyChunk]) -> None:
        """Keep sorted chunks that follow each other.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        filled = (chunk for chunk in chunks if chunk.height)
        path = self._path()
        try:
            chunk = next(filled, None)
            if chunk is None:
                return
            first = chunk.key(0)
            with path.open("wb") as stream:
                _write(chunk, stream)
                for chunk in filled:
                    _write(chunk, stream)
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._runs.append(_Run(first, chunk.key(-1), path))

    def merged(self) -> Iterator[AnyChunk]:
        """Yield all rows, sorted; may be called again."""
        while len(deep := self._deepest()) > _FAN:
            merging = deep[:_FAN]
            self._runs = [run for run in self._runs if run not in merging]
            self.add(_merged(merging))
            for run in merging:
                run.path.unlink(missing_ok=True)
        yield from _merged(self._runs)

    def _path(self) -> Path:
        self._file_count += 1
        return self._folder / f"{self._name}-{self._file_count}"

    def _deepest(self) -> list[_Run]:
        """Return runs that overlap each other, the most that there are or more than may be."""
        deepest: list[_Run] = []
        open_runs: list[_Run] = []
        for run in sorted(self._runs):
            open_runs = [each for each in open_runs if each.last >= run.first]
            open_runs.append(run)
            if len(open_runs) > len(deepest):
                deepest = list(open_runs)
            if len(deepest) > _FAN:
                break
        return deepest


def _write(chunk: AnyChunk, stream: BinaryIO) -> None:
    for content in chunk.contents():
        stream.write(
            bytes([_CLASSES.index(type(chunk))]) + len(content).to_bytes(_LENGTH, "little")
        )
        stream.write(content)


def _stored(path: Path) -> Iterator[AnyChunk]:
    offset = 0
    while True:
        # Not kept open: the caller may stop before the last row.
        with path.open("rb") as stream:
            stream.seek(offset)
            head = stream.read(1 + _LENGTH)
            content = stream.read(int.from_bytes(head[1:], "little"))
        if not head:
            return
        offset += len(head) + len(content)
        yield _CLASSES[head[0]].of_content(content)


def _merged(runs: Iterable[_Run]) -> Iterator[AnyChunk]:
    waiting = sorted(runs, reverse=True)
    cursors: list[_Cursor] = []
    while waiting or cursors:
        if not cursors:
            cursors.append(_Cursor(waiting.pop()))
        # Up to here no row can come that is not in memory.
        bound = min(cursor.last for cursor in cursors)
        while waiting and waiting[-1].first <= bound:
            cursors.append(_Cursor(waiting.pop()))
            bound = min(bound, cursors[-1].last)
        yield joined([cursor.take(bound) for cursor in cursors], is_sorted=False)
        cursors = [cursor for cursor in cursors if not cursor.is_used or cursor.load()]


def joined(chunks: Sequence[AnyChunk], is_sorted: bool) -> AnyChunk:
    """Return the rows of several chunks as one; a cell that a chunk lacks is None.

    Args:
        chunks: some may be empty.
        is_sorted: each comes after the one before it; else rows are sorted.
    """
    chunks = [chunk for chunk in chunks if chunk.height] or chunks[:1]
    if len(chunks) == 1:
        return chunks[0]
    if all(isinstance(chunk, TableChunk) for chunk in chunks):
        table = concatenated(cast("Sequence[TableChunk]", chunks), is_sorted)
        if table is not None:
            return table
    lists = [chunk.listed() if isinstance(chunk, TableChunk) else chunk for chunk in chunks]
    return joined_chunks(lists, is_sorted)
