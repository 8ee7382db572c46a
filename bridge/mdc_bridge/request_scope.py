"""Requests: what marks that a call belongs to one, and marks for servers that set none.

Flask says by itself which request a thread, a greenlet or a copied context serves. For others:

    with request_scope():             # in the code that serves one request
        run(data)
    app = WsgiRequestScope(app)       # around a WSGI application
    app = AsgiRequestScope(app)       # around an ASGI application
"""

from __future__ import annotations

import contextlib
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Dict, Optional

from mdc_core.forks import call_in_child

_ENVIRON_KEY = "mdc_bridge.request_scope"
_REQUEST_ID_KEY = "REQUEST_ID"

Environ = Dict[str, Any]

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
        request_id: that the server gave it, None where it gave none.
        outer: the request within which this one was entered.
        process: see `process_number`.
    """

    __slots__ = ("_first", "_place", "_several", "outer", "process", "request", "request_id")

    def __init__(self, place: int = 0, outer: Optional[Scope] = None) -> None:
        self.request = Request()
        self.request_id: Optional[str] = None if outer is None else outer.request_id
        self.outer = outer
        self.process = process_number()
        self._first: dict[Any, Any] = {}
        self._several: set[Any] = set()
        self._place = place

    def note(self, key: Any, noted: Any) -> None:
        """Keep the first of a key, and that there were others."""
        if self._first.setdefault(key, noted) is not noted:
            self._several.add(key)

    def only(self) -> Mapping[Any, Any]:
        """Return what was noted, by key; None for keys of which there were several."""
        if not self._several:
            return self._first
        return {key: None if key in self._several else self._first[key] for key in self._first}

    def is_of(self, place: int) -> bool:
        """Return whether it was made for an environ at this address, in this process."""
        return self._place == place and self.process == process_number()


_entered: ContextVar[Optional[Scope]] = ContextVar("mdc_bridge_request_scope", default=None)


def current_scope() -> Optional[Scope]:
    """Return the request that is being served here, None outside of any."""
    entered = _entered.get()
    if entered is not None and entered.process != process_number():
        entered = None
    environ = _flask_environ()
    if environ is None:
        return entered
    of_flask = _scope_of(environ, _flask_context)
    # The innermost counts: a scope entered while Flask's request was served is within it.
    if of_flask is None or (entered is not None and entered.outer is of_flask):
        return entered
    return of_flask


@contextlib.contextmanager
def request_scope() -> Iterator[None]:
    """Everything in the block, and what it starts in copies of its context, is one request."""
    scope = Scope(outer=current_scope())
    try:
        with _entering(scope):
            yield
    finally:
        scope.request.end()


class WsgiRequestScope:
    """A WSGI application whose calls are requests.

    Args:
        app: the application.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        scope = _scope_of(environ)
        with _entering(scope):
            response = self._app(environ, start_response)
        if hasattr(response, "__next__"):
            return _ScopedResponse(response, scope)
        # What is there already is handed on as it is: servers look at its length.
        scope.request.end()
        return response


class AsgiRequestScope:
    """An ASGI application whose HTTP requests are requests; a websocket's messages are not.

    Args:
        app: the application.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            with request_scope():
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _ScopedResponse:
    """What an application yields later, as part of its request."""

    def __init__(self, response: Any, scope: Scope) -> None:
        self._response = response
        self._scope = scope

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with _entering(self._scope):
            part: bytes = next(self._response)
            return part

    def close(self) -> None:
        close = getattr(self._response, "close", None)
        try:
            if close is not None:
                with _entering(self._scope):
                    close()
        finally:
            self._scope.request.end()


@contextlib.contextmanager
def _entering(scope: Optional[Scope]) -> Iterator[None]:
    token = _entered.set(scope)
    try:
        yield
    finally:
        try:
            _entered.reset(token)
        except ValueError:
            pass  # a generator that ends in another context than it began in


def _flask_environ() -> Optional[Environ]:
    flask = sys.modules.get("flask")
    has_request = getattr(flask, "has_request_context", None)
    if flask is None or has_request is None or not has_request():
        return None
    environ: Environ = flask.request.environ
    return environ


def _flask_context() -> Optional[object]:
    """Return what Flask holds while it serves the request; a copy of it is another object."""
    flask = sys.modules["flask"]
    # Not by getattr: newer releases warn of a name that they make up when it is asked for.
    current = vars(sys.modules["flask.globals"]).get("request_ctx")
    if current is not None:
        context: object = current._get_current_object()  # noqa: SLF001  the way of proxies
        return context
    stack = vars(flask).get("_request_ctx_stack")  # before Flask 2.2
    return getattr(stack, "top", None)


def _scope_of(environ: Environ, context_of: Callable[[], Optional[object]] = lambda: None) -> Scope:
    """Return the scope that an environ carries; it gets one where it has none of its own.

    Some servers clear an environ and use it again, and some middleware copies it.

    Args:
        environ: of the request.
        context_of: returns what is gone when the request is over, None where nothing tells that.
    """
    scope = environ.get(_ENVIRON_KEY)
    if not isinstance(scope, Scope) or not scope.is_of(id(environ)):
        scope = environ[_ENVIRON_KEY] = Scope(id(environ))
        context = context_of()
        if context is not None:
            scope.request.lasts_as_long_as(context)
    request_id = environ.get(_REQUEST_ID_KEY)
    scope.request_id = str(request_id) if request_id else None
    return scope
