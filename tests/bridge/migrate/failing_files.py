"""A destination that fails once, at a step that the test chooses."""

from __future__ import annotations

from pathlib import Path

from mdc_bridge.files.folder import FolderFiles
from mdc_core.errors import StoreError


class Killed(BaseException):
    """The process ends here, as far as the code can tell."""


class FailingFiles(FolderFiles):
    """A folder whose n-th change fails.

    Args:
        root: the folder.
        at: number of the change, from 0; -1 for none.
        is_done: the change has been made when it fails.
        error: what it fails with.
    """

    def __init__(
        self, root: Path, at: int = -1, is_done: bool = False, error: type[BaseException] = Killed
    ) -> None:
        super().__init__(root)
        self.changes = 0
        self._at = at
        self._is_done = is_done
        self._error = error

    def write(self, path: str, content: bytes) -> None:
        fails = self._begin()
        super().write(path, content)
        self._end(fails)

    def publish(self, path: str, local: Path) -> None:
        fails = self._begin()
        super().publish(path, local)
        self._end(fails)

    def remove(self, path: str) -> None:
        fails = self._begin()
        super().remove(path)
        self._end(fails)

    def _begin(self) -> bool:
        fails = self.changes == self._at
        self.changes += 1
        if fails and not self._is_done:
            raise self._error("this change fails")
        return fails

    def _end(self, fails: bool) -> None:
        if fails:
            raise self._error("the change before failed")


FAILURES = (Killed, StoreError)
