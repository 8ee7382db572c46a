"""A lane: the one thread that appends to one destination, what waits in one write for each file."""

from __future__ import annotations

import errno
import logging
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mdc_core.data.events import MAX_DATA_BYTES, RawFile
from mdc_core.destinations import Destination
from mdc_core.errors import SpoolFolderError, SpoolFullError, StoreError
from mdc_core.throttle import Throttle
from mdc_core.transport.trouble import Trouble

from ..stored_event import StoredEvent
from .answers import Waiter
from .ids import BATCH_EVENTS, IdMemory, Part
from .line import line_of

logger = logging.getLogger("mdc_agent")

BATCH_BYTES = 8 * 1024 * 1024
# Between two looks at what is due while nothing comes in.
TICK_SECONDS = 0.1
# What is delivered has to leave a full disk first: for so long a batch waits for it.
ROOM_SECONDS = 2.0
_PROBE_BYTES = 1 << 16


@dataclass(eq=False)
class Item:
    """One event on its way through a lane.

    Attributes:
        event: of which the line is made.
        folder: of its line.
        raw_folder: of a body that becomes a file.
        source: JSON text of the field.
        keys: of all ids that its line stands for, the first is the one in it; none where nobody
            will repeat it.
        size: in memory, in bytes.
        waiter: is told what becomes of it.
    """

    event: StoredEvent
    folder: str
    raw_folder: str
    source: bytes
    keys: Sequence[bytes]
    size: int
    waiter: Waiter
    line: bytes = b""
    raw: RawFile | None = None
    is_finished: bool = False


@dataclass
class _Group:
    """The lines of one folder in one batch."""

    items: list[Item] = field(default_factory=list)
    size: int = 0


Done = Callable[[Sequence[Item], "StoreError | None"], None]


