"""Ways of marked requests: in threads, in ASGI and WSGI applications; and of greenlets."""

from __future__ import annotations

import asyncio
import importlib.util
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from mdc_bridge.scoring.request_scope import AsgiRequestScope, WsgiRequestScope, request_scope
from tests.reliability.soak.families.serving import THREADS, family, give_way, wait
from tests.reliability.soak.traffic import Model, Request


@family
def scopes_in_threads(model: Model, requests: list[Request], chance: random.Random) -> None:
    def serve(request: Request) -> None:
        with request_scope():
            for collect, data in model.input_calls(request):
                collect(data)
            give_way()
            for collect, data in model.output_calls(request):
                pool.submit(copy_context().run, collect, data).result()

    with ThreadPoolExecutor(THREADS) as pool, ThreadPoolExecutor(THREADS) as server:
        wait([server.submit(serve, request) for request in requests])


@family
def asgi_applications(model: Model, requests: list[Request], chance: random.Random) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = scope["request"]
        for collect, data in model.input_calls(request):
            collect(data)
        await asyncio.sleep(0)
        await asyncio.gather(*(_collect(*call) for call in model.output_calls(request)))

    async def serve() -> None:
        scoped = AsgiRequestScope(app)
        scopes = ({"type": "http", "request": request} for request in requests)
        await asyncio.gather(*(scoped(scope, None, None) for scope in scopes))

    asyncio.run(serve())


async def _collect(collect: Any, data: Any) -> None:
    collect(data)


@family
def wsgi_applications(model: Model, requests: list[Request], chance: random.Random) -> None:
    def app(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        request = environ["request"]
        for collect, data in model.input_calls(request):
            collect(data)
        for collect, data in model.output_calls(request):
            yield b""
            collect(data)

    def serve(some: list[Request]) -> None:
        environ: dict[str, Any] = {}  # one for all requests, as some servers have it
        for request in some:
            environ.clear()
            environ["request"] = request
            assert not any(scoped(environ, None))

    scoped = WsgiRequestScope(app)
    with ThreadPoolExecutor(THREADS) as server:
        wait([server.submit(serve, requests[start::THREADS]) for start in range(THREADS)])


if importlib.util.find_spec("gevent") is not None:

    @family
    def greenlets(model: Model, requests: list[Request], chance: random.Random) -> None:
        import gevent

        def serve(request: Request) -> None:
            for collect, data in model.input_calls(request):
                collect(data)
            gevent.sleep(0)
            for collect, data in model.output_calls(request):
                collect(data)
                gevent.sleep(0)

        gevent.joinall([gevent.spawn(serve, request) for request in requests])
