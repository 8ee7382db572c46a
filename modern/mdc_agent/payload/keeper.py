"""Which exchanges are kept, as which events, and what becomes of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from mdc_core.data.sampling import is_sampled
from mdc_core.errors import SpoolFullError
from mdc_core.throttle import Throttle
from mdc_core.transport.outlet_reports import UNWRITABLE

from ..deployment import FAILURES, PAYLOAD_COLLECTIONS, REQUEST, RESPONSE, Deployment
from ..metrics import AgentCounts
from ..stored_event import StoredEvent
from .bodies import is_json
from .decoding import LostBodyError
from .events import EventMaker
from .exchange import MEMORY_FULL, Exchange
from .headers import CapturedHeaders
from .memory import CopyMemory
from .request_ids import request_id_of
from .row_events import INPUTS, RowMaker
from .settings import PayloadSettings

_LOG = logging.getLogger("mdc_agent.payload")
# Reason of an event that this code failed to make.
FAULT = "fault"
# About the bytes that an event takes beside its texts.
_EVENT = 1500

Stored = Callable[[Exception | None], None]


class EventStore(Protocol):
    """Where events are stored."""

    def accept_then(self, event: StoredEvent, on_stored: Stored) -> None:
        """Take an event with a new id; see `mdc_agent.store.Store.accept_then`."""
        ...


class Kept(NamedTuple):
    """An exchange that is kept.

    Attributes:
        identifier: of its lines.
        fails: it is kept as a failure.
    """

    identifier: str
    fails: bool


class Keeper:
    """Chooses the exchanges that are kept, and stores their events.

    Args:
        deployment: which collections are on, the share that is kept, the headers of lines.
        settings: what is kept beside, and the bounds.
        store: takes the events.
        memory: that copies are held in.
        counts: of what was not stored.
        is_json: of a body, whether it is JSON.
    """

    def __init__(
        self,
        deployment: Deployment,
        settings: PayloadSettings,
        store: EventStore,
        memory: CopyMemory,
        counts: AgentCounts,
        is_json: Callable[[bytes], bool] = is_json,
    ) -> None:
        self._settings = settings
        self._is_json = is_json
        self._store = store
        self._memory = memory
        self._counts = counts
        self._throttle = Throttle()
        self.follow(deployment)

    def follow(self, deployment: Deployment) -> None:
        """Go by this deployment from now on."""
        enabled = {each.name.lower() for each in deployment.collections if each.enabled}
        self._requests = REQUEST in enabled
        self._responses = RESPONSE in enabled
        names, bound = self._settings.rows, self._settings.body_bytes
        rows = None if names is None else RowMaker(names, deployment, bound, self._counts)
        self._rows = rows if rows is not None and rows.is_on else None
        self.is_on = self._rows is not None or not enabled.isdisjoint(PAYLOAD_COLLECTIONS)
        self._percentage = deployment.sampling_rate * 100
        self._maker = EventMaker(
            CapturedHeaders(deployment.capture_headers, self._settings.forced_headers),
            self._settings.body_bytes,
            self._counts,
            self._is_json,
        )

    def wants(self, exchange: Exchange) -> Kept | None:
        """Return how an exchange is kept, None if it is not."""
        if not self.is_on:
            return None
        identifier = request_id_of(exchange)
        failed = exchange.broken is not None or exchange.status >= 400
        if failed and self._settings.keeps_failures:
            return Kept(identifier, True)
        slower_than = self._settings.slower_than_s
        if is_sampled(identifier, self._percentage) or (
            slower_than is not None and exchange.latency_s > slower_than
        ):
            return Kept(identifier, False)
        return None

    def events(self, exchange: Exchange, kept: Kept) -> list[StoredEvent]:
        """Return the events of an exchange; those that cannot be made are counted."""
        maker, identifier = self._maker, kept.identifier
        if kept.fails:
            return self._try(FAILURES, lambda: [maker.failure(exchange, identifier)])
        events = []
        if self._requests:
            events += self._try(REQUEST, lambda: [maker.event(REQUEST, exchange, identifier)])
        if self._responses:
            events += self._try(RESPONSE, lambda: [maker.event(RESPONSE, exchange, identifier)])
        rows = self._rows
        if rows is not None:
            events += self._try(INPUTS, lambda: rows.events(exchange, identifier))
        return events

    def _try(self, collection: str, make: Callable[[], list[StoredEvent]]) -> list[StoredEvent]:
        try:
            return make()
        except LostBodyError as lost:
            self._counts.add_lost(collection, lost.reason)
        except Exception as error:  # noqa: BLE001  what peers sent; the others are still logged
            self._counts.add_lost(collection, FAULT)
            if self._throttle.due(collection) is not None:
                _LOG.error("mdc-agent: no line of a %s could be made: %r", collection, error)
        return []

    def store(self, exchange: Exchange, events: list[StoredEvent]) -> None:
        """Hand the events of an exchange to the store, and release its copies."""
        exchange.release()
        for event in events:
            size = len(event.data) + len(event.raw or b"") + _EVENT
            if self._memory.take(size):
                self._store_event(event, size)
            else:
                self._counts.add_lost(event.collection, MEMORY_FULL)

    def _store_event(self, event: StoredEvent, size: int) -> None:
        stored = partial(self._stored, event.collection, size)
        try:
            self._store.accept_then(event, stored)
        except Exception as error:  # noqa: BLE001  whatever the store cannot do is counted
            stored(error)

    def _stored(self, collection: str, size: int, error: Exception | None) -> None:
        self._memory.give_back_from_elsewhere(size)
        if error is not None:
            # In the words that the receiver uses too.
            reason = error.reason if isinstance(error, SpoolFullError) else UNWRITABLE
            self._counts.add_lost(collection, reason)
