"""An outlet: one destination as the writer uses it, through failures of all of it or of one file.

What cannot be appended waits here, in its order, and is offered again at growing intervals. A
file that cannot be written (a folder in its place, a lock that somebody holds, a read-only day)
waits alone, up to a bound, and beyond it what belongs there is lost and counted. Where the whole
destination fails (no room, no such folder), nothing is appended until it works.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import List, Optional

from ..destinations import Destination
from ..spool.files import REMOVED, RemovedError
from .batches import Portion
from .counters import Counters
from .held import Bounds, HeldFile, HeldFiles
from .outlet_reports import HELD_UP, UNWRITABLE, OutletReports
from .trouble import Trouble, concerns_all

_PROBE_BYTES = 1 << 20
# Files that are tried in one step.
_TRIES = 64


class Outlet:
    """Appends portions to a destination; used by the writer's thread.

    Args:
        destination: where to.
        counters: what happens to the events is counted here.
        bounds: of what waits for files that cannot be written.
        clock: monotonic seconds.

    Attributes:
        destination: the same.
        dirty: something was appended since the last flush to the disk.
        trouble: of the whole destination.
    """

    def __init__(
        self,
        destination: Destination,
        counters: Counters,
        bounds: Bounds,
        clock: Callable[[], float],
    ) -> None:
        self.destination = destination
        self.dirty = False
        self.trouble = Trouble(clock)
        self._counters = counters
        self._held = HeldFiles(bounds, clock)
        self._recovered = False
        self._reports = OutletReports(clock)

    def offer(self, portion: Portion, bounded: bool) -> None:
        """Append a portion, or let it wait behind what waits for its file already.

        Args:
            portion: to append.
            bounded: other destinations work, so that this one must not fill the memory.
        """
        if self.destination.is_full(len(portion.content)):
            self._reports.full()
            self.lose(portion, "spool_full")
        elif self.destination.is_held_up(portion.place):
            self._reports.held_up(portion.place)
            self.lose(portion, HELD_UP)
        elif not self.trouble and portion.place not in self._held:
            error = self._append(portion)
            if error is not None:
                held = self._held.hold(portion)
                size = min(len(portion.content), _PROBE_BYTES)
                if concerns_all(error) or not self.destination.is_usable(size):
                    self.fail(error)
                else:
                    self._block(portion.place, held, error)
        else:
            held = self._held.hold(portion)
            if (bounded or not self.trouble) and self._held.is_beyond(held):
                held.pop()
                self._reports.lost(portion)
                self.lose(portion, UNWRITABLE)

    def retry(self, now: bool = False) -> None:
        """Recover the destination before its first use, and append what waits and is due.

        Args:
            now: all of it is due.
        """
        if not (now or self.trouble.is_due()):
            return
        if not self._recovered:
            try:
                self._counters.add_repaired(self.destination.recover())
            except OSError as error:
                self.fail(error)
                return
            self._recovered = True
        if not self.trouble:
            for place in list(self._held) if now else self._held.due()[:_TRIES]:
                self._drain(place)
            return
        largest = max((len(each.content) for each in self._held.first()), default=0)
        works = not self._held or self.destination.is_usable(min(largest, _PROBE_BYTES))
        for place in list(self._held)[:_TRIES]:
            works = self._drain(place) or works
        if not works:
            self.trouble.failed()
            return
        self.trouble.end()
        if not self._held:
            self._reports.works()

    def fail(self, error: OSError) -> None:
        """The destination as a whole fails: it is left alone for a while."""
        self._reports.fails(error)
        self.trouble.failed()

    def store_failed(self, error: OSError) -> None:
        """The data of a large event could not be stored, perhaps only because of their size."""
        if not self.destination.is_usable(_PROBE_BYTES):
            self.fail(error)

    def sync(self) -> Optional[OSError]:
        """Flush what was appended to the disk; return what was in the way."""
        try:
            if self.dirty:
                self.destination.sync()
        except OSError as error:
            return error
        self.dirty = False
        return None

    def tidy(self) -> None:
        """Let the destination do what is due without an append."""
        try:
            self.destination.tidy()
        except OSError as error:
            self._reports.left_open(error)

    def drop(self, reason: str) -> None:
        """Give up everything that waits."""
        for held in self._held.values():
            for portion in held.portions:
                self.lose(portion, reason)
        self._held.clear()

    def lose(self, portion: Portion, reason: str) -> None:
        """Give up a portion, and count its events."""
        for raw in portion.raws:
            with contextlib.suppress(OSError):
                self.destination.discard_raw(raw)
        for share in portion.shares:
            share.lose(reason)
            share.arrive()

    def waiting(self) -> List[Portion]:
        """Return what waits longest for each file."""
        return self._held.first()

    def held(self) -> tuple[int, int]:
        """Return how many events and bytes wait."""
        return self._held.total()

    def pause(self) -> Optional[float]:
        """Return the seconds until something is worth a try; None when nothing is."""
        return self.trouble.pause() if self.trouble else self._held.pause()

    def next_try(self) -> Optional[float]:
        """Return the seconds until something is tried again; None when nothing waits."""
        return self.trouble.pause() if self.trouble else self._held.next_try()

    def _drain(self, place: str) -> bool:
        """Append what waits for a file; return whether anything could be appended."""
        held = self._held[place]
        works = False
        while held.portions:
            error = self._append(held.portions[0])
            if error is not None:
                if not self.trouble:
                    self._block(place, held, error)
                return works
            works = True
            held.popleft()
        del self._held[place]
        if held.is_logged:
            self._reports.unblocked(place)
        return works

    def _append(self, portion: Portion) -> Optional[OSError]:
        place = portion.place
        try:
            if portion.header is None:
                self.destination.append_lines(place, portion.content, portion.raws)
            else:
                torn = self.destination.append_rows(place, portion.header, portion.content)
                self._counters.add_repaired(torn)
        except RemovedError as error:
            lost = portion.leave_out(error.filename)
            if not lost:
                return error
            self._reports.removed(error)
            if not portion.content:
                self.lose(portion, REMOVED)
                return None
            portion.shares[0].receipt.lose(REMOVED, lost)
            return self._append(portion)
        except OSError as error:
            return error
        self.dirty = True
        self._reports.works()
        self.destination.follow(place, portion.shares)
        self._counters.add_bytes(len(portion.content))
        for share in portion.shares:
            self._counters.add_written(share.arrive())
        return None

    def _block(self, place: str, held: HeldFile, error: OSError) -> None:
        if held.failed(error) and self._reports.blocked(place, error):
            held.is_logged = True
