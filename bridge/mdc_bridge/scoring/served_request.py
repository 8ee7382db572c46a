"""A request that is served, and what is noted of it; `request_scope` says which one it is here."""

from __future__ import annotations

import weakref
from typing import Any, Optional

from mdc_core.forks import call_in_child
from mdc_core.http_request import middleware_id

from .generator_scopes import Holder

# A worker forked while a request was served does not go on serving it.
_process = [0]


def _note_fork() -> None:
    _process[0] += 1


call_in_child(_note_fork)


def process_number() -> int:
    """Return a number that a forked child does not share with its parent."""
    return _process[0]


class Request:
    """Names a request.

    Attributes:
        is_over: it was answered; what was begun in it may go on, for other requests.
    """

    __slots__ = ("_context", "_is_over")

    def __init__(self) -> None:
        self._is_over = False
        self._context: Optional[weakref.ref[object]] = None

    @property
    def is_over(self) -> bool:
        return self._is_over or (self._context is not None and self._context() is None)

    def end(self) -> None:
        """It is answered."""
        self._is_over = True

    def lasts_as_long_as(self, context: object) -> None:
        """It is over when nothing holds this object any more."""
        self._context = weakref.ref(context)


class Scope:
    """One request.

    Attributes:
        request: names it; what is noted may refer to this, but not to the scope.
        request_id: `x-request-id`, see `mdc_core.http_request`; None where it has none.
        outer: the request within which this one was entered.
        process: see `process_number`.
        holder: the generator in whose block it is served, None without one.
        noted: what was noted, by key; None for keys of which there were several.
    """

    __slots__ = ("_place", "holder", "noted", "outer", "process", "request", "request_id")

    def __init__(self, place: int = 0, outer: Optional[Scope] = None) -> None:
        self.request = Request()
        self.request_id: Optional[str] = middleware_id() if outer is None else outer.request_id
        self.outer = outer
        self.holder: Optional[Holder] = None
        self.process = process_number()
        self.noted: dict[Any, Any] = {}
        self._place = place

    def note(self, key: Any, noted: Any) -> None:
        """Keep what is noted by a key."""
        if self.noted.setdefault(key, noted) is not noted:
            self.noted[key] = None

    def is_within(self, outer: Scope) -> bool:
        """Return whether it is this one, or was entered within it."""
        scope: Optional[Scope] = self
        while scope is not None and scope is not outer:
            scope = scope.outer
        return scope is outer

    def is_of(self, place: int) -> bool:
        """Return whether it was made for an environ at this address, in this process."""
        return self._place == place and self.process == process_number()
