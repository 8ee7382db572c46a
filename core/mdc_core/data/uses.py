"""Uses of a correlation id: one for each request, also where requests have the same id.

Some scripts give every request one id, or a customer's. Were such an id sampled as such, all of
its requests were kept, or none; so each use of it is sampled for itself. The collections of one
request have to agree on the use. It is

1. the one that the request's context object carries, until a collection gets the object again;
2. the latest one of the id in the thread's or task's context that the collection has not had;
   but inputs are what requests begin with;
3. the collection's next one. Uses are counted from 0, so that an id that is used once is sampled
   alike wherever it is seen, and so is each further use where all collections see them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Dict, Optional, Set

# In the names of collections of inputs, such as `model_inputs`.
_BEGINS = "input"
# Per context; a request has one id, or that of a caller beside it.
_MOST_IDS = 8
# Each of two generations has so many counts; an id that is in neither is counted from 0 again.
_MOST_COUNTS = 16_384


class Use:
    """One request's use of an id.

    Attributes:
        uses: where it is counted.
        number: how many came before.
        collections: that have had it.
    """

    __slots__ = ("collections", "number", "uses")

    def __init__(self, uses: Uses, number: int) -> None:
        self.uses = uses
        self.number = number
        self.collections: Set[str] = set()


_NONE: Mapping[str, Use] = {}
_latest: ContextVar[Mapping[str, Use]] = ContextVar("mdc_core_uses", default=_NONE)


class CarriesUse:
    """An object that stands for a request, and carries which use of its id that is.

    Attributes:
        use: None before the first collection has noted it.
        is_shared: it stands for several requests.
    """

    use: Any = None
    is_shared = False


class Uses:
    """The uses that the collections of one pipeline make of ids."""

    def __init__(self) -> None:
        # How many each collection has had, by the hash of both.
        self._young: Dict[int, int] = {}
        self._old: Dict[int, int] = {}

    def next(
        self,
        context: Optional[CarriesUse],
        correlation_id: str,
        collection: str,
        is_new: bool,
    ) -> int:
        """Return the number of the use that a call for a collection is part of.

        Args:
            context: the object that the call was given, None where it can carry nothing.
            correlation_id: of the call.
            collection: its name.
            is_new: the id was made for this very call.
        """
        carried: Optional[Use] = None if context is None else context.use
        if context is not None and carried is not None and collection in carried.collections:
            context.is_shared = True
        use = carried
        if use is None or (context is not None and context.is_shared):
            use = None if _BEGINS in collection else _latest.get().get(correlation_id)
        key = hash((correlation_id, collection))
        if use is None or use.uses is not self or collection in use.collections:
            after = 0 if carried is None else carried.number + 1
            use = Use(self, after if is_new else max(after, self._count(key)))
            _remember(correlation_id, use)
        if not is_new:
            self._set_count(key, use.number + 1)
        if context is not None and carried is None:
            context.use = use
        use.collections.add(collection)
        return use.number

    def _count(self, key: int) -> int:
        count = self._young.get(key)
        return self._old.get(key, 0) if count is None else count

    def _set_count(self, key: int, count: int) -> None:
        if len(self._young) >= _MOST_COUNTS:
            self._old, self._young = self._young, {}
        self._young[key] = count


def _remember(correlation_id: str, use: Use) -> None:
    latest = dict(_latest.get())
    latest.pop(correlation_id, None)
    if len(latest) >= _MOST_IDS:
        del latest[next(iter(latest))]
    latest[correlation_id] = use
    _latest.set(latest)
