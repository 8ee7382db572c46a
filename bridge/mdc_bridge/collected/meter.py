"""How much was read, for callers that show it."""

from __future__ import annotations

from collections.abc import Iterable

from ..progress import Progress
from .places import CollectionFile

# Showing costs more than reading a line does.
_STEP_BYTES = 2**18


class Meter:
    """Tells how many bytes of files were read, now and then, and after each file.

    Args:
        progress: is called with them.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._total = 0
        self._ended = 0
        self._file = 0
        self._reported = 0

    def listed(self, files: Iterable[CollectionFile]) -> list[CollectionFile]:
        """Return files that are to be read, once all of them are known."""
        listed = []
        for file in files:
            listed.append(file)
            self._total += file.info.size
            self._progress(0, None)
        return listed

    def count(self, file: CollectionFile, raw: bytes) -> None:
        """Count a line of the file at hand, which may have grown since it was listed."""
        self._file = min(self._file + len(raw), file.info.size)
        if self._ended + self._file >= self._reported + _STEP_BYTES:
            self._report(self._ended + self._file)

    def end(self, file: CollectionFile) -> None:
        """Count a file as a whole, whatever was read of it."""
        self._ended += file.info.size
        self._file = 0
        self._report(self._ended)

    def _report(self, done: int) -> None:
        self._reported = done
        self._progress(done, self._total)
