"""Objects that many events hold together, as tables of categories: their size is counted once."""

from __future__ import annotations

import weakref
from typing import Any, Dict

_MOST = 256


class CountedOnce:
    """Remembers objects without keeping them; any may be forgotten, and counts again then."""

    def __init__(self) -> None:
        self._known: Dict[int, weakref.ref[Any]] = {}

    def is_new(self, item: Any) -> bool:
        """Return whether an object was not asked about before."""
        known = self._known.get(id(item))
        if known is not None and known() is item:
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[id(item)] = weakref.ref(item)
        return True
