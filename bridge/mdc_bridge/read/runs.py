"""Rows in any number, sorted by what they are sorted by, with a bounded part of them in memory.

Sorted blocks go to temporary files, and come back merged. Blocks that do not overlap, as those of
time folders, come back as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Optional, Union, cast

from ..collected.partitions import no_room
from .blocks import Block, Key, joined_blocks
from .concatenated import concatenated
from .joined_block import JoinedBlock
from .tables import TableBlock

AnyBlock = Union[Block, TableBlock]

# So many blocks are in memory at once, at most.
_FAN = 16
_LENGTH = 8

# What rows are in a file as: lists, or a table.
_CLASSES: tuple[Any, ...] = (Block, TableBlock, JoinedBlock)


class _Run(NamedTuple):
    """Sorted blocks.

    Attributes:
        first, last: keys of rows.
        path: of their file, which is not there where they are one table that is kept.
        kept: the table.
    """

    first: Key
    last: Key
    path: Path
    kept: Optional[TableBlock] = None


class _Cursor:
    """Where in a run the merge is."""

    def __init__(self, run: _Run) -> None:
        self._path = run.path
        self._offset = 0
        self._kept = None if run.kept is None else iter(run.kept.small_parts())
        self.start = 0
        self.load()

    def load(self) -> bool:
        """Go on to the next block; return whether there is one."""
        block = self._stored() if self._kept is None else next(self._kept, None)
        if block is None:
            return False
        self.block: AnyBlock = block
        self.start = 0
        self.last = block.key(-1)
        return True

    def _stored(self) -> Optional[AnyBlock]:
        # Not kept open: who takes the rows may stop anywhere.
        with self._path.open("rb") as stream:
            stream.seek(self._offset)
            head = stream.read(1 + _LENGTH)
            if not head:
                return None
            length = int.from_bytes(head[1:], "little")
            block: AnyBlock = _CLASSES[head[0]].of_content(stream.read(length))
        self._offset += len(head) + length
        return block

    def take(self, bound: Key) -> AnyBlock:
        """Return the rows up to a key."""
        start = self.start
        stop = self.block.height
        if self.last > bound:
            stop = self.block.find(bound, start)
        self.start = stop
        return self.block.part(start, stop)

    @property
    def is_used(self) -> bool:
        return self.start == self.block.height


class Runs:
    """Sorted runs of blocks in a folder.

    Args:
        folder: a temporary one; whoever made it removes it.
        name: of the runs, among others in the folder.
        room: for the first tables, which are kept in memory, in bytes.
    """

    def __init__(self, folder: Path, name: str, room: int = 0) -> None:
        self._folder = folder
        self._name = name
        self._room = room
        self._runs: list[_Run] = []
        self._made = 0

    def add_table(self, block: AnyBlock) -> None:
        """Keep a sorted block that follows no other; see `add`."""
        if isinstance(block, TableBlock) and block.height and block.table.nbytes <= self._room:
            self._room -= block.table.nbytes
            self._runs.append(_Run(block.key(0), block.key(-1), self._path(), block))
        else:
            self.add([block])

    def add(self, blocks: Iterable[AnyBlock]) -> None:
        """Keep sorted blocks that follow each other.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        filled = (block for block in blocks if block.height)
        path = self._path()
        try:
            block = next(filled, None)
            if block is None:
                return
            first = block.key(0)
            with path.open("wb") as stream:
                _write(block, stream)
                for block in filled:
                    _write(block, stream)
        except OSError as error:
            raise no_room(self._folder, error) from error
        self._runs.append(_Run(first, block.key(-1), path))

    def merged(self) -> Iterator[AnyBlock]:
        """Yield all rows, sorted; may be called again."""
        while len(deep := self._deepest()) > _FAN:
            merging = deep[:_FAN]
            self._runs = [run for run in self._runs if run not in merging]
            self.add(_merged(merging))
            for run in merging:
                run.path.unlink(missing_ok=True)
        yield from _merged(self._runs)

    def _path(self) -> Path:
        self._made += 1
        return self._folder / f"{self._name}-{self._made}"

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


def _write(block: AnyBlock, stream: BinaryIO) -> None:
    for content in block.contents():
        stream.write(
            bytes([_CLASSES.index(type(block))]) + len(content).to_bytes(_LENGTH, "little")
        )
        stream.write(content)


def _merged(runs: Iterable[_Run]) -> Iterator[AnyBlock]:
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


def joined(blocks: Sequence[AnyBlock], is_sorted: bool) -> AnyBlock:
    """Return the rows of several blocks as one; a cell that a block lacks is None.

    Args:
        blocks: some may be empty.
        is_sorted: each comes after the one before it; else rows are sorted.
    """
    blocks = [block for block in blocks if block.height] or blocks[:1]
    if len(blocks) == 1:
        return blocks[0]
    if all(isinstance(block, TableBlock) for block in blocks):
        table = concatenated(cast("Sequence[TableBlock]", blocks), is_sorted)
        if table is not None:
            return table
    lists = [block.listed() if isinstance(block, TableBlock) else block for block in blocks]
    return joined_blocks(lists, is_sorted)
