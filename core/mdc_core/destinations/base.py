"""The interface between the writer thread and the places that events go to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Optional

from ..data.events import MAX_DATA_BYTES, RawFile
from ..data.receipts import Share


class Tally:
    """Counts what a destination meets: this one nothing, see `Counters`."""

    def add_dropped(self, reason: str, events: int = 1) -> None:
        """Count events that are lost, and why."""

    def add_retried(self) -> None:
        """Count a try of a delivery that failed."""

    def add_repaired(self, fragments: int = 1) -> None:
        """Count torn lines or rows of killed processes that were set aside."""

    def add_damaged(self, pieces: int = 1) -> None:
        """Count lines, rows and notes that were found damaged and set aside."""


class Destination(ABC):
    """A tree of files that grows at the end.

    Used by one thread, the writer's, except for `start`. Every method but `close` may raise
    OSError; what it was asked to append is then not there, not even in part, and may be offered
    again.

    Attributes:
        max_data_bytes: events with more data are stored by `put_raw`.
        keeps_headers: lines are sent on, with the headers of their context; see `encode_records`.
    """

    max_data_bytes: float = MAX_DATA_BYTES
    keeps_headers = False
    _tally = Tally()

    def report_to(self, tally: Tally) -> None:
        """Count there what the destination meets."""
        self._tally = tally

    def start(self) -> None:
        """Start the threads of its own, once, in the caller's thread; they wait for `recover`.

        An interpreter that has begun to exit starts no more of them, since Python 3.12.

        Raises:
            RuntimeError: none can be had.
        """
        return

    def has_left_behind(self) -> bool:
        """Return whether dead processes left something that `recover` has to see to."""
        return False

    def recover(self) -> int:
        """Set aside what a killed process left torn; return the number of fragments."""
        return 0

    @abstractmethod
    def append_lines(self, folder: str, lines: bytes, raws: Sequence[RawFile] = ()) -> None:
        """Append whole JSONL lines to this writer's own file in a folder.

        Args:
            folder: of the file.
            lines: to append.
            raws: what `put_raw` has stored for them; readers find it before they find the lines.

        Raises:
            RemovedError: with the path of one of these that somebody has removed.
        """

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
        """Store the data of one large event as a file of its own in a folder.

        Nobody reads it before `append_lines` is given the file.
        """

    def discard_raw(self, raw: RawFile) -> None:
        """Remove what `put_raw` has stored: no line will refer to it."""
        return

    def sync(self) -> None:
        """Bring everything appended to where it survives the loss of power."""
        return

    def checkpoint(self, callback: Callable[[], None]) -> None:
        """Call `callback`, from any thread, when everything appended so far is delivered.

        The default is for destinations to which appended means delivered.
        """
        callback()

    def follow(self, place: str, shares: Sequence[Share]) -> None:
        """Tell receipts what becomes of what was appended last.

        The default is for destinations to which appended means delivered.

        Args:
            place: the folder, or the path, that it was appended to.
            shares: the events it belongs to.
        """
        return

    def hurry(self) -> None:
        """Somebody waits for a checkpoint."""
        return

    def undelivered(self) -> tuple[int, float]:
        """Return the bytes appended and not delivered, and the age in seconds of the oldest."""
        return 0, 0.0

    def is_usable(self, size: int) -> bool:
        """Return whether a new file of some bytes can be written, so that only others cannot.

        False where that is not known.
        """
        return False

    def is_full(self, size: int) -> bool:
        """Return whether so many bytes more cannot be taken; new events are dropped then."""
        return False

    def is_held_up(self, place: str) -> bool:
        """Return whether one file takes nothing more for now, while all others can go on.

        Args:
            place: folder of the lines, or path of the rows.
        """
        return False

    def tidy(self) -> None:
        """Do what is due without an append; called after each, and when `tidies_in` says so."""
        return

    def tidies_in(self) -> Optional[float]:
        """Return the seconds until `tidy` has something to do though nothing was appended.

        None where it has nothing to do until the next append.
        """
        return None

    def close(self, timeout: float) -> None:
        """Give up all resources; nothing is appended afterwards.

        Args:
            timeout: seconds for what is on its way.
        """
        return

    def abandon(self) -> None:
        """Give up descriptors inherited through a fork; the parent goes on with its own."""
        return