class Lane:
    """Appends to one destination.

    Args:
        name: of the destination, for the log; without secrets.
        root: folder of its segments.
        destination: used by this lane's thread alone.
        ids: journal of what is appended.
        max_waiting: bytes of events that wait in memory.
        sync_interval: seconds between two flushes to the disk.
        on_done: called from the lane's thread with items that are stored, or with why they are not.

    Attributes:
        name: the same.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        destination: Destination,
        ids: IdMemory,
        max_waiting: int,
        sync_interval: float,
        on_done: Done,
    ) -> None:
        self.name = name
        self._root = root
        self._destination = destination
        self._ids = ids
        self._id = os.urandom(8).hex()
        self._max_waiting = max_waiting
        self._sync_interval = sync_interval
        self._on_done = on_done
        self._items: deque[Item] = deque()
        # Wakes the thread: True to look for items, False to end.
        self._tokens: queue.SimpleQueue[bool] = queue.SimpleQueue()
        # Protects the two counts of what waits.
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._waiting_events = 0
        # Written by the lane's thread, read by all.
        self._trouble: Trouble | None = None
        self._is_full = False
        self._undelivered = (0, 0.0)
        # Of the lane's thread alone.
        self._is_recovered = False
        self._forget: list[bytes] = []
        # Whether the last note speaks of lines: before others follow them it has to be settled.
        self._is_noted = False
        self._dirty_since: float | None = None
        self._throttle = Throttle()
        self._thread = threading.Thread(target=self._run, name="mdc-lane", daemon=True)

    def start(self) -> None:
        """Take over what dead processes left, and start the thread.

        Raises:
            SpoolFolderError: its spool is not this user's alone.
        """
        self._recover()
        self._thread.start()

    def put(self, item: Item) -> None:
        """Take an event; it is stored within `TICK_SECONDS`, or when somebody calls `wake`.

        Raises:
            SpoolFullError: there is no room for it.
            StoreError: the destination fails at the moment.
        """
        trouble = self._trouble
        if trouble is not None and not trouble.is_due():
            raise StoreError(f"{self.name} cannot be written at the moment")
        with self._lock:
            beyond = self._waiting_bytes + item.size > self._max_waiting
            if self._is_full or (beyond and self._waiting_events):
                raise SpoolFullError(f"what waits for {self.name} leaves no room for more events")
            self._waiting_bytes += item.size
            self._waiting_events += 1
            is_much = self._waiting_bytes > BATCH_BYTES
        self._items.append(item)
        if is_much:
            self.wake()

    def wake(self) -> None:
        """Let the thread take what waits now, not at its next tick."""
        self._tokens.put(True)

    def waiting(self) -> tuple[int, int]:
        """Return how many events, and bytes, wait in memory."""
        return self._waiting_events, self._waiting_bytes

    def undelivered(self) -> tuple[int, float]:
        """Return the bytes that are not delivered, and the age in seconds of the oldest."""
        return self._undelivered

    @property
    def works(self) -> bool:
        """Whether events can be stored, as far as is known."""
        return self._trouble is None and not self._is_full

    def close(self, timeout: float) -> None:
        """Store what waits, deliver what can be delivered, and end.

        Args:
            timeout: seconds for it.
        """
        deadline = time.monotonic() + timeout
        self._tokens.put(False)
        self._thread.join(timeout)
        if self._thread.is_alive():
            logger.warning("mdc-agent: %s does not end; its disk hangs", self.name)
            return
        try:
            self._destination.close(max(0.0, deadline - time.monotonic()))
        except OSError as error:
            logger.warning("mdc-agent: %s could not be closed: %s", self.name, error)

    def _run(self) -> None:
        is_open = True
        while is_open:
            items, is_open = self._take()
            # A fault of our own with one batch must not end the lane: its senders try again.
            try:
                if items:
                    self._store(items)
                self._tend(is_last=not is_open)
            except Exception as error:
                logger.exception("mdc-agent: unexpected error in the lane of %s", self.name)
                self._finish(items, StoreError(f"unexpected {type(error).__name__}"))

    def _take(self) -> tuple[list[Item], bool]:
        """Return what waits, up to a bound, and whether the lane goes on."""
        items: list[Item] = []
        size = 0
        is_open = True
        try:
            is_open = self._tokens.get(timeout=TICK_SECONDS)
            while is_open:
                is_open = self._tokens.get_nowait()
        except queue.Empty:
            is_open = True
        waiting = self._items
        while waiting and len(items) < BATCH_EVENTS and size < BATCH_BYTES:
            item = waiting.popleft()
            items.append(item)
            size += item.size
        if waiting:
            # At once: with the next turn, and the end behind it.
            self._tokens.put(is_open)
            is_open = True
        return items, is_open

    def _store(self, items: list[Item]) -> None:
        """Encode, note, append."""
        if not self._is_recovered:
            self._recover()
        if not self._is_recovered:
            self._finish(items, StoreError(f"{self.name} cannot be written at the moment"))
            return
        groups: dict[str, _Group] = {}
        for item in items:
            if self._encode(item):
                group = groups.setdefault(item.folder, _Group())
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

    def _encode(self, item: Item) -> bool:
        """Make an item's line; return False when it is finished with, because it failed."""
        event = item.event
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
            self._is_full = True
            self._lose(group.items, SpoolFullError(f"the spool of {self.name} is full"))
            return
        if destination.is_held_up(folder):
            error = SpoolFullError(f"what waits for {folder} fills half of the spool")
            self._lose(group.items, error)
            return
        until = time.monotonic() + ROOM_SECONDS
        while True:
            try:
                destination.append_lines(folder, lines, raws)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    self._lose(group.items, SpoolFullError(f"{self.name}: {error.strerror}"))
                    return
                time.sleep(TICK_SECONDS / 2)
                destination.tidy()
            except OSError as error:
                self._fail(group.items, error, concerns_all=True)
                return
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()
        self._say_works()
        self._finish(group.items, None)

    def _fail(self, items: Sequence[Item], error: OSError, concerns_all: bool) -> None:
        if concerns_all:
            if self._trouble is None:
                self._trouble = Trouble(time.monotonic)
            self._trouble.failed()
        if self._throttle.due("write") is not None:
            logger.error("mdc-agent: %s cannot be written: %s", self.name, error)
        kind = SpoolFullError if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        self._lose(items, kind(f"{self.name} cannot be written: {error.strerror}"))

    def _lose(self, items: Sequence[Item], error: StoreError) -> None:
        for item in items:
            self._forget.extend(item.keys)
            if item.raw is not None:
                try:
                    self._destination.discard_raw(item.raw)
                except OSError:
                    continue  # nothing refers to it; who takes over the spool removes it
        self._finish(items, error)

    def _finish(self, items: Sequence[Item], error: StoreError | None) -> None:
        finished = [item for item in items if not item.is_finished]
        for item in finished:
            item.is_finished = True
        with self._lock:
            self._waiting_events -= len(finished)
            self._waiting_bytes -= sum(item.size for item in finished)
        self._on_done(finished, error)

    def _recover(self) -> None:
        try:
            self._destination.recover()
        except SpoolFolderError:
            raise
        except OSError as error:
            self._trouble = self._trouble or Trouble(time.monotonic)
            self._trouble.failed()
            if self._throttle.due("write") is not None:
                logger.error("mdc-agent: %s cannot be written: %s", self.name, error)
            return
        self._is_recovered = True
        self._say_works()

    def _say_works(self) -> None:
        if self._trouble is not None:
            self._trouble = None
            self._throttle.forget("write")
            logger.warning("mdc-agent: %s can be written again", self.name)

    def _tend(self, is_last: bool) -> None:
        """Flush, tidy, and look whether there is room."""
        destination = self._destination
        now = time.monotonic()
        if self._trouble is not None and self._trouble.is_due() and not is_last:
            self._try_again(self._trouble)
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
                logger.warning("mdc-agent: %s could not be flushed: %s", self.name, error)
        self._is_full = destination.is_full(1)
        self._undelivered = destination.undelivered()

    def _try_again(self, trouble: Trouble) -> None:
        """Find out whether a destination that failed works, without an event."""
        if not self._is_recovered:
            self._recover()
        elif self._destination.is_usable(_PROBE_BYTES):
            self._say_works()
        else:
            trouble.failed()


def _parts(groups: dict[str, _Group]) -> Iterator[Part]:
    for folder, group in groups.items():
        lines = [item.keys for item in group.items if item.keys]
        if lines:
            yield Part(folder, group.size, lines)
