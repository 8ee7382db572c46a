"""The server: each request to what answers it."""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from mdc_core.delivery.collector_connection import PATH
from mdc_core.errors import SettingsError, SpoolFullError, StoreError

from ..deployment import Deployment
from ..destinations import AgentSettings
from ..metrics import AgentCounts
from ..store import Store
from .access import Access, check_form, check_method
from .answers import SERVER, RefusedRequestError, StoredAnswer, stored_answer
from .body import BODY_SECONDS, BodyRoom, ReceivedBody
from .connections import Connection, Connections
from .deadlines import Deadlines
from .pages import AgentCollector
from .wire_event import WireHead, event_of, read_head

logger = logging.getLogger("mdc_agent")

# For an event that was taken to be in the file.
STORE_SECONDS = 25.0
# JSON of more is checked in a thread.
_LARGE = 256 * 1024
_MOST_FIELD_BYTES = 64 * 1024
_LINGER_SECONDS = 2.0


class Receiver:
    """Takes events over HTTP and gives them to a store.

    Args:
        deployment: whose events are taken.
        settings: where it listens, and the bounds.
        token: that is asked for; empty for none, see `Access`.
        store: for the events.
        counts: of what is refused.
        body_seconds: see `ReceivedBody`.
    """

    def __init__(
        self,
        deployment: Deployment,
        settings: AgentSettings,
        token: str,
        store: Store,
        counts: AgentCounts,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self._deployment = deployment
        self._settings = settings
        self._store = store
        self._counts = counts
        self._body_seconds = body_seconds
        self._access = Access(token)
        self._room = BodyRoom(settings.receive_bytes)
        self._deadlines = Deadlines(STORE_SECONDS)
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(AgentCollector(counts, store.states))
        ProcessCollector(namespace="mdc_agent", registry=self._registry)
        self._server: asyncio.Server | None = None
        self._http: web.Server | None = None
        self._watch: asyncio.Task[None] | None = None
        self._is_ending = False

    @property
    def port(self) -> int:
        """The port it listens at."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen.

        Raises:
            SettingsError: the address cannot be used.
        """
        loop = asyncio.get_running_loop()
        connections = Connections(lambda reason: self._counts.add_lost("", reason))
        http = self._http = web.Server(self._answer)
        options = {
            "access_log": None,
            "auto_decompress": False,
            # `Connections` ends those that rest.
            "keepalive_timeout": 0x7FFF,
            "tcp_keepalive": False,
            "lingering_time": _LINGER_SECONDS,
            "max_field_size": _MOST_FIELD_BYTES,
            "loop": loop,
        }
        listen = self._settings.listen
        try:
            self._server = await loop.create_server(
                lambda: Connection(http, connections, **options),
                listen.host,
                listen.port,
                backlog=1024,
            )
        except OSError as error:
            raise SettingsError(
                f"listen (--events): {listen} cannot be used: {error.strerror}; valid: an address "
                "of this machine with a free port"
            ) from error
        self._watch = loop.create_task(connections.watch())

    def follow(self, deployment: Deployment, token: str) -> None:
        """Go by this deployment and ask for this token from now on."""
        self._deployment = deployment
        self._access = Access(token)

    async def stop(self, timeout: float) -> None:
        """Take no more requests, and answer those that are here.

        Args:
            timeout: seconds for it.
        """
        self._is_ending = True
        if self._server is not None:
            self._server.close()
        if self._watch is not None:
            self._watch.cancel()
        if self._http is not None:
            self._http.pre_shutdown()
            await self._http.shutdown(timeout)
        self._deadlines.close()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        assert isinstance(connection, Connection)
        connection.begin(request)
        try:
            response = await self._routed(request)
        except RefusedRequestError as refused:
            self._counts.add_lost(refused.collection, refused.reason)
            response = refused.response()
        finally:
            connection.end()
        if not isinstance(response, StoredAnswer):
            if not request.content.is_eof():
                response.force_close()
            response.headers["Server"] = SERVER
        return response

    async def _routed(self, request: web.BaseRequest) -> web.StreamResponse:
        path, method = request.path, request.method
        if path == PATH:
            check_method(method, "POST")
            self._access.check(request)
            return await self._log(request)
        if path == "/health":
            check_method(method, "GET", "HEAD")
            return web.Response(text="ok\n")
        if path == "/ready":
            check_method(method, "GET", "HEAD")
            return self._ready()
        if path == "/metrics":
            check_method(method, "GET", "HEAD")
            self._access.check(request)
            return web.Response(
                body=generate_latest(self._registry),
                headers={"Content-Type": CONTENT_TYPE_LATEST},
            )
        raise RefusedRequestError(404, "path", f"valid: POST {PATH}, GET /health, /ready, /metrics")

    async def _log(self, request: web.BaseRequest) -> web.StreamResponse:
        head = read_head(request.raw_headers)
        found = self._deployment.collection(head.sender.collection)
        try:
            if found is None or not found.enabled:
                raise RefusedRequestError(
                    403, "disabled", "the collection is not enabled in the deployment"
                )
            await self._store_event(request, head, found.name)
        except RefusedRequestError as refused:
            refused.collection = found.name if found is not None else ""
            raise
        return stored_answer(request)

    async def _store_event(self, request: web.BaseRequest, head: WireHead, collection: str) -> None:
        body = ReceivedBody(self._room, self._settings.max_event_bytes, self._body_seconds)
        try:
            if not request.content.is_eof():
                self._store.check(collection)
            await check_form(request)
            content = await body.read(request)
            if len(content) < _LARGE:
                event = event_of(head, collection, content)
            else:
                event = await asyncio.to_thread(event_of, head, collection, content)
            await self._deadlines.meet(self._store.accept(event))
        except SpoolFullError as error:
            raise RefusedRequestError(503, error.reason, "no room left; try again") from None
        except StoreError:
            raise RefusedRequestError(503, "unwritable", "not stored; try again") from None
        except asyncio.TimeoutError:
            raise RefusedRequestError(503, "stalled", "not stored yet; try again") from None
        finally:
            body.release()

    def _ready(self) -> web.StreamResponse:
        if self._is_ending:
            return web.Response(status=503, text="ending\n")
        failing = [state.name for state in self._store.states() if not state.works]
        if failing:
            text = "".join(f"not writable: {name}\n" for name in failing)
            return web.Response(status=503, text=text)
        return web.Response(text="ready\n")
