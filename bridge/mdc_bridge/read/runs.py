"""Rows in any number, sorted by what they are sorted by, with a bounded part of them in memory.

Sorted blocks go to temporary files, and come back merged. Blocks that do not overlap, as those of
time folders, come back as they are.
"""

from __future__ import annotations

import marshal
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..collected.partitions import no_room

# So many blocks are in memory at once, at most, of about so many bytes as they are written; values
# take some three times as much in memory.
_FAN = 16
_BLOCK_BYTES = 512 * 1024
_LENGTH = 8
# Without references to values that were written already, which cost more than they save.
_VERSION = 2

Key = tuple[Any, ...]
Columns = dict[Any, list[Any]]


class Block(NamedTuple):
    """Rows that follow each other.

    Attributes:
        keys: what rows are sorted by, each once: columns of equal length.
        columns: the cells by name; all are as long as these.
    """

    keys: list[list[Any]]
    columns: Columns

    @property
    def height(self) -> int:
        """Number of rows."""
        return len(self.keys[0])

    def key(self, at: int) -> Key:
        """Return the key of a row."""
        return tuple(column[at] for column in self.keys)

    def part(self, start: int, stop: int) -> Block:
        """Return some of the rows."""
        if start == 0 and stop == self.height:
            return self
        columns = {name: column[start:stop] for name, column in self.columns.items()}
        return Block([column[start:stop] for column in self.keys], columns)


class _Run(NamedTuple):
    first: Key
    last: Key
    path: Path


class _Cursor:
    """Where in a run the merge is."""

    def __init__(self, run: _Run) -> None:
        self._path = run.path
        self._offset = 0
        self.start = 0
        self.load()

    def load(self) -> bool:
        """Go on to the next block; return whether there is one."""
        # Not kept open: who takes the rows may stop anywhere.
        with self._path.open("rb") as stream:
            stream.seek(self._offset)
            length = int.from_bytes(stream.read(_LENGTH), "little")
            if not length:
                return False
            self.block = Block(*marshal.loads(stream.read(length)))
        self._offset += _LENGTH + length
        self.start = 0
        self.last = self.block.key(-1)
        return True

    def take(self, bound: Key) -> Block:
        """Return the rows up to a key."""
        start = self.start
        stop = self.block.height
        if self.last > bound:
            stop = bisect_right(list(zip(*self.block.keys)), bound, start)
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
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._runs: list[_Run] = []
        self._made = 0

    def add(self, blocks: Iterable[Block]) -> None:
        """Keep sorted blocks that follow each other.

        Raises:
            StoreError: the temporary folder cannot be written.
        """
        first = last = None
        path = self._folder / f"{self._name}-{self._made}"
        self._made += 1
        try:
            with path.open("wb") as stream:
                for block in blocks:
                    if block.height:
                        first = block.key(0) if first is None else first
                        last = block.key(-1)
                        _write(block, stream)
        except OSError as error:
            raise no_room(self._folder, error) from error
        if first is not None and last is not None:
            self._runs.append(_Run(first, last, path))
        else:
            path.unlink()

    def merged(self) -> Iterator[Block]:
        """Yield all rows, sorted; may be called again."""
        while len(deep := self._deepest()) > _FAN:
            merging = deep[:_FAN]
            self._runs = [run for run in self._runs if run not in merging]
            self.add(_merged(merging))
            for run in merging:
                run.path.unlink()
        yield from _merged(self._runs)

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


def _write(block: Block, stream: BinaryIO) -> None:
    content = marshal.dumps(tuple(block), _VERSION)
    if len(content) > _BLOCK_BYTES and block.height > 1:
        parts = min(block.height, 1 + len(content) // _BLOCK_BYTES)
        for at in range(parts):
            start, stop = (block.height * each // parts for each in (at, at + 1))
            _write(block.part(start, stop), stream)
        return
    stream.write(len(content).to_bytes(_LENGTH, "little"))
    stream.write(content)


def _merged(runs: Iterable[_Run]) -> Iterator[Block]:
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


def joined(blocks: list[Block], is_sorted: bool) -> Block:
    """Return the rows of several blocks as one; a cell that a block lacks is None.

    Args:
        blocks: some may be empty.
        is_sorted: each comes after the one before it; else rows are sorted.
    """
    blocks = [block for block in blocks if block.height] or blocks[:1]
    if len(blocks) == 1:
        return blocks[0]
    names = list({name: None for block in blocks for name in block.columns})
    keys = [list(chain(*columns)) for columns in zip(*(block.keys for block in blocks))]
    columns: Columns = {name: [] for name in names}
    for block in blocks:
        for name, column in columns.items():
            column += block.columns.get(name) or [None] * block.height
    if is_sorted:
        return Block(keys, columns)
    return sorted_block(Block(keys, columns))


def sorted_block(block: Block) -> Block:
    """Return a block with its rows by key."""
    keys = list(zip(*block.keys))
    order = sorted(range(len(keys)), key=keys.__getitem__)
    if len(order) < 2 or order == list(range(len(order))):
        return block
    pick = itemgetter(*order)
    columns = {name: list(pick(column)) for name, column in block.columns.items()}
    return Block([list(pick(column)) for column in block.keys], columns)
