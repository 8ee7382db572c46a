"""What waits in memory for files that cannot be written: by file, in order, up to a bound."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Deque, Dict, List, NamedTuple, Optional

from .batches import Portion
from .trouble import Trouble, earliest

# A lock that is held for less is another writer's turn, and not worth a word.
TURN_SECONDS = 5.0


class Bounds(NamedTuple):
    """How much may wait.

    Attributes:
        events: of one file; for all together it is twice as many.
        bytes: likewise.
    """

    events: int
    bytes: int


class HeldFile:
    """What waits for one file.

    Args:
        clock: monotonic seconds.

    Attributes:
        events, bytes: how much.
        trouble: when it is tried again; none while it only waits for the whole destination.
        is_logged: a message says that the file cannot be written.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.portions: Deque[Portion] = deque()
        self.events = self.bytes = 0
        self.trouble = Trouble(clock)
        self.is_logged = False

    def append(self, portion: Portion) -> None:
        """One more waits."""
        self.portions.append(portion)
        self._count(portion, 1)

    def popleft(self) -> None:
        """The first one waits no longer."""
        self._count(self.portions.popleft(), -1)

    def pop(self) -> None:
        """The last one waits no longer."""
        self._count(self.portions.pop(), -1)

    def is_worth_waiting_for(self) -> bool:
        """Return whether it may be no more than another writer's turn."""
        return bool(self.trouble) and not self.trouble.is_for(TURN_SECONDS)

    def failed(self, error: OSError) -> bool:
        """It has failed once more; return whether that is more than another writer's turn."""
        self.trouble.failed()
        return not (isinstance(error, BlockingIOError) and self.is_worth_waiting_for())

    def _count(self, portion: Portion, sign: int) -> None:
        self.events += sign * portion.events
        self.bytes += sign * len(portion.content)


class HeldFiles(Dict[str, HeldFile]):
    """What waits, by folder of lines or path of rows.

    Args:
        bounds: of one file, and of all.
        clock: monotonic seconds.
    """

    def __init__(self, bounds: Bounds, clock: Callable[[], float]) -> None:
        super().__init__()
        self._bounds = bounds
        self._clock = clock

    def hold(self, portion: Portion) -> HeldFile:
        """Let a portion wait; return the file it waits for."""
        held = self.setdefault(portion.place, HeldFile(self._clock))
        held.append(portion)
        return held

    def total(self) -> tuple[int, int]:
        """Return how many events and bytes wait; an event counts for each of its files."""
        return sum(each.events for each in self.values()), sum(each.bytes for each in self.values())

    def is_beyond(self, held: HeldFile) -> bool:
        """Return whether more waits for a file, or for all, than may; one append always may."""
        events, size = self.total()
        return len(held.portions) > 1 and (
            held.events > self._bounds.events
            or held.bytes > self._bounds.bytes
            or events > 2 * self._bounds.events
            or size > 2 * self._bounds.bytes
        )

    def first(self) -> List[Portion]:
        """Return what waits longest for each file."""
        return [each.portions[0] for each in self.values()]

    def due(self) -> List[str]:
        """Return the files that it is time to try again."""
        return [place for place, each in self.items() if each.trouble.is_due()]

    def pause(self) -> Optional[float]:
        """Return the seconds until one is worth a try; None when nobody should wait for any."""
        return earliest(
            each.trouble.pause() for each in self.values() if each.is_worth_waiting_for()
        )

    def next_try(self) -> Optional[float]:
        """Return the seconds until one is tried again; None when nothing waits."""
        return min((each.trouble.pause() or 0.0 for each in self.values()), default=None)
