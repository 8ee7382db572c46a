"""Several events of one id as one line, as Azure's collector makes them of close requests.

Off unless a window is set: it is for readers that expect such lines, and it costs. An event is in a
file only when its batch is, so its sender waits that long for the answer; the official SDK, which
sends one event after the other, then sends one in each window.

Azure's reader joins inputs and outputs by the id and the number of the row in the line, so both
must be batched alike. Therefore a batch is of one correlation id, over all collections: it begins
with the first event, and all its lines are made at once when its window is over, or when it is
large. Where one collection has fewer events than another by then, it waits for them, some windows
at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from mdc_core.data.events import MAX_DATA_BYTES
from mdc_core.errors import StoreError

from ..stored_event import StoredEvent
from .item import Waiter, notify

# A batch whose collections have not as many events each waits so many windows.
MOST_WINDOWS = 3
# Events of one line.
MOST_EVENTS = 1000
_Put = Callable[[StoredEvent, Sequence[bytes], Waiter], object]


class _Held(NamedTuple):
    event: StoredEvent
    keys: Sequence[bytes]
    waiter: Waiter


@dataclass
class _Batch:
    """Events of one id.

    Attributes:
        due: monotonic seconds when its window is over.
        until: monotonic seconds up to which it waits for the events that are missing.
        lines: by what all events of a line have in common.
    """

    due: float
    until: float
    size: int = 0
    lines: dict[tuple[object, ...], list[_Held]] = field(default_factory=dict)

    def is_full(self, size: int) -> bool:
        """Return whether an event of a size is for the next batch."""
        longest = max(map(len, self.lines.values()), default=0)
        return self.size + size > MAX_DATA_BYTES or longest >= MOST_EVENTS

    def is_even(self) -> bool:
        """Return whether all collections have as many events."""
        return len({len(line) for line in self.lines.values()}) < 2


class Batching:
    """Holds events for a window, and gives on what they become.

    Args:
        window: seconds.
        put: takes an event, the keys of all that it stands for, and who waits.
        max_bytes: of all that is held; beyond, everything is given on.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        window: float,
        put: _Put,
        max_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window = window
        self._put = put
        self._max_bytes = max_bytes
        self._clock = clock
        # Protects the two below; never held while something is given on.
        self._lock = threading.Lock()
        self._batches: dict[str, _Batch] = {}
        self._size = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mdc-batches", daemon=True)

    def start(self) -> None:
        """Start the thread that ends windows."""
        self._thread.start()

    def takes(self, event: StoredEvent) -> bool:
        """Return whether an event can be a part of a line: its data are a list, and small."""
        is_list = event.data[:1] == b"[" and event.raw is None
        return is_list and len(event.data) < MAX_DATA_BYTES

    def add(self, event: StoredEvent, keys: Sequence[bytes], waiter: Waiter) -> None:
        """Hold an event."""
        key = (event.collection, event.content_type, event.request_id, *event.attributes.items())
        size = len(event.data)
        now = self._clock()
        with self._lock:
            batch = self._batches.get(event.correlation_id)
            full = []
            if batch is not None and batch.is_full(size):
                full = self._take([event.correlation_id])
                batch = None
            if batch is None:
                due = now + self._window
                batch = _Batch(due, due + self._window * (MOST_WINDOWS - 1))
                self._batches[event.correlation_id] = batch
            batch.lines.setdefault(key, []).append(_Held(event, keys, waiter))
            batch.size += size
            self._size += size
            if self._size > self._max_bytes:
                full += self._take(list(self._batches))
        self._pass_on(full)

    def step(self) -> None:
        """Give on what is due."""
        now = self._clock()
        with self._lock:
            due = [
                name
                for name, batch in self._batches.items()
                if now >= batch.until or (now >= batch.due and batch.is_even())
            ]
            batches = self._take(due)
        self._pass_on(batches)

    def close(self) -> None:
        """Give on everything."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._lock:
            batches = self._take(list(self._batches))
        self._pass_on(batches)

    def _take(self, names: Sequence[str]) -> list[_Batch]:
        batches = [self._batches.pop(name) for name in names]
        self._size -= sum(batch.size for batch in batches)
        return batches

    def _pass_on(self, batches: Sequence[_Batch]) -> None:
        for batch in batches:
            for line in batch.lines.values():
                waiters = [held.waiter for held in line]
                keys = [key for held in line for key in held.keys]
                try:
                    self._put(
                        _one_line([held.event for held in line]), keys, partial(notify, waiters)
                    )
                except StoreError as error:
                    notify(waiters, error)

    def _run(self) -> None:
        while not self._ending.wait(self._window / 4):
            self.step()


def _one_line(events: Sequence[StoredEvent]) -> StoredEvent:
    """Return events of one id and collection as one: the rows one after the other."""
    first = events[0]
    if len(events) == 1:
        return first
    inner = [event.data.strip()[1:-1].strip() for event in events]
    data = b"[" + b",".join(each for each in inner if each) + b"]"
    return first._replace(data=data, content_range=f"bytes 0-{len(data) - 1}/{len(data)}")
