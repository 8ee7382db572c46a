"""Requests: what marks them, and what does not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Optional

import flask
import pytest

from mdc_bridge.scoring.request_scope import (
    AsgiRequestScope,
    Scope,
    WsgiRequestScope,
    current_scope,
    request_scope,
)

APP = flask.Flask("score")


def test_outside_of_requests_there_is_none() -> None:
    """Neither before nor after one."""
    assert current_scope() is None
    with request_scope(), APP.test_request_context():
        pass
    assert current_scope() is None


def test_a_flask_request_is_one_wherever_it_is_served() -> None:
    """In its view, in a copy of its context, and in a thread that Flask gave the request to."""
    with ThreadPoolExecutor() as pool, APP.test_request_context():
        scope = current_scope()
        assert scope is not None
        assert current_scope() is scope
        assert pool.submit(copy_context().run, current_scope).result() is scope
        of_flask = flask.copy_current_request_context(current_scope)
        assert pool.submit(of_flask).result() is scope
        assert pool.submit(current_scope).result() is None
        with APP.test_request_context():
            assert current_scope() is not scope


def test_an_environ_that_is_used_again() -> None:
    """A server that clears its one environ, and middleware that copies it, make other requests."""
    environ: dict[str, Any] = dict(APP.test_request_context().request.environ)
    kept = dict(environ)
    scopes = []
    for _ in range(2):
        environ.clear()
        environ.update(kept)
        with APP.request_context(environ):
            scopes.append(current_scope())
        with APP.request_context(dict(environ)):
            scopes.append(current_scope())
    assert len(set(scopes)) == 4


def test_the_innermost_request_counts() -> None:
    """Of a request entered within another, whichever kind they are."""
    with APP.test_request_context():
        outer = current_scope()
        with request_scope():
            inner = current_scope()
            assert inner is not outer
            with APP.test_request_context():
                assert current_scope() not in (inner, outer)
            assert current_scope() is inner
        assert current_scope() is outer


def test_the_request_id_is_the_servers() -> None:
    """Of Flask's environ, also in a request entered within; none is nothing."""
    with APP.test_request_context(environ_overrides={"REQUEST_ID": "r-1"}):
        assert _request_id() == "r-1"
        with request_scope():
            assert _request_id() == "r-1"
    with APP.test_request_context():
        assert _request_id() is None


def _request_id() -> Optional[str]:
    scope = current_scope()
    assert scope is not None
    return scope.request_id


def test_what_a_scope_notes() -> None:
    """The only thing of a key, until there is a second."""
    scope = Scope()
    assert scope.noted == {}
    scope.note("m", 1)
    scope.note("n", 2)
    assert scope.noted == {"m": 1, "n": 2}
    scope.note("m", 3)
    assert scope.noted == {"m": None, "n": 2}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes are forked here")
def test_a_forked_child_serves_another_request() -> None:
    """A worker that was forked in the middle of a request does not go on with it."""
    with request_scope():
        child = os.fork()
        if child == 0:
            os._exit(0 if current_scope() is None else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert current_scope() is not None


def _serve(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> list[bytes]:
    response = WsgiRequestScope(app)(environ, lambda *_: None)
    try:
        return list(response)
    finally:
        getattr(response, "close", lambda: None)()


def test_a_wsgi_application() -> None:
    """The call, and what it yields until it is closed, are one request; the next is another."""
    seen: list[Optional[Scope]] = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        try:
            seen.append(current_scope())
            yield b"a"
            seen.append(current_scope())
            yield b"b"
        finally:
            seen.append(current_scope())

    environ: dict[str, Any] = {"REQUEST_ID": "r-1"}
    assert _serve(app, environ) == [b"a", b"b"]
    assert seen[0] is seen[1] is seen[2]
    assert seen[0] is not None
    assert seen[0].request_id == "r-1"
    assert current_scope() is None

    early = WsgiRequestScope(app)({}, lambda *_: None)
    assert next(iter(early)) == b"a"
    early.close()  # type: ignore[attr-defined]
    assert seen[3] is seen[4] is not seen[0]


def test_a_wsgi_response_that_is_there_is_handed_on() -> None:
    """Servers look at a list's length, so it stays the list it is."""
    body = [b"all of it"]
    assert WsgiRequestScope(lambda environ, start: body)({}, None) is body  # type: ignore[arg-type]


def test_flask_within_the_wsgi_scope() -> None:
    """Both mean the same request, so that Flask's copies of it do as well."""
    app = flask.Flask("score")
    seen: list[Optional[Scope]] = []

    @app.get("/")
    def view() -> str:
        seen.append(current_scope())
        with ThreadPoolExecutor() as pool:
            of_flask = flask.copy_current_request_context(current_scope)
            seen.append(pool.submit(of_flask).result())
        return "ok"

    app.wsgi_app = WsgiRequestScope(app.wsgi_app)  # type: ignore[method-assign]
    for _ in range(2):
        assert app.test_client().get("/").text == "ok"
    assert seen[0] is seen[1]
    assert seen[2] is seen[3]
    assert seen[0] is not seen[2]


def test_an_asgi_application() -> None:
    """An HTTP request is one, with the tasks it starts; a websocket's messages are not."""

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await asyncio.sleep(0)
        (of_task,) = await asyncio.gather(_scope_of_task())
        assert of_task is current_scope()
        seen.append(of_task)

    async def serve() -> None:
        scoped = AsgiRequestScope(app)
        kinds = ("http", "http", "websocket", "lifespan")
        await asyncio.gather(*(scoped({"type": kind}, None, None) for kind in kinds))

    seen: list[Optional[Scope]] = []
    asyncio.run(serve())
    assert [scope is None for scope in seen] == [False, False, True, True]
    assert seen[0] is not seen[1]


async def _scope_of_task() -> Optional[Scope]:
    return current_scope()


def test_a_generator_that_ends_elsewhere() -> None:
    """A scope entered in a copied context and left in another one raises nothing."""

    def part() -> Iterator[None]:
        with request_scope():
            yield

    running = part()
    copy_context().run(next, running)
    running.close()
    assert current_scope() is None
