"""Payload logging around a WSGI application; what passes is what passed without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote_from_bytes

from mdc_core.http_request import id_in, serving
from mdc_core.ids import new_uuid

from ..payload.exchange import CLIENT_HUNG_UP, Exchange, Message
from .configured import configured_log
from .process_log import ProcessLog

NOT_READ = "body_not_read"
SENT_AS_FILE = "sent_as_file"
APP_FAILED = "app_failed"

Environ = dict[str, Any]
WsgiApp = Callable[..., Iterable[bytes]]


class WsgiPayloads:
    """A WSGI application whose requests and responses are logged.

    Args:
        app: the application.
        log: of the process; the one that the environment variables describe if None is given.
    """

    def __init__(self, app: WsgiApp, log: ProcessLog | None = None) -> None:
        self._app = app
        self._log = configured_log() if log is None else log

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        log = self._log
        method = environ.get("REQUEST_METHOD", "GET")
        if not log.is_on or log.settings.is_probe(method, _path_of(environ)):
            return self._app(environ, start_response)
        call = _WsgiCall(log, environ, method)
        environ["wsgi.input"] = _CopiedInput(
            environ["wsgi.input"], call.exchange.request, log.settings.body_bytes
        )
        with serving(call.identifier):
            try:
                response = self._app(environ, call.starting(start_response))
            except BaseException:
                call.end(APP_FAILED)
                raise
        return call.answered(response, environ.get("wsgi.file_wrapper"))


class _WsgiCall:
    """One request, as it is served."""

    __slots__ = ("_is_ended", "_log", "exchange", "identifier")

    def __init__(self, log: ProcessLog, environ: Environ, method: str) -> None:
        exchange = Exchange(log.memory)
        exchange.asked(method, _target_of(environ), _headers_of(environ))
        self.exchange = exchange
        self._log = log
        self._is_ended = False
        # For a request without an id it is the response's, or a new one; see `http_request`.
        self.identifier: str = id_in(environ) or new_uuid()
        exchange.injected_id = self.identifier if environ.get("REQUEST_ID") else None
        exchange.otherwise_id = self.identifier

    def starting(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            code = int(status[:3]) if status[:3].isdigit() else 0
            copies = [(_latin1(name), _latin1(value)) for name, value in headers]
            self.exchange.answered(code, copies)
            write = start_response(status, headers, *error)

            def copied(data: bytes) -> Any:
                self.add(data)
                return write(data)

            return copied

        return start

    def add(self, part: bytes) -> None:
        response = self.exchange.response
        if response is not None:
            response.add(bytes(part), self._log.settings.body_bytes)

    def answered(self, response: Iterable[bytes], file_wrapper: Any) -> Iterable[bytes]:
        """Return what the server is to be given."""
        if isinstance(response, (list, tuple)):
            # Handed on as it is: servers look at its length.
            for part in response:
                self.add(part)
            self.end(None)
            return response
        if isinstance(file_wrapper, type) and isinstance(response, file_wrapper):
            # Likewise: they send its file without reading it.
            if self.exchange.response is not None:
                self.exchange.response.give_up(SENT_AS_FILE)
            self.end(None)
            return response
        return _CopiedResponse(response, self)

    @property
    def is_sent(self) -> bool:
        """Whether as much of the response was handed on as it says it is long."""
        response = self.exchange.response
        length = None if response is None else response.header(b"content-length")
        return bool(response and length and length.isdigit() and response.size >= int(length))

    def end(self, broken: str | None) -> None:
        """Nothing more comes."""
        if self._is_ended:
            return
        self._is_ended = True
        exchange = self.exchange
        request, response = exchange.request, exchange.response
        length = request.header(b"content-length")
        if request.lost is None and length and length.isdigit() and request.size < int(length):
            request.give_up(NOT_READ)
        if response is None:
            broken = broken or APP_FAILED
        elif exchange.method == "HEAD":
            response.parts = []
        exchange.broken = broken
        exchange.end()
        self._log.put(exchange)


class _CopiedInput:
    """The body of a request, of which what the application reads is kept."""

    def __init__(self, stream: Any, message: Message, bound: int) -> None:
        self._stream = stream
        self._message = message
        self._bound = bound

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _kept(self, data: bytes) -> bytes:
        if data:
            self._message.add(bytes(data), self._bound)
        return data

    def read(self, *size: Any) -> bytes:
        return self._kept(self._stream.read(*size))

    def read1(self, *size: Any) -> bytes:
        return self._kept(self._stream.read1(*size))

    def readline(self, *size: Any) -> bytes:
        return self._kept(self._stream.readline(*size))

    def readlines(self, *hint: Any) -> list[bytes]:
        lines: list[bytes] = self._stream.readlines(*hint)
        for line in lines:
            self._kept(line)
        return lines

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._kept(line)


class _CopiedResponse:
    """What an application yields, of which copies are kept; it ends when the server is done."""

    def __init__(self, response: Iterable[bytes], call: _WsgiCall) -> None:
        self._response = response
        self._parts = iter(response)
        self._call = call
        self._is_whole = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        call = self._call
        with serving(call.identifier):
            try:
                part = next(self._parts)
            except StopIteration:
                self._is_whole = True
                call.end(None)
                raise
            except BaseException:
                call.end(APP_FAILED)
                raise
        call.add(part)
        return part

    def close(self) -> None:
        close = getattr(self._response, "close", None)
        try:
            if close is not None:
                with serving(self._call.identifier):
                    close()
        finally:
            # Servers close early for clients that are gone.
            self._call.end(None if self._is_whole or self._call.is_sent else CLIENT_HUNG_UP)


def _path_of(environ: Environ) -> bytes:
    """Return the path, without what the application is mounted at."""
    return _latin1(environ.get("PATH_INFO") or "/")


def _target_of(environ: Environ) -> bytes:
    """Return path and query, as they came where the server says that."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw:
        return _latin1(raw)
    path = _latin1(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""))
    target = quote_from_bytes(path, "/:@!$&'()*+,;=~").encode()
    query = environ.get("QUERY_STRING", "")
    return target + b"?" + _latin1(query) if query else target


def _headers_of(environ: Environ) -> list[tuple[bytes, bytes]]:
    """Return the headers, their names in lower case."""
    headers = []
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            headers.append((name[5:].replace("_", "-").lower().encode(), _latin1(value)))
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            headers.append((name.replace("_", "-").lower().encode(), _latin1(value)))
    return headers


def _latin1(value: object) -> bytes:
    return str(value).encode("latin-1", "replace")
