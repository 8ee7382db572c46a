"""Payload logging around an ASGI application, which changes nothing of what passes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mdc_core.http_request import id_in_headers, serving
from mdc_core.ids import new_uuid

from ..payload.exchange import CLIENT_HUNG_UP, Exchange, Message
from .configured import configured_log
from .process_log import ProcessLog
from .wsgi import APP_FAILED, NOT_READ, SENT_AS_FILE

_ID = b"x-request-id"

AsgiScope = dict[str, Any]
AsgiMessage = dict[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]


class AsgiPayloads:
    """An ASGI application whose HTTP requests and responses are logged.

    Args:
        app: the application.
        log: of the process; None for the one that the environment variables describe.
    """

    def __init__(self, app: Callable[..., Awaitable[None]], log: ProcessLog | None = None) -> None:
        self._app = app
        self._log = configured_log() if log is None else log

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        log = self._log
        if (
            scope["type"] != "http"
            or not log.is_on
            or log.settings.is_probe(scope["method"], scope["path"].encode("utf-8", "replace"))
        ):
            await self._app(scope, receive, send)
            return
        call = _AsgiCall(log, scope)
        with serving(call.identifier):
            try:
                await self._app(scope, call.receiving(receive), call.sending(send))
            except BaseException:
                call.end(APP_FAILED)
                raise
        call.end(None)


class _AsgiCall:
    """One request, as it is served."""

    def __init__(self, log: ProcessLog, scope: AsgiScope) -> None:
        self._log = log
        exchange = self._exchange = Exchange(log.memory)
        path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
        query: bytes = scope.get("query_string") or b""
        target = path + b"?" + query if query else path
        exchange.asked(scope["method"], target, _headers_of(scope))
        given = id_in_headers(exchange.request.all(_ID))
        self.identifier: str = given or new_uuid()
        exchange.otherwise_id = self.identifier
        self._is_gone = False

    def receiving(self, receive: Receive) -> Receive:
        async def copied() -> AsgiMessage:
            event = await receive()
            request = self._exchange.request
            if event["type"] == "http.request":
                body = event.get("body", b"")
                if body:
                    request.add(bytes(body), self._log.settings.body_bytes)
                request.is_complete = not event.get("more_body", False)
            elif event["type"] == "http.disconnect":
                self._is_gone = True
            return event

        return copied

    def sending(self, send: Send) -> Send:
        async def copied(event: AsgiMessage) -> None:
            await send(event)
            kind = event["type"]
            if kind == "http.response.start":
                self._exchange.answered(event["status"], _headers_of(event))
                return
            response = self._exchange.response
            if response is None or response.is_complete:
                return
            if kind == "http.response.body":
                body = event.get("body", b"")
                if body:
                    response.add(bytes(body), self._log.settings.body_bytes)
                response.is_complete = not event.get("more_body", False)
            elif kind in ("http.response.pathsend", "http.response.zerocopysend"):
                response.give_up(SENT_AS_FILE)
                response.is_complete = not event.get("more_body", False)
            if response.is_complete:
                self._exchange.end()

        return copied

    def end(self, broken: str | None) -> None:
        """Nothing more comes."""
        exchange = self._exchange
        request, response = exchange.request, exchange.response
        if response is None or not response.is_complete:
            exchange.end()
            broken = CLIENT_HUNG_UP if self._is_gone else broken or APP_FAILED
        if not request.is_complete and request.lost is None and _has_body(request):
            request.give_up(NOT_READ)
        exchange.broken = broken
        self._log.put(exchange)


def _headers_of(holder: Mapping[str, Any]) -> list[tuple[bytes, bytes]]:
    return [(bytes(name), bytes(value)) for name, value in holder.get("headers", ())]


def _has_body(request: Message) -> bool:
    length = request.header(b"content-length")
    return request.header(b"transfer-encoding") is not None or length not in (None, b"0")
