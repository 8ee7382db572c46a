"""Rows of correlation ids that do not stand together, put aside on disk until they do."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from .blocks import Block

# Only one part is in memory at a time. A fixed number: the order of the lines depends on it.
_PARTS = 64


class ScatteredRow(NamedTuple):
    """One row; the fields are those of `Block`, beside the prefix of its file's event ids."""

    id: bytes
    row: bytes
    line: int
    time: bytes
    request: bytes
    version: bytes
    event_prefix: bytes

    @classmethod
    def of_block(cls, block: Block, at: int, event_prefix: bytes) -> ScatteredRow:
        """Return one row of a block."""
        return cls(
            block.ids[at],
            block.rows[at],
            block.lines[at],
            block.times[at],
            block.requests[at],
            block.versions[at],
            event_prefix,
        )

    def as_block(self) -> Block:
        """Return the row as a block of its own."""
        return Block(
            [self.line], [self.row], [self.id], [self.time], [self.request], [self.version]
        )


class ScatteredRows:
    """The rows that were put aside.

    Args:
        folder: an empty local folder for them, made when the first one comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[int, BinaryIO] = {}

    def add(self, row: ScatteredRow) -> None:
        """Put a row aside."""
        part = zlib.crc32(row.id) % _PARTS
        if part not in self._parts:
            self._folder.mkdir(exist_ok=True)
            self._parts[part] = open(self._folder / str(part), "w+b")  # noqa: SIM115  # kept open
        pickle.dump(tuple(row), self._parts[part], pickle.HIGHEST_PROTOCOL)

    def by_id(self) -> Iterator[list[ScatteredRow]]:
        """Yield the rows of each id, in the order in which they came, and forget them."""
        for part in sorted(self._parts):
            with self._parts.pop(part) as stream:
                stream.seek(0)
                rows: dict[bytes, list[ScatteredRow]] = {}
                for row in _unpickled(stream):
                    rows.setdefault(row.id, []).append(row)
            yield from rows.values()


def _unpickled(stream: BinaryIO) -> Iterator[ScatteredRow]:
    while True:
        try:
            yield ScatteredRow(*pickle.load(stream))
        except EOFError:
            return
