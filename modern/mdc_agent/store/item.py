"""One event on its way through a lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mdc_core.data.events import RawFile
from mdc_core.errors import StoreError

from ..stored_event import StoredEvent
from .answers import Waiter


# With slots it is made, and read, in less time.
@dataclass(eq=False, slots=True)
class Item:
    """One event on its way through a lane.

    Attributes:
        collection: of the event.
        event: of which the line is made; None where it is made, so that little waits: to free what
            has waited costs several times what it does at once.
        folder: of its line.
        raw_folder: of a body that becomes a file.
        source: JSON text of the field.
        keys: of all ids that its line stands for, the first is the one in it; none where nobody
            will repeat it.
        size: in memory, in bytes.
        waiter: gets what becomes of it.
        line: of the event; empty until it is made.
    """

    collection: str
    event: StoredEvent | None
    folder: str
    raw_folder: str
    source: bytes
    keys: Sequence[bytes]
    size: int
    waiter: Waiter
    line: bytes = b""
    raw: RawFile | None = None
    is_finished: bool = False


Done = Callable[[Sequence[Item], "StoreError | None"], None]
