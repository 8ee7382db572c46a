"""A store for one of several processes: lines go to files of this process alone.

There is no memory of ids, as each event is made here and once, and so no claim of a spool either.
What a process leaves behind is delivered by the next one that writes to the same place.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from mdc_core.encoding.cells import text_json
from mdc_core.errors import StoreError
from mdc_core.layouts import rolled_folder
from mdc_core.spool.private_folder import prepare_folder

from ..deployment import Deployment
from ..destinations import AgentSettings
from ..metrics import Counts
from ..store import Place
from ..store.answers import Told, tell
from ..store.ids import IdMemory, Part
from ..store.item import Item
from ..store.lane import Lane
from ..store.line import source_of
from ..stored_event import StoredEvent

_EVENT_BYTES = 2048


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
        place_of: Callable[[str], Place],
        settings: AgentSettings,
        counts: Counts,
    ) -> None:
        self._deployment = deployment
        self._place_of = place_of
        self._settings = settings
        self._counts = counts
        self._source = text_json(
            source_of(settings.workspace or "", deployment.endpoint, deployment.name)
        )
        # Protects both.
        self._lock = threading.Lock()
        self._places: dict[str, Place] = {}
        self._lanes: dict[str, Lane] = {}

    def accept_then(self, event: StoredEvent, told: Told) -> None:
        """Take an event; see `mdc_agent.store.Store.accept_then`.

        Raises:
            StoreError: there is no room, or its destination fails at the moment.
        """
        size = _EVENT_BYTES + len(event.data) + len(event.raw or b"")
        rolled = rolled_folder(event.time_us, self._deployment.rolling_rate)
        place, lane = self._way_of(event.collection)
        lane.put(
            Item(
                event,
                f"{place.folder}/{rolled}",
                f"{place.raw_folder}/{rolled}",
                self._source,
                (),
                size,
                told,
            )
        )

    def close(self, timeout: float) -> None:
        """Write what waits, deliver what can be delivered.

        Args:
            timeout: seconds for each destination.
        """
        with self._lock:
            lanes, self._lanes, self._places = list(self._lanes.values()), {}, {}
        for lane in lanes:
            lane.close(timeout)

    def _way_of(self, collection: str) -> tuple[Place, Lane]:
        with self._lock:
            place = self._places.get(collection)
            if place is None:
                place = self._places[collection] = self._place_of(collection)
            lane = self._lanes.get(place.key)
            if lane is None:
                lane = self._lanes[place.key] = self._make_lane(place)
        return place, lane

    def _make_lane(self, place: Place) -> Lane:
        settings = self._settings
        root = settings.spool / "to"
        prepare_folder(root, "spool")
        destination = place.make(root, settings.spool_bytes, settings.delivery_interval)
        destination.report_to(self._counts)
        lane = Lane(
            place.key,
            place.files(root),
            destination,
            _NoIds(),
            settings.waiting_bytes,
            settings.sync_interval,
            self._done,
        )
        lane.start()
        return lane

    def _done(self, items: Sequence[Item], error: StoreError | None) -> None:
        if error is None:
            for item in items:
                self._counts.add_stored(item.event.collection)
        tell([item.waiter for item in items], error)


class _NoIds(IdMemory):
    """Remembers nothing."""

    def __init__(self) -> None:
        pass

    def note(
        self, lane: str, root: Path, parts: Iterable[Part], forget: Iterable[bytes] = ()
    ) -> None:
        pass

    def sync(self) -> None:
        pass
