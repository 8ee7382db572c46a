"""Routes: to which place, and through which lane, the events of each collection go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdc_core.encoding.cells import text_json
from mdc_core.layouts import rolled_folder

from ..deployment import Deployment
from ..metrics import AgentCounts
from ..stored_event import StoredEvent
from .ids import IdMemory
from .item import Done, Item, Waiter
from .lane import Lane
from .line import line_of, source_of
from .settings import LinePlace, StoreSettings

PlaceOf = Callable[[str], LinePlace]

# What an event takes in memory beside its data.
_EVENT_BYTES = 2048
_MINUTE_US = 60_000_000
# Lines of events up to this size are made at once, if the event has no keys: then its sender has
# time. The lane's thread would make a hundred lines in a row, and a request would wait that long
# for the interpreter: up to 5 ms.
_SOON_BYTES = 16 * 1024


@dataclass(slots=True)
class _Route:
    """How the events of one collection go.

    Attributes:
        place: of its lines.
        lane: of its destination.
        rolling_rate: how time divides folders.
        source: JSON text of the lines' field.
    """

    place: LinePlace
    lane: Lane
    rolling_rate: str
    source: bytes
    _minute: int = -1
    _folders: tuple[str, str] = ("", "")

    def folders(self, time_us: int) -> tuple[str, str]:
        """Return the folders of an event's line, and of a body that becomes a file."""
        minute = time_us // _MINUTE_US
        if minute != self._minute:
            # Made once for the events of a minute, which come together.
            rolled = rolled_folder(time_us, self.rolling_rate)
            place = self.place
            self._folders = (f"{place.folder}/{rolled}", f"{place.raw_folder}/{rolled}")
            self._minute = minute
        return self._folders


class Routes:
    """One lane for each destination; used under the store's lock.

    Args:
        deployment: whose collections they are.
        place_of: where a collection's lines go, by its name.
        settings: of the store.
        ids: journal of what the lanes append.
        counts: of what destinations meet.
        on_done: see `Lane`.
    """

    def __init__(
        self,
        deployment: Deployment,
        place_of: PlaceOf,
        settings: StoreSettings,
        ids: IdMemory,
        counts: AgentCounts,
        on_done: Done,
    ) -> None:
        self._settings = settings
        self._ids = ids
        self._counts = counts
        self._on_done = on_done
        self._deployment = deployment
        self._place_of = place_of
        self._routes: dict[str, _Route] = {}
        self._lanes: dict[str, Lane] = {}

    def open(self) -> None:
        """Make the lanes of all collections that are enabled.

        Raises:
            SettingsError: a place cannot be used.
        """
        for collection in self._deployment.collections:
            if collection.enabled:
                self._route_of(collection.name)

    def follow(self, deployment: Deployment, place_of: PlaceOf) -> list[Lane]:
        """Follow another deployment, or other places; return the lanes that are not used any more.

        Raises:
            SettingsError: a place cannot be used; everything stays as it is.
        """
        before = (self._deployment, self._place_of, self._routes, dict(self._lanes))
        self._deployment, self._place_of, self._routes = deployment, place_of, {}
        try:
            self.open()
        except BaseException:
            added = [lane for key, lane in self._lanes.items() if key not in before[3]]
            self._deployment, self._place_of, self._routes, self._lanes = before
            close_in_threads(added)
            raise
        used = {route.lane for route in self._routes.values()}
        unused = [key for key, lane in self._lanes.items() if lane not in used]
        return [self._lanes.pop(key) for key in unused]

    def check(self, collection: str) -> None:
        """Look whether an event of a collection is likely to be taken.

        Raises:
            SpoolFullError, StoreError: see `Lane.put`.
        """
        (self._routes.get(collection) or self._route_of(collection)).lane.check()

    def put(self, event: StoredEvent, keys: Sequence[bytes], waiter: Waiter) -> Lane:
        """Give an event to its lane, and return that.

        Raises:
            SpoolFullError, StoreError: see `Lane.put`.
        """
        route = self._routes.get(event.collection) or self._route_of(event.collection)
        folder, raw_folder = route.folders(event.time_us)
        line = b""
        if not keys and event.raw is None and len(event.data) <= _SOON_BYTES:
            line = line_of(event, route.source)
        item = Item(
            event.collection,
            None if line else event,
            folder,
            raw_folder,
            route.source,
            keys,
            _EVENT_BYTES + (len(line) or len(event.data) + len(event.raw or b"")),
            waiter,
            line,
        )
        route.lane.put(item)
        return route.lane

    def lanes(self) -> list[Lane]:
        """Return all lanes."""
        return list(self._lanes.values())

    def take_all(self) -> list[Lane]:
        """Return all lanes, to be closed."""
        lanes, self._lanes, self._routes = self.lanes(), {}, {}
        return lanes

    def _route_of(self, collection: str) -> _Route:
        """Return the route of a collection's events; its lane is made if there is none."""
        place = self._place_of(collection)
        lane = self._lanes.get(place.key)
        if lane is None:
            lane = Lane(place, self._settings, self._ids, self._counts, self._on_done)
            lane.start()
            self._lanes[place.key] = lane
        deployment = self._deployment
        source = source_of(self._settings.workspace, deployment.endpoint, deployment.name)
        route = _Route(place, lane, deployment.rolling_rate, text_json(source))
        self._routes[collection] = route
        return route


def close_in_threads(lanes: Sequence[Lane], timeout: float = 60.0) -> list[threading.Thread]:
    """Close lanes in threads, because they wait for their destinations; return the threads."""
    threads = [
        threading.Thread(target=lane.close, args=(timeout,), name="mdc-lane-end", daemon=True)
        for lane in lanes
    ]
    for thread in threads:
        thread.start()
    return threads
