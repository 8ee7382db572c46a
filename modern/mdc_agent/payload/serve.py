"""The entry of payload logging: a splice, and what logs the copies that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..deployment import Deployment
from ..metrics import Counts
from .exchange_log import ExchangeLog
from .json_checker import JsonChecker
from .keeper import Keeper, Store
from .later import LaterWatcher
from .memory import Memory
from .settings import PayloadSettings
from .splice import Splice
from .targets import probe_test
from .watcher import Watcher

# Of the memory, for copies that nobody has read: by default a second of small requests.
_LATE_SHARE = 1 / 16


@dataclass(frozen=True)
class PayloadServer:
    """Payload logging that runs.

    Attributes:
        splice: what passes bytes.
        keeper: decides what is logged.
        log: what waits to be logged.
        memory: that copies are held in when they were read.
        counts: of what was stored and what was not.
        checker: looks at large bodies.
    """

    splice: Splice
    keeper: Keeper
    log: ExchangeLog
    memory: Memory
    counts: Counts
    checker: JsonChecker

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that clients connect to."""
        return self.splice.address

    def follow(self, deployment: Deployment) -> None:
        """Go by this deployment from now on; connections stay."""
        self.keeper.follow(deployment)

    async def close(self, grace_s: float = 10.0) -> None:
        """Take no more connections, let exchanges end, and hand what is known to the store.

        Args:
            grace_s: seconds that exchanges have.
        """
        await self.splice.close(grace_s)
        await self.log.close()
        self.checker.close()


async def serve(
    deployment: Deployment,
    settings: PayloadSettings,
    store: Store,
    counts: Counts | None = None,
    is_pressed: Callable[[], bool] = lambda: False,
) -> PayloadServer:
    """Pass what comes to `settings.listen` on to `settings.upstream`, and log it.

    Args:
        deployment: which collections are on, the share that is kept, the headers of lines.
        settings: addresses and bounds.
        store: takes the events; it is closed by its owner, after this.
        counts: of what was stored and what was not; counts of its own where None.
        is_pressed: of the store, see `ExchangeLog`.

    Returns:
        What runs in this event loop until it is closed.

    Raises:
        OSError: the address cannot be listened on.
        SettingsError: the upstream is that address itself.
    """
    counts = Counts() if counts is None else counts
    late_bytes = int(settings.memory_bytes * _LATE_SHARE)
    memory = Memory(settings.memory_bytes - late_bytes)
    checker = JsonChecker()
    keeper = Keeper(deployment, settings, store, memory, counts, checker.is_json)
    log = ExchangeLog(keeper, late_bytes, is_pressed)
    is_probe = probe_test(settings.probe_paths)

    def new_watcher() -> Watcher:
        watcher = Watcher(log.put, memory, settings.body_bytes, is_probe, counts)
        if not keeper.is_on:
            watcher.stop(None)
        return watcher

    def later(watcher: Watcher) -> LaterWatcher:
        return LaterWatcher(watcher, log.copies)

    splice = Splice(settings, new_watcher, later, counts)
    await splice.start()
    return PayloadServer(splice, keeper, log, memory, counts, checker)
