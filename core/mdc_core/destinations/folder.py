"""A folder as destination: the spool is the destination, written is where the files are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ..data.events import RawFile
from ..data.receipts import Share
from ..spool.files import can_write
from ..spool.journal import repair_segments
from ..spool.segments import Segments
from ..spool.shared_csv import SharedCsv
from .base import Destination


class FolderDestination(Destination):
    """JSONL segments of this writer, and CSV files shared with others, below one folder.

    Args:
        root: made when missing.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._segments = Segments(root)
        self._csv = SharedCsv(root)
        self._is_synced = True
        self._unsynced: list[Callable[[], None]] = []

    def recover(self) -> int:
        return repair_segments(self._root)

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        self._is_synced = False
        for raw in raws:
            self._segments.publish_raw(raw.path)
        self._segments.append(folder, lines)

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        self._is_synced = False
        return self._csv.append(path, header, rows)

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        raw = self._segments.stage_raw(folder, chunks)
        return RawFile((self._root / raw.path).as_uri(), raw.size, raw.path)

    def discard_raw(self, raw: RawFile) -> None:
        self._segments.discard_raw(raw.path)

    def is_usable(self, size: int) -> bool:
        return can_write(self._root, size)

    def checkpoint(self, callback: Callable[[], None]) -> None:
        if self._is_synced:
            callback()
        else:
            self._unsynced.append(callback)

    def follow(self, place: str, shares: Sequence[Share]) -> None:
        for share in shares:
            share.receipt.expect()
            self._unsynced.append(share.receipt.settle)

    def sync(self) -> None:
        self._segments.sync()
        self._csv.sync()
        self._is_synced = True
        while self._unsynced:
            self._unsynced.pop(0)()

    def close(self, timeout: float) -> None:
        self.sync()
        self._segments.close()

    def abandon(self) -> None:
        self._segments.abandon()
