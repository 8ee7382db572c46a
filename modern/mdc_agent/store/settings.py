"""What the store is given: where the lines go, and how they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mdc_core.destinations import Destination


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


class LinePlace(Protocol):
    """Where the lines of one collection go.

    Attributes:
        key: equal for what is one destination, reached in one way; without secrets.
        folder: of the collection's lines, from the root of the destination down, made of legal
            segments; folders of time follow.
        raw_folder: likewise, of the files of large and binary bodies.
    """

    @property
    def key(self) -> str: ...

    @property
    def folder(self) -> str: ...

    @property
    def raw_folder(self) -> str: ...

    def files(self, spool: Path) -> Path:
        """Return the folder in which the destination's segments lie.

        Args:
            spool: for what can fail; a folder as destination has them in itself.
        """
        ...

    def make(self, spool: Path, max_bytes: int, interval: float) -> Destination:
        """Return the destination, new.

        Args:
            spool: see `files`.
            max_bytes: bound of what waits there.
            interval: seconds between two rounds of delivery.
        """
        ...
