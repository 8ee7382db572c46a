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
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any, Dict, Optional, Tuple

from mdc_core.http_request import flask_environ, id_in, id_in_flask, id_in_headers

from .generator_scopes import enter, holders, running_here
from .served_request import Scope, process_number

_ENVIRON_KEY = "mdc_bridge.scoring.request_scope"

Environ = Dict[str, Any]

_entered: ContextVar[Optional[Scope]] = ContextVar("mdc_bridge_request_scope", default=None)


def current_scope() -> Optional[Scope]:
    """Return the request that is being served here, None outside of any."""
    entered = _entered.get()
    if holders or (entered is not None and entered.holder is not None):
        entered = _beside_generators(entered)
    if entered is not None and entered.process != process_number():
        entered = None
    environ = flask_environ() if "flask" in sys.modules else None
    if environ is None:
        return entered
    of_flask = _scope_of(environ, id_in_flask(environ), _flask_context)
    # The innermost counts: a scope entered while Flask's request was served is within it.
    if of_flask is None or (entered is not None and entered.outer is of_flask):
        return entered
    return of_flask


def _beside_generators(entered: Optional[Scope]) -> Optional[Scope]:
    """Return what is entered here, whatever generators have left entered."""
    running = running_here()
    if entered is not None and entered.holder is not None and entered.holder.is_of_this_thread:
        entered = _leave_those_that_are_over()
    while entered is not None and entered.holder not in (None, running):
        if running is None and not entered.holder.is_of_this_thread:
            # In doubt it is one that nothing else is in.
            return entered if entered.holder.is_certain_elsewhere else Scope()
        entered = entered.outer
    if running is None or (entered is not None and entered.is_within(running.scope)):
        return entered
    scope: Scope = running.scope
    return scope


def _leave_those_that_are_over() -> Optional[Scope]:
    entered = _entered.get()
    while entered is not None and entered.holder is not None and entered.holder.is_over:
        entered = entered.outer
        _entered.set(entered)
    return entered


class request_scope(contextlib.ContextDecorator):  # noqa: N801  it is used as a function
    """Everything in the block, and what it starts in copies of its context, is one request."""

    def _recreate_cm(self) -> request_scope:
        return request_scope()

    def __enter__(self) -> None:
        self._scope = Scope(outer=current_scope())
        self._scope.holder = enter(sys._getframe(1), self._scope)  # noqa: SLF001  the caller
        self._entering = _entering(self._scope)
        self._entering.__enter__()

    def __exit__(self, *error: Any) -> None:
        scope = self._scope
        try:
            if scope.holder is None:
                self._entering.__exit__(*error)
        finally:
            scope.request.end()
            if scope.holder is not None:
                scope.holder.leave()
                _leave_those_that_are_over()


class WsgiRequestScope:
    """A WSGI application whose calls are requests.

    Args:
        app: the application.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        scope = _scope_of(environ, id_in(environ))
        with _entering(scope):
            response = self._app(environ, start_response)
        if hasattr(response, "__next__"):
            return _ScopedResponse(response, scope)
        # What already exists is handed on as it is: servers look at its length.
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
                _note_id(scope.get("headers", ()))
                await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _note_id(headers: Iterable[Tuple[bytes, bytes]]) -> None:
    scope = current_scope()
    found = id_in_headers(value for name, value in headers if name == b"x-request-id")
    if scope is not None and found is not None:
        scope.request_id = found


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


def _scope_of(
    environ: Environ,
    request_id: Optional[str],
    context_of: Callable[[], Optional[object]] = lambda: None,
) -> Scope:
    """Return the scope that an environ carries; it gets one where it has none of its own.

    Some servers clear an environ and use it again, and some middleware copies it.

    Args:
        environ: of the request.
        request_id: of the request.
        context_of: returns what is gone when the request is over, None where nothing tells that.
    """
    scope = environ.get(_ENVIRON_KEY)
    if not isinstance(scope, Scope) or not scope.is_of(id(environ)):
        scope = environ[_ENVIRON_KEY] = Scope(id(environ))
        context = context_of()
        if context is not None:
            scope.request.lasts_as_long_as(context)
    scope.request_id = request_id
    return scope
