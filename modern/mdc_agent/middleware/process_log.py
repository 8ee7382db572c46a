"""The payload log of one process of a scoring server.

Requests leave their exchanges in a queue; a thread makes lines of them. The first exchange starts
the thread and opens the store, so that servers may load the application before they fork.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Protocol

from mdc_core.forks import call_in_child
from mdc_core.throttle import Throttle

from ..deployment import Deployment
from ..metrics import AgentCounts
from ..payload.exchange import Exchange
from ..payload.keeper import EventStore, Keeper
from ..payload.memory import CopyMemory
from ..payload.settings import PayloadSettings

_LOG = logging.getLogger("mdc_agent.payload")
_TICK_S = 0.05
_CLOSE_S = 4.0


class ClosableStore(EventStore, Protocol):
    """A store that can be closed."""

    def close(self, timeout: float) -> None:
        """Write what waits."""
        ...


class SharedMemory(CopyMemory):
    """A bound that threads share."""

    def __init__(self, bound: int) -> None:
        super().__init__(bound)
        # Protects the number of bytes.
        self._lock = threading.Lock()

    def take(self, size: int) -> bool:
        with self._lock:
            return super().take(size)

    def give_back(self, size: int) -> None:
        self.give_back_from_elsewhere(size)


class ProcessLog:
    """Logs exchanges of the process that it is used in.

    Args:
        deployment: which collections are on, the share that is kept, the headers of lines.
        settings: bounds, and what is kept beside.
        make_store: makes the store of a process, which does nothing before its first event.
        counts: of what was stored and what was not.
    """

    def __init__(
        self,
        deployment: Deployment,
        settings: PayloadSettings,
        make_store: Callable[[], ClosableStore],
        counts: AgentCounts | None = None,
    ) -> None:
        self.settings = settings
        self.counts = AgentCounts() if counts is None else counts
        self._deployment = deployment
        self._make_store = make_store
        self._throttle = Throttle()
        self._start_over()
        call_in_child(self._start_over)
        atexit.register(self.close)

    @property
    def is_on(self) -> bool:
        """Whether any exchange is logged."""
        return self._keeper.is_on

    def _start_over(self) -> None:
        # Protects the start of the thread.
        self._lock = threading.Lock()
        self.memory = SharedMemory(self.settings.memory_bytes)
        self._waiting: deque[Exchange] = deque()
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()
        self._store = self._make_store()
        self._keeper = Keeper(
            self._deployment, self.settings, self._store, self.memory, self.counts
        )

    def put(self, exchange: Exchange) -> None:
        """Log an exchange of which nothing more comes, soon."""
        self._waiting.append(exchange)
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._ends = threading.Event()
                self._thread = threading.Thread(
                    target=self._run, args=(self._ends,), name="mdc-agent-payload", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Write what waits; what comes later begins anew."""
        with self._lock:
            thread, self._thread = self._thread, None
        self._ends.set()
        if thread is not None:
            thread.join(_CLOSE_S)
        self._store.close(_CLOSE_S)

    def _run(self, ends: threading.Event) -> None:
        is_last = False
        while not is_last:
            is_last = ends.wait(_TICK_S)
            while self._waiting:
                exchange = self._waiting.popleft()
                try:
                    self._log(exchange)
                except Exception as error:  # noqa: BLE001  no fault of one ends the thread
                    self.counts.add_lost("request", "error")
                    if self._throttle.due("log") is not None:
                        _LOG.warning("mdc-agent: a payload is not logged: %s", error)

    def _log(self, exchange: Exchange) -> None:
        kept = self._keeper.wants(exchange)
        if kept is None:
            exchange.release()
        else:
            self._keeper.store(exchange, self._keeper.events(exchange, kept))
