"""A store for one of several processes: lines go to files of this process alone.

There is no memory of ids, as each event is made here and once, and so no claim of a spool either.
What a process leaves behind is delivered by the next one that writes to the same place.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from mdc_core.errors import StoreError
from mdc_core.spool.private_folder import prepare_folder

from ..deployment import Deployment
from ..metrics import AgentCounts
from ..store.ids import FolderAppend, IdMemory
from ..store.item import Item, OnStored, notify
from ..store.routes import PlaceOf, Routes
from ..store.settings import StoreSettings
from ..stored_event import StoredEvent


class LaneStore:
    """Stores events of this process.

    Args:
        deployment: names, and how time divides folders.
        place_of: where a collection's lines go.
        settings: bounds, and the spool of what can fail.
        counts: of lines.

    """

    def __init__(
        self,
        deployment: Deployment,
        place_of: PlaceOf,
        settings: StoreSettings,
        counts: AgentCounts,
    ) -> None:
        self._counts = counts
        self._spool = settings.spool
        # Protects all below, and is held while a lane is made.
        self._lock = threading.Lock()
        self._is_open = False
        self._routes = Routes(deployment, place_of, settings, _NoIds(), counts, self._done)

    def accept_then(self, event: StoredEvent, on_stored: OnStored) -> None:
        """Take an event; see `mdc_agent.store.Store.accept_then`.

        Raises:
            StoreError: there is no room, or its destination fails at the moment.
            SpoolFolderError: the spool is not this user's alone.
            OSError: it cannot be made.
        """
        with self._lock:
            if not self._is_open:
                prepare_folder(self._spool / "to", "spool")
                self._is_open = True
            self._routes.put(event, (), on_stored)

    def close(self, timeout: float) -> None:
        """Write what waits, deliver what can be delivered; a later event begins anew.

        Args:
            timeout: seconds for each destination.
        """
        with self._lock:
            self._is_open = False
            lanes = self._routes.take_all()
        for lane in lanes:
            lane.close(timeout)

    def _done(self, items: Sequence[Item], error: StoreError | None) -> None:
        if error is None:
            for item in items:
                self._counts.add_stored(item.collection)
        notify([item.waiter for item in items], error)


class _NoIds(IdMemory):
    """Remembers nothing."""

    def __init__(self) -> None:
        pass

    def note(
        self, lane: str, root: Path, parts: Iterable[FolderAppend], forget: Iterable[bytes] = ()
    ) -> None:
        pass

    def sync(self) -> None:
        pass
