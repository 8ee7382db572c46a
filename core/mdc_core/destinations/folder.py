"""A folder as destination: the spool is the destination, written is where the files are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Dict, List

from ..data.events import RawFile
from ..data.receipts import Share
from ..ids import new_instance_id
from ..spool.journal import Journal, has_abandoned, repair_segments
from ..spool.segments import Segments
from ..spool.shared_csv import SharedCsv
from ..spool.tree import Tree
from .base import Destination


class FolderDestination(Destination):
    """JSONL segments of this writer, and CSV files shared with others, below one folder.

    Args:
        root: made when missing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tree = Tree(root)
        instance = new_instance_id()
        self._journal = Journal(self._tree, instance)
        self._segments = Segments(self._tree, instance, self._journal.add)
        self._csv = SharedCsv(root)
        # What is to be called when a file, by folder or path, is on the disk.
        self._unsynced: Dict[str, List[Callable[[], None]]] = {}
        self._checkpoints: List[Callable[[], None]] = []

    def has_left_behind(self) -> bool:
        return has_abandoned(self._root)

    def recover(self) -> int:
        found = repair_segments(self._root)
        self._tally.add_damaged(found.damaged)
        return found.torn

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        for raw in raws:
            self._tree.publish(raw.path)
        self._segments.append(folder, lines)
        self._unsynced.setdefault(folder, [])

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        torn = self._csv.append(path, header, rows)
        self._unsynced.setdefault(path, [])
        return torn

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        raw = self._tree.stage(self._segments.next_path(folder), chunks)
        return RawFile((self._root / raw.path).as_uri(), raw.size, raw.path)

    def discard_raw(self, raw: RawFile) -> None:
        self._tree.discard(raw.path)

    def is_usable(self, size: int) -> bool:
        return self._tree.can_write(size)

    def checkpoint(self, callback: Callable[[], None]) -> None:
        if self._unsynced:
            self._checkpoints.append(callback)
        else:
            callback()

    def follow(self, place: str, shares: Sequence[Share]) -> None:
        for share in shares:
            share.receipt.expect()
            self._unsynced.setdefault(place, []).append(share.receipt.settle)

    def tidy(self) -> None:
        self._journal.keep(self._segments.paths())

    def sync(self) -> None:
        self._journal.keep(self._segments.paths())
        self._journal.sync()
        failed = {**self._segments.sync(), **self._csv.sync()}
        for place in [each for each in self._unsynced if each not in failed]:
            for callback in self._unsynced.pop(place):
                callback()
        for error in failed.values():
            raise error
        while self._checkpoints:
            self._checkpoints.pop(0)()

    def close(self, timeout: float) -> None:
        try:
            self.sync()
        finally:
            self._segments.seal_all()
        self._journal.close()

    def abandon(self) -> None:
        self._segments.abandon()
        self._journal.abandon()
