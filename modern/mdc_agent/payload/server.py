"""The entry of payload logging: a splice, and what logs the copies that it makes."""

from __future__ import annotations

from collections.abc import Callable

from ..deployment import Deployment
from ..metrics import AgentCounts
from .exchange_log import ExchangeLog
from .json_checker import JsonChecker
from .keeper import EventStore, Keeper
from .memory import CopyMemory
from .settings import PayloadSettings
from .splice import Splice
from .watcher import Watcher

# Part of the memory for copies that are not read yet: by default a second of small requests.
_LATE_SHARE = 1 / 16


class PayloadServer:
    """Passes what comes to `settings.listen` on to `settings.upstream`, and logs it.

    Args:
        deployment: which collections are on, the share that is kept, the headers of lines.
        settings: addresses and bounds.
        store: takes the events; it is closed by its owner, after this.
        counts: of what was stored and what was not.
        is_pressed: of the store, see `ExchangeLog`.

    Attributes:
        splice: what passes bytes.
        keeper: decides what is logged.
        memory: that copies are held in when they were read.
    """

    def __init__(
        self,
        deployment: Deployment,
        settings: PayloadSettings,
        store: EventStore,
        counts: AgentCounts,
        is_pressed: Callable[[], bool] = lambda: False,
    ) -> None:
        late_bytes = int(settings.memory_bytes * _LATE_SHARE)
        self._settings = settings
        self._counts = counts
        self._checker = JsonChecker()
        self.memory = CopyMemory(settings.memory_bytes - late_bytes)
        self.keeper = Keeper(
            deployment, settings, store, self.memory, counts, self._checker.is_json
        )
        self._log = ExchangeLog(self.keeper, late_bytes, is_pressed)
        self.splice = Splice(settings, self._new_watcher, self._log.copies, counts)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that clients connect to."""
        return self.splice.address

    async def start(self) -> None:
        """Listen, in this event loop, until it is closed.

        Raises:
            OSError: the address cannot be listened on.
            SettingsError: the upstream is that address itself.
        """
        await self.splice.start()

    def follow(self, deployment: Deployment) -> None:
        """Go by this deployment from now on; connections stay."""
        self.keeper.follow(deployment)

    async def close(self, grace_s: float = 10.0) -> None:
        """Take no more connections, let exchanges end, and hand what is known to the store.

        Args:
            grace_s: seconds that exchanges have.
        """
        await self.splice.close(grace_s)
        await self._log.close()
        self._checker.close()

    def _new_watcher(self) -> Watcher:
        watcher = Watcher(
            self._log.put,
            self.memory,
            self._settings.body_bytes,
            self._settings.is_probe,
            self._counts,
        )
        if not self.keeper.is_on:
            watcher.stop(None)
        return watcher
