"""What a lane does with its destination: encode, note, append, flush; used by its thread alone."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mdc_core.data.events import MAX_DATA_BYTES
from mdc_core.destinations import Destination
from mdc_core.errors import SpoolFolderError, SpoolFullError, StoreError
from mdc_core.throttle import Throttle
from mdc_core.transport.trouble import Trouble

from .ids import FolderAppend, IdMemory
from .item import Done, Item
from .line import line_of

logger = logging.getLogger("mdc_agent")

# A batch waits so long for delivered files to leave a full disk, and looks in this interval.
ROOM_SECONDS = 2.0
_LOOK_SECONDS = 0.05
_PROBE_BYTES = 1 << 16


@dataclass
class _Group:
    """The lines of one folder in one batch."""

    items: list[Item] = field(default_factory=list)
    size: int = 0


class Appender:
    """Appends the lines of events to one destination.

    Args:
        name: of the destination, for the log; without secrets.
        root: folder of its segments.
        destination: see above.
        ids: journal of what is appended.
        sync_interval: seconds between two flushes to the disk.
        on_done: called with items that are stored, or with why they are not.

    Attributes:
        trouble: of the destination; None while it works. Read by all threads, as the next two.
        is_full: it takes no more for now.
        undelivered: bytes that are not delivered, and the age in seconds of the oldest.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        destination: Destination,
        ids: IdMemory,
        sync_interval: float,
        on_done: Done,
    ) -> None:
        self.trouble: Trouble | None = None
        self.is_full = False
        self.undelivered = (0, 0.0)
        self._name = name
        self._root = root
        self._destination = destination
        self._ids = ids
        self._id = os.urandom(8).hex()
        self._sync_interval = sync_interval
        self._on_done = on_done
        self._is_recovered = False
        self._forget: list[bytes] = []
        # Whether the last note names lines; it has to be settled before more lines follow.
        self._is_noted = False
        self._dirty_since: float | None = None
        self._throttle = Throttle()

    def recover(self) -> None:
        """Take over what dead processes left.

        Raises:
            SpoolFolderError: its spool is not this user's alone.
        """
        try:
            self._destination.recover()
        except SpoolFolderError:
            raise
        except OSError as error:
            self._note_trouble(error)
            return
        self._is_recovered = True
        self._note_recovery()

    def store(self, items: list[Item]) -> None:
        """Encode, note, append."""
        if not self._is_recovered:
            self.recover()
        if not self._is_recovered:
            self._on_done(items, StoreError(f"{self._name} cannot be written at present"))
            return
        groups: defaultdict[str, _Group] = defaultdict(_Group)
        for item in items:
            if self._encode(item):
                group = groups[item.folder]
                group.items.append(item)
                group.size += len(item.line)
        if not groups:
            return
        parts = list(_parts(groups))
        if parts or self._is_noted:
            try:
                self._ids.note(self._id, self._root, parts, self._forget)
            except OSError as error:
                for group in groups.values():
                    self._fail(group.items, error, concerns_all=True)
                return
            self._forget = []
            self._is_noted = bool(parts)
        for folder, group in groups.items():
            self._append(folder, group)

    def tend(self, is_last: bool) -> None:
        """Flush, tidy, and look whether there is room."""
        destination = self._destination
        now = time.monotonic()
        if self.trouble is not None and self.trouble.is_due() and not is_last:
            self._try_again(self.trouble)
        try:
            if self._dirty_since is not None and (
                is_last or now - self._dirty_since >= self._sync_interval
            ):
                destination.sync()
                self._ids.sync()
                self._dirty_since = None
            if is_last:
                self._ids.note(self._id, self._root, (), self._forget)
            destination.tidy()
        except OSError as error:
            if self._throttle.due("tend") is not None:
                logger.warning("mdc-agent: %s could not be flushed: %s", self._name, error)
        self.is_full = destination.is_full(1)
        self.undelivered = destination.undelivered()

    def _encode(self, item: Item) -> bool:
        """Make an item's line; return False when it is finished with, because it failed."""
        event = item.event
        if event is None:
            return True
        body = event.raw
        if body is None and len(event.data) > MAX_DATA_BYTES:
            body = event.data
        try:
            if body is not None:
                item.raw = self._destination.put_raw(item.raw_folder, [body])
            item.line = line_of(event, item.source, item.raw.url if item.raw else "")
        except OSError as error:
            self._fail([item], error, concerns_all=False)
            return False
        return True

    def _append(self, folder: str, group: _Group) -> None:
        destination = self._destination
        lines = b"".join(item.line for item in group.items)
        raws = [item.raw for item in group.items if item.raw is not None]
        if destination.is_full(group.size):
            self.is_full = True
            self._drop(group.items, SpoolFullError(f"the spool of {self._name} is full"))
            return
        if destination.is_held_up(folder):
            error = SpoolFullError(f"data waiting for {folder} fills half of the spool")
            self._drop(group.items, error)
            return
        until = time.monotonic() + ROOM_SECONDS
        while True:
            try:
                destination.append_lines(folder, lines, raws)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    self._drop(group.items, SpoolFullError(f"{self._name}: {error.strerror}"))
                    return
                time.sleep(_LOOK_SECONDS)
                destination.tidy()
            except OSError as error:
                self._fail(group.items, error, concerns_all=True)
                return
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()
        self._note_recovery()
        self._on_done(group.items, None)

    def _fail(self, items: Sequence[Item], error: OSError, concerns_all: bool) -> None:
        self._note_trouble(error, concerns_all)
        kind = SpoolFullError if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        self._drop(items, kind(f"{self._name} cannot be written: {error.strerror}"))

    def _note_trouble(self, error: OSError, concerns_all: bool = True) -> None:
        if concerns_all:
            self.trouble = self.trouble or Trouble(time.monotonic)
            self.trouble.failed()
        if self._throttle.due("write") is not None:
            logger.error("mdc-agent: %s cannot be written: %s", self._name, error)

    def _drop(self, items: Sequence[Item], error: StoreError) -> None:
        for item in items:
            self._forget.extend(item.keys)
            if item.raw is not None:
                # Nothing refers to it; the next owner of the spool removes it.
                with contextlib.suppress(OSError):
                    self._destination.discard_raw(item.raw)
        self._on_done(items, error)

    def _note_recovery(self) -> None:
        if self.trouble is not None:
            self.trouble = None
            self._throttle.forget("write")
            logger.warning("mdc-agent: %s can be written again", self._name)

    def _try_again(self, trouble: Trouble) -> None:
        """Find out whether a destination that failed works, without an event."""
        if not self._is_recovered:
            self.recover()
        elif self._destination.is_usable(_PROBE_BYTES):
            self._note_recovery()
        else:
            trouble.failed()

    def close(self, timeout: float) -> None:
        """Deliver what can be delivered, and give up the destination.

        Args:
            timeout: seconds for it.
        """
        try:
            self._destination.close(timeout)
        except OSError as error:
            logger.warning("mdc-agent: %s could not be closed: %s", self._name, error)


def _parts(groups: dict[str, _Group]) -> Iterator[FolderAppend]:
    for folder, group in groups.items():
        lines = [item.keys for item in group.items if item.keys]
        if lines:
            yield FolderAppend(folder, group.size, lines)
