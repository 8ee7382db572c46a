"""The interface between the delivery's rounds and one kind of destination."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod

from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile


class Uploader(ABC):
    """Takes spool files to one kind of destination; used by the delivery thread only.

    Args:
        spool: holds the files.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

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

    @abstractmethod
    def forget(self, file: SpoolFile) -> None:
        """Drop what was kept about a file; somebody may have removed it."""

    def known_delivered(self, file: SpoolFile) -> int:
        """Return how many bytes of a file are delivered, without asking the destination."""
        return file.delivered or min(self._spool.notes.delivered_bytes(file.path), file.size)

    def note(self, file: SpoolFile, delivered: int) -> None:
        """Note how much of a file is delivered, where that is possible.

        Without the note a death of the process may repeat it, and nothing worse.
        """
        with contextlib.suppress(OSError):
            self._spool.notes.write(file.path, str(delivered))

    def finish(self, file: SpoolFile) -> None:
        """Remove a sealed file that is delivered, and what was kept about it."""
        self.forget(file)
        self._spool.finish(file)

    def limit(self, seconds: float) -> None:  # noqa: ARG002  most need none
        """Wait so long at most for the destination, before it is connected first."""
        return

    def close(self) -> None:
        """Give up connections; called by the delivery thread at its end."""
        return
