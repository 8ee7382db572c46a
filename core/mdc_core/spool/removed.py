"""What somebody removes from a spool while it waits there: found, counted, and said once."""

from __future__ import annotations

import logging
import os
from typing import Callable

from .files import REMOVED, is_not_there
from .outbox import Outbox
from .spool_file import SpoolFile
from .tree import Tree

logger = logging.getLogger("mdc_core")

# An outage may last for days, and nobody opens a file in it.
LOOK_SECONDS = 1.0


class RemovedFiles:
    """Looks whether what waits is still there; used by the writer's thread.

    Args:
        tree: of the spool.
        outbox: what waits.
        on_removed: called with each file that was removed or cut.
    """

    def __init__(self, tree: Tree, outbox: Outbox, on_removed: Callable[[SpoolFile], None]) -> None:
        self._on_removed = on_removed
        self._tree = tree
        self._outbox = outbox
        self._due = outbox.clock()

    def look_if_due(self) -> None:
        """Count what was removed or cut since the last look."""
        now = self._outbox.clock()
        if now >= self._due:
            self._due = now + LOOK_SECONDS
            self.look()

    def look(self) -> None:
        """Do the same now."""
        waiting = [file for file in self._outbox.all_files() if file.waiting]
        missing = [file for file in waiting if not self._is_there(file)]
        # What was delivered, or moved, before it was missed is not lost.
        lost = [(file, self._outbox.lose(file, REMOVED)) for file in missing]
        files = [file for file, size in lost if size]
        if files:
            logger.error(
                "mdc-bridge: somebody removed or cut %d files of the spool %s; the %d bytes that "
                "waited there are lost, and their events counted as %s",
                len(files),
                self._tree.root,
                sum(size for _, size in lost),
                REMOVED,
            )
        for file in files:
            self._on_removed(file)

    def _is_there(self, file: SpoolFile) -> bool:
        size = file.written
        try:
            return os.lstat(self._tree.place(file.path)).st_size >= size
        except OSError as error:
            # Other errors do not tell; the delivery reports them.
            return not is_not_there(error)
