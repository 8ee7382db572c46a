"""The interface between the writer thread and the places that events go to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from ..data.events import RawFile


class Destination(ABC):
    """A tree of files that grows at the end.

    Used by one thread, the writer's. Every method but `close` may raise OSError; what it was
    asked to append is then not there, not even in part, and may be offered again.
    """

    def recover(self) -> int:
        """Set aside what a killed process left torn; return the number of fragments."""
        return 0

    @abstractmethod
    def append_lines(self, folder: str, lines: bytes) -> None:
        """Append whole JSONL lines to this writer's own file in a folder."""

    @abstractmethod
    def append_rows(self, path: str, header: bytes, rows: bytes) -> int:
        """Append whole CSV rows to a file that other writers share.

        Args:
            path: of the file.
            header: line for the top of the file, used when it is empty.
            rows: whole rows.

        Returns:
            The number of torn rows of killed writers that were set aside.
        """

    @abstractmethod
    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        """Store the data of one large event as a file of its own in a folder."""

    def sync(self) -> None:
        """Bring everything appended to where it survives the loss of power."""
        return

    def close(self) -> None:
        """Give up all resources; nothing is appended afterwards."""
        return

    def abandon(self) -> None:
        """Give up descriptors inherited through a fork; the parent goes on with its own."""
        return
