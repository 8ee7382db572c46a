"""How much more may lie in a spool, and how what is delivered makes room."""

from __future__ import annotations

from .outbox import Outbox
from .segments import Segments


class Room:
    """The room that is left; used by the writer's thread.

    Args:
        outbox: says what waits, and what is on the disk.
        segments: are ended so that what they hold can leave the disk.
        max_bytes: bound of what lies on the disk.
    """

    def __init__(self, outbox: Outbox, segments: Segments, max_bytes: int) -> None:
        self._outbox = outbox
        self._segments = segments
        self._max_bytes = max_bytes

    def is_full(self, size: int) -> bool:
        """Return whether what waits leaves no room for so many bytes more.

        What is held up has half of it at most; a dead process may have left more.
        """
        beyond = max(0, self._outbox.held_up_bytes() - self._max_bytes // 2)
        waiting = self._outbox.waiting_bytes() - beyond
        return waiting > 0 and waiting + size > self._max_bytes

    def is_held_up(self, folder: str) -> bool:
        """Return whether a folder waits for a destination that takes everything else, and fills
        the part of the spool that such folders may fill.
        """
        return self._outbox.held_up_bytes(folder) >= self._max_bytes // 2 > 0

    def is_lacking(self, size: int) -> bool:
        """Return whether what is delivered has to leave the disk before so many bytes more fit.

        The segments that hold it are ended then; it leaves with the next round of the delivery.
        """
        on_disk = self._outbox.disk_bytes()
        if on_disk == 0 or on_disk + size <= self._max_bytes:
            return False
        return self.end_delivered() or self._outbox.has_finished()

    def make_some(self) -> None:
        """End segments where much of what may lie on the disk is delivered."""
        on_disk = self._outbox.disk_bytes()
        delivered = on_disk - self._outbox.waiting_bytes()
        if 2 * on_disk > self._max_bytes and 4 * delivered > self._max_bytes:
            self.end_delivered()

    def end_delivered(self) -> bool:
        """End the segments of which most is delivered; return whether there are any."""
        delivered = list(filter(self._outbox.is_mostly_delivered, self._segments.paths()))
        for path in delivered:
            self._segments.seal(path.rpartition("/")[0])
        return bool(delivered)
