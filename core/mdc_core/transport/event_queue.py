"""The bounded queue between the callers' threads and the writer thread."""

from __future__ import annotations

from collections import deque
from typing import Union

from .. import native
from ..data.events import Event, size_beside
from ..data.snapshot import compact, long_labels_of
from ..errors import QueueClosedError, QueueFullError
from .markers import Marker

# While fewer events wait, a new one is neither measured nor made compact: both take microseconds of
# the caller, and save little memory as long as the writer keeps up.
_UNMEASURED = 256
# After the first call, the writer is called again after so many more events: about as many as it
# writes in a slice. For each `_MANY` events that wait, it is one event less.
_CALLS_EVERY = 12
_MANY = 256
# Labels are measured of one event in so many, which stands for them all.
_MEASURED_SHARE = 16


class EventQueue:
    """First in, first out; bounded by events and by bytes.

    `_lock` protects `_added_bytes`, `_added`, `_marked` and `_closed`; only callers take it. It is
    reentrant because a signal handler may collect while it interrupts `put` in the same thread. The
    writer alone changes what it has taken and holds, without the lock: it must make progress while
    a signal handler that waits for it holds up the thread that has the lock.

    Args:
        max_events: at most so many events wait.
        max_bytes: no event is added while so many bytes wait; a single event may be larger.

    Attributes:
        max_events, max_bytes: the same.
    """

    def __init__(self, max_events: int, max_bytes: int) -> None:
        self.max_events = max_events
        self.max_bytes = max_bytes
        self._half_events = max(1, max_events // 2)
        self._half_bytes = max_bytes // 2
        self._waiting: deque[Union[Event, Marker]] = deque()
        self._lock = native.RLock()
        self._added = 0
        self._added_bytes = 0
        self._taken = 0
        self._taken_bytes = 0
        self._held = 0
        self._held_bytes = 0
        self._in_hand = 0
        # Markers that were put, and that were taken.
        self._marked = 0
        self._unmarked = 0
        # The number of added events at which the writer is called; `put` then moves it on.
        self._calls_at = self._half_events
        self._closed = self._closed_for_good = False

    def put(self, event: Event) -> bool:
        """Accept an event.

        Returns:
            Whether the writer is to be called: see `call_at`.

        Raises:
            QueueFullError: at the bound of events or bytes.
            QueueClosedError: after `close`.
        """
        if event.headers or len(self._waiting) >= _UNMEASURED:
            event = self._measured(event)
        with self._lock:
            if self._closed:
                raise QueueClosedError("queue closed")
            waiting = self._added - self._taken + self._held
            size_before = self._added_bytes - self._taken_bytes + self._held_bytes
            if waiting >= self.max_events or size_before >= self.max_bytes:
                raise QueueFullError(
                    "Too many requests lead to message queue is full, "
                    "please reduce the number of requests."
                )
            self._added += 1
            self._added_bytes += event.size
            self._waiting.append(event)
            if self._added >= self._calls_at:
                self._calls_at = self._added + max(2, _CALLS_EVERY - waiting // _MANY)
                return True
            return size_before < self._half_bytes <= size_before + event.size

    def call_at(self, waiting: int) -> None:
        """Have `put` ask for the writer once so many events wait; for the writer.

        Args:
            waiting: how many; at most half of the bound.
        """
        self._calls_at = self._taken + min(waiting, self._half_events)

    def _measured(self, event: Event) -> Event:
        size = size_beside(event)
        if self._added % _MEASURED_SHARE == 0:
            size += _MEASURED_SHARE * long_labels_of(event.snapshot)
        snapshot = compact(event.snapshot)
        if snapshot is event.snapshot and not size:
            return event
        # As `event._replace(...)`, which takes 1 us more.
        return Event._make((snapshot, event.size + size, *event[2:]))

    def mark(self, at_written: bool = False) -> Marker:
        """Put a marker behind everything accepted so far; allowed on a full or closed queue."""
        marker = Marker(at_written)
        with self._lock:
            self._marked += 1
            self._waiting.append(marker)
        return marker

    def take(self, max_events: int, max_bytes: int) -> tuple[list[Event], list[Marker]]:
        """Remove and return what waits, up to about these bounds; for the writer only.

        Returns:
            Events in the order they were accepted, and the markers that stand behind all of them
            and before whatever waits still.
        """
        events: list[Event] = []
        markers: list[Marker] = []
        size = 0
        while self._waiting and len(events) < max_events and size < max_bytes:
            item = self._waiting.popleft()
            if isinstance(item, Marker):
                markers.append(item)
            else:
                events.append(item)
                size += item.size
        self._unmarked += len(markers)
        self._taken += len(events)
        self._taken_bytes += size
        self._in_hand += len(events)
        self._held_bytes += size
        return events, markers

    def hold(self, events: int, size: int) -> None:
        """Let what was taken and cannot be written count as if it waited here; for the writer.

        Bytes that were taken count from then on, until this is called.

        Args:
            events: how many; replaces the number of the call before.
            size: bytes that they take in memory now.
        """
        self._held, self._held_bytes, self._in_hand = events, size, 0

    def close(self, for_good: bool = False) -> None:
        """Accept nothing more; what waits can still be taken.

        Args:
            for_good: `reopen` changes nothing any more.
        """
        with self._lock:
            self._closed = True
            self._closed_for_good = self._closed_for_good or for_good

    def reopen(self) -> None:
        """Accept events again."""
        with self._lock:
            self._closed = self._closed_for_good

    @property
    def is_filling(self) -> bool:
        """Whether more waits than the writer should let wait."""
        waiting = self._added_bytes - self._taken_bytes
        return 4 * self.waiting > self.max_events or 4 * waiting > self.max_bytes

    @property
    def is_marked(self) -> bool:
        """Whether a marker waits."""
        return self._marked != self._unmarked

    @property
    def accepted(self) -> int:
        """Number of events accepted so far."""
        return self._added

    @property
    def taken(self) -> int:
        """Number of events handed to the writer so far."""
        return self._taken

    @property
    def waiting(self) -> int:
        """Number of events accepted and not yet taken."""
        return self._added - self._taken

    @property
    def held(self) -> int:
        """Number of events that were taken and are not written yet; at most so many."""
        return self._held + self._in_hand

    def __len__(self) -> int:
        return len(self._waiting)
