"""What destinations that can fail share: a private spool, and a thread that delivers it."""

from __future__ import annotations

import errno
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Optional, Set

from ..data.events import RawFile
from ..data.receipts import Share
from ..delivery.loop import DeliveryLoop
from ..delivery.shared_csv_blob import spool_ending, spool_folder
from ..delivery.uploader import Uploader
from ..errors import SpoolFolderError
from ..spool.files import FileSize
from ..spool.left_behind import waiting_files
from ..spool.other_spools import left_beside
from ..spool.outbox import Outbox
from ..spool.private_folder import prepare_folder
from ..spool.removed import LOOK_SECONDS
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .base import Destination

logger = logging.getLogger("mdc_core")

ADOPT_SECONDS = 30.0
# The part of the time to close that is left for what follows the last deliveries.
CLOSING_SECONDS = 0.5
# Spools of this process: what lies there is delivered, or will be said to stay.
_in_use: Set[Path] = set()


class SpooledDestination(Destination, ABC):
    """What is appended survives in the spool until the destination has acknowledged it.

    Args:
        root: of the spool; private to this user and this destination.
        max_bytes: bound of what waits in the spool.
        interval: seconds between two rounds of delivery.
        name: of the destination, for the log.
        place: the destination for people who find the spool; without secrets.
    """

    def __init__(self, root: Path, max_bytes: int, interval: float, name: str, place: str) -> None:
        self._root = root
        self._place = place
        self._name = name
        self._interval = interval
        self._outbox = Outbox()
        self._spool = Spool(
            root, self._outbox, max_bytes, on_damaged=self._count_damaged, destination=place
        )
        self._loop: Optional[DeliveryLoop] = None
        self._recovered = False
        self._adopts_at = 0.0
        # Where the append before ended.
        self._last: Optional[FileSize] = None
        _in_use.add(root)

    @abstractmethod
    def make_uploader(self, spool: Spool) -> Uploader:
        """Return what takes spool files to the destination."""

    def start(self) -> None:
        self._delivery().start()

    def has_left_behind(self) -> bool:
        return self._root.is_dir() and bool(waiting_files(self._root))

    def recover(self) -> int:
        if self._recovered:
            return 0  # it is asked again when another destination failed
        try:
            prepare_folder(self._root, "MDC_SPOOL_DIR")
        except SpoolFolderError:
            raise
        except OSError as error:
            raise SpoolFolderError(
                f"MDC_SPOOL_DIR: {error}; valid: a folder that this user can make"
            ) from error
        torn = self._adopt()
        self._warn_of_other_spools()
        self._recovered = True
        self._delivery().begin()
        return torn

    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        self._make_room(len(lines))
        paths = (raw.path for raw in raws)
        self._last = self._spool.append(folder, lines, b"", ".jsonl", paths)

    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        self._make_room(len(rows))
        self._last = self._spool.append(spool_folder(path), rows, header, spool_ending(header))
        return 0

    def follow(self, place: str, shares: Sequence[Share]) -> None:
        if self._last is not None:
            self._outbox.follow(self._last.path, self._last.size, shares)

    def checkpoint(self, callback: Callable[[], None]) -> None:
        self._outbox.checkpoint(callback)

    def hurry(self) -> None:
        if self._loop is not None:
            self._loop.wake()

    def undelivered(self) -> tuple[int, float]:
        return self._outbox.waiting_bytes(), self._outbox.oldest_age()

    def is_usable(self, size: int) -> bool:
        return self._spool.tree.can_write(size)

    def is_full(self, size: int) -> bool:
        return self._spool.room.is_full(size)

    def is_held_up(self, place: str) -> bool:
        is_held_up = self._spool.room.is_held_up
        return is_held_up(place) or is_held_up(spool_folder(place))

    def tidy(self) -> None:
        if self._recovered:
            self._delivery().begin()
        self._spool.tidy()

    def tidies_in(self) -> Optional[float]:
        return LOOK_SECONDS if self._outbox.waiting_bytes() else None

    def sync(self) -> None:
        self._spool.sync()

    def close(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        self._spool.seal_all()
        if self._loop is not None:
            self._loop.drain(max(0.0, timeout - CLOSING_SECONDS))
            self._loop.stop(max(0.0, deadline - time.monotonic()))
        self._spool.removed.look()
        waiting = self._outbox.waiting_bytes()
        if waiting:
            logger.warning(
                "mdc-bridge: %d bytes for %s stay in the spool %s until the next start",
                waiting,
                self._name,
                self._root,
            )
        self._spool.close()
        _in_use.discard(self._root)

    def abandon(self) -> None:
        self._spool.abandon()

    def _delivery(self) -> DeliveryLoop:
        if self._loop is None:
            self._loop = DeliveryLoop(
                self.make_uploader(self._spool),
                self._outbox,
                self._tally.add_retried,
                self._interval,
                self._adopt_if_due,
                self._name,
            )
        return self._loop

    def _count_refused(self, file: SpoolFile, start: int, reason: str) -> None:
        if not self._outbox.refused(file, start, reason):
            self._tally.add_dropped(reason)

    def _count_damaged(self, what: str) -> None:
        logger.error(
            "mdc-bridge: %s in the spool %s is damaged; moved to .mdc-bridge/torn",
            what,
            self._root,
        )
        self._tally.add_damaged()

    def _make_room(self, size: int) -> None:
        if self._spool.room.is_lacking(size):
            self.hurry()
            raise BlockingIOError(errno.EAGAIN, "delivered data must leave the spool first")

    def _warn_of_other_spools(self) -> None:
        for waiting in left_beside(self._root):
            if waiting.root not in _in_use:
                logger.warning(
                    "mdc-bridge: %d bytes that dead processes left wait in the spool %s for %s; "
                    "this process delivers to %s, and leaves them to one that collects to there",
                    waiting.bytes,
                    waiting.root,
                    waiting.destination or "another destination",
                    self._place,
                )

    def _adopt(self) -> int:
        """Take over what processes left when they died, before this one and beside it."""
        torn = self._spool.adopt()
        pause = 0.0 if self._spool.has_more_to_adopt() else ADOPT_SECONDS
        self._adopts_at = time.monotonic() + pause
        return torn

    def _adopt_if_due(self) -> None:
        if time.monotonic() >= self._adopts_at:
            self._tally.add_repaired(self._adopt())
