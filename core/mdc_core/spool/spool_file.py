"""One file of a spool: how far it is delivered, and whose events are in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Optional

from ..data.receipts import Receipt


@dataclass
class Mark:
    """What a file holds of a receipt: so many events, in the bytes before `end`."""

    end: int = 0
    events: int = 0


@dataclass
class SpoolFile:
    """One file on its way.

    The writer's thread lets it grow and seals it, the delivery's does the rest, both through the
    outbox.

    Attributes:
        path: below the spool's root; for JSONL also the path at the destination.
        size: bytes that may be delivered.
        delivered: bytes that are acknowledged, from the start.
        sealed: nothing will be appended any more.
        since: monotonic seconds since when bytes wait; None when none do.
        held: bytes behind `size`: they refer to raw files that are not delivered yet.
    """

    path: str
    size: int = 0
    delivered: int = 0
    sealed: bool = False
    since: Optional[float] = None
    held: int = 0
    # Where it begins to refer to a raw file, in the order of the file.
    behind: list[tuple[int, str]] = field(default_factory=list, repr=False, compare=False)
    # What is to be told when bytes are acknowledged or lost; under the outbox's lock.
    marks: dict[Receipt, Mark] = field(default_factory=dict, repr=False, compare=False)

    @property
    def written(self) -> int:
        """Bytes in the file."""
        return self.size + self.held

    @property
    def waiting(self) -> int:
        """Bytes written and not acknowledged."""
        return self.written - self.delivered

    def divide(self, written: int) -> None:
        """Divide the bytes in the file into what may be delivered and what may not."""
        self.size = min(written, self.behind[0][0]) if self.behind else written
        self.held = written - self.size

    def part_with(self, start: int) -> Optional[Receipt]:
        """Return the receipt of the event that begins at `start`, which is the file's no more."""
        marks = [(mark.end, each) for each, mark in self.marks.items() if mark.end > start]
        if not marks:
            return None
        receipt = min(marks, key=itemgetter(0))[1]
        self.marks[receipt].events = max(0, self.marks[receipt].events - 1)
        return receipt
