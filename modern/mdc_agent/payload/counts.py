"""What could not be logged, by reason; the metrics of the agent count further."""

from __future__ import annotations

from collections import Counter
from typing import Protocol


class Counts(Protocol):
    """Counts payloads by type, such as `request`, and reason."""

    def event(self, type: str) -> None:
        """One was stored."""

    def error(self, type: str, reason: str) -> None:
        """One was not stored, or could not be read."""


class PlainCounts:
    """Counts in memory.

    Attributes:
        events: by type.
        errors: by type and reason.
    """

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.errors: Counter[tuple[str, str]] = Counter()

    def event(self, type: str) -> None:
        self.events[type] += 1

    def error(self, type: str, reason: str) -> None:
        self.errors[type, reason] += 1
