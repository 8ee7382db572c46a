"""How the store keeps what it is given, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True)
class StoreSettings:
    """How the store keeps what it is given.

    Attributes:
        spool: folder of this agent alone.
        spool_bytes: bound of what waits for one destination that can fail.
        waiting_bytes: bound of events in memory, for one destination.
        sync_interval: seconds between two flushes to the disk.
        delivery_interval: seconds between two rounds of delivery.
        remembered_ids: so many of the last event ids are known for sure.
        workspace: `subscription/resource group/workspace`, of the field `source`.
        batch_window: seconds in which events of one correlation id become one line; 0 for never.
    """

    spool: Path
    spool_bytes: int = 1024 * 1024 * 1024
    waiting_bytes: int = 64 * 1024 * 1024
    sync_interval: float = 5.0
    delivery_interval: float = 1.0
    remembered_ids: int = 200_000
    workspace: str = ""
    batch_window: float = 0.0


class LaneState(NamedTuple):
    """One destination as it is now.

    Attributes:
        name: of it, without secrets.
        works: events can be stored.
        waiting_events, waiting_bytes: in memory.
        undelivered_bytes: in the spool.
        oldest_undelivered: age of them, in seconds.
    """

    name: str
    works: bool
    waiting_events: int
    waiting_bytes: int
    undelivered_bytes: int
    oldest_undelivered: float
