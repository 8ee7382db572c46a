"""CSV rows committed to the block blob that all replicas share, each row exactly once.

The end of a block is kept in the spool before its commit, and the block's id follows from it. So
an answer that was lost, or a death between commit and note, is resolved by looking for the id.
"""

from __future__ import annotations

import contextlib
import errno
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256

from ..layouts import CSV_ROOT
from ..spool.shared_csv import end_of_last_row
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .azure import ConnectedAccount
from .leased_blob import FULL_BLOCKS, HEADER_ID, LeasedBlob, Piece
from .shared_block_blob import SharedBlobs
from .uploader import Uploader

SPOOL_FOLDER = "csv"
MAX_BLOCK_BYTES = 4 * 1024 * 1024


@dataclass
class _Progress:
    """What is known of one spool file; survives in the state folder.

    Attributes:
        delivered: bytes that are committed, the head included.
        intended: the end of what is being committed; 0 when nothing is.
    """

    delivered: int = 0
    intended: int = 0


class SharedCsvUploader(Uploader):
    """Commits spooled rows to shared block blobs.

    Args:
        account: where to.
        spool: holds the rows, in files `csv/{container}/{blob}/{name}.{bytes of header}.csv`.
        full_blocks: number of blocks beyond which the older ones are merged.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        account: ConnectedAccount,
        spool: Spool,
        full_blocks: int = FULL_BLOCKS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(spool)
        self._blobs = SharedBlobs(account, CSV_ROOT, full_blocks, clock)
        self._progress: dict[str, _Progress] = {}

    def upload(self, file: SpoolFile) -> int:
        size = file.size
        progress = self._progress.get(file.path)
        if progress is None or progress.delivered <= file.delivered:
            with self._blobs.leased(_blob_name(file.path)) as blob:
                if progress is None:
                    # Only now: until here an earlier owner of the file may have held the lease.
                    note = self._spool.notes.progress(file.path)
                    progress = _Progress(**json.loads(note)) if note else _Progress()
                    self._progress[file.path] = progress
                if progress.delivered < size:
                    self._commit_next(blob, file.path, size, progress)
        # A note may be ahead of a file that a loss of power has cut.
        return min(progress.delivered, size)

    def known_delivered(self, file: SpoolFile) -> int:
        return file.delivered  # its note is read under the lease

    def forget(self, file: SpoolFile) -> None:
        self._progress.pop(file.path, None)

    def _commit_next(self, blob: LeasedBlob, path: str, size: int, progress: _Progress) -> None:
        start = progress.delivered
        # An intention is kept as it is: the commit that was sent for it may still be on its way.
        stop = progress.intended or self._end_of_rows(path, start, size)
        ranges = _ranges(path, start, stop)
        if not any(blob.holds(_block_id(path, *each)) for each in ranges):
            if stop > size:
                stop = self._end_of_rows(path, start, size)
            self._save(path, progress, start, stop)
            pieces = list(self._pieces(blob, path, start, stop))
            if pieces:
                # Before the commit: after a loss of power nothing else tells what is in the blob.
                with contextlib.suppress(FileNotFoundError):  # there was no room for it: `_save`
                    self._spool.notes.sync(path)
                blob.extend(pieces)
        self._save(path, progress, stop, 0)

    def _pieces(self, blob: LeasedBlob, path: str, start: int, stop: int) -> Iterator[Piece]:
        """Yield the header, if the blob is to begin with ours, and the rows."""
        head = _head_bytes(path)
        if blob.is_empty and 0 < head <= stop:
            yield Piece(HEADER_ID, partial(self._spool.read, path, 0, head))
        for begin, end in _ranges(path, start, stop):
            yield Piece(_block_id(path, begin, end), partial(self._spool.read, path, begin, end))

    def _end_of_rows(self, path: str, start: int, size: int) -> int:
        """Return where to stop: behind whole rows of one block, or of several for a large row."""
        begin = max(start, _head_bytes(path))
        stop = begin + MAX_BLOCK_BYTES
        if stop >= size:
            return size
        whole = end_of_last_row(self._spool.read(path, begin, stop))
        return begin + whole if whole else size

    def _save(self, path: str, progress: _Progress, delivered: int, intended: int) -> None:
        progress.delivered, progress.intended = delivered, intended
        try:
            self._spool.notes.write(path, json.dumps(asdict(progress)))
        except OSError as error:
            # There is no room for a first note. Without any a death could double rows; without
            # delivery the disk would stay full for good.
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise


def spool_folder(path: str) -> str:
    """Return the spool folder for the rows of a shared CSV file."""
    return f"{SPOOL_FOLDER}/{path}"


def spool_ending(header: bytes) -> str:
    """Return the ending of a spool file that begins with a header."""
    return f".{len(header)}.csv"


def _head_bytes(path: str) -> int:
    return int(path.rsplit(".", 2)[1])


def _blob_name(path: str) -> str:
    """Return the blob of a spool file: its folder, without `csv/` and the container's name."""
    return path.rpartition("/")[0].split("/", 2)[2]


def _ranges(path: str, start: int, stop: int) -> list[tuple[int, int]]:
    """Return the bytes of each block between two offsets of a spool file, its head left out."""
    offsets = range(max(start, _head_bytes(path)), stop, MAX_BLOCK_BYTES)
    return [(offset, min(stop, offset + MAX_BLOCK_BYTES)) for offset in offsets]


def _block_id(path: str, start: int, stop: int) -> str:
    """Return the id of a block: 36 characters, the same whenever the same bytes are committed."""
    digest = sha256(f"{path}:{start}:{stop}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
