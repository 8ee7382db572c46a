"""The interface between the delivery's rounds and one kind of destination."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..spool.spool_file import SpoolFile


class Uploader(ABC):
    """Takes spool files to one kind of destination; used by the delivery thread only."""

    @abstractmethod
    def upload(self, file: SpoolFile) -> int:
        """Deliver some of what waits in a file.

        Returns:
            The number of bytes, from the file's start, that the destination holds now.

        Raises:
            DeliveryError: nothing was delivered for sure; the call may be repeated. The others
                would fail as well, most likely.
            RefusedError: the same, and others can go on.
            RemovedError: somebody has removed or cut the file.
        """

    def noted(self, file: SpoolFile) -> int:
        """Return how much of a file is delivered as far as is known here, without asking."""
        return file.delivered

    @abstractmethod
    def finish(self, file: SpoolFile) -> None:
        """Remove a sealed file that is delivered, and what was kept about it."""

    @abstractmethod
    def forget(self, file: SpoolFile) -> None:
        """Drop what was kept about a file; somebody may have removed it."""

    def limit(self, seconds: float) -> None:  # noqa: ARG002  most need none
        """Wait so long at most for the destination, before it is connected first."""
        return

    def close(self) -> None:
        """Give up connections; called by the delivery thread at its end."""
        return
