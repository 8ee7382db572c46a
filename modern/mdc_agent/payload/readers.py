"""Callbacks of the parsers: what they read of copies of a connection's bytes."""

from __future__ import annotations

import re
from typing import Any, Protocol

import httptools

from .exchange import Exchange, Message

# Most bytes of a head, of trailers, or of one chunk's bounds; a longer one ends the reading.
_MOST_QUIET = 256 * 1024
# Bytes of a chunk that may be read one by one, to find the end of an answer to HEAD.
_MOST_BY_BYTE = 16 * 1024
_FRAMING = (b"content-length", b"transfer-encoding")
_REQUEST_LINE = re.compile(rb"\A[\r\n]*[^\r\n]*")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UPGRADE = re.compile(rb"(?i)^(upgrade)(?=[ \t]*:)", re.MULTILINE)


class UnreadableError(Exception):
    """The bytes cannot be read as exchanges; the text is the reason."""


class Connected(Protocol):
    """What pairs requests and responses; `Watcher`."""

    def begin(self) -> Exchange: ...

    def waiting(self) -> Exchange: ...

    @property
    def bodiless(self) -> int: ...

    def message_ended(self, exchange: Exchange) -> None: ...

    def copy_head(self, exchange: Exchange, message: Message) -> None: ...

    def copy_body(self, exchange: Exchange, message: Message, part: bytes) -> None: ...


class _Reader:
    """Callbacks of one parser; `httptools` calls them by their names."""

    __slots__ = ("_exchange", "_in_headers", "_message", "_parser", "_quiet", "_watcher")

    _parser: Any

    def __init__(self, watcher: Connected) -> None:
        self._watcher = watcher
        self._exchange: Exchange | None = None
        self._message: Message | None = None
        self._in_headers = False
        self._quiet = 0

    def forget(self) -> None:
        """Let go of the parser, which refers to what it feeds; nothing more is fed."""
        del self._parser
        self._exchange = self._message = None

    def _check_quiet(self, data: bytes) -> None:
        self._quiet += len(data)
        if self._quiet > _MOST_QUIET + len(data):
            raise UnreadableError("head_too_large")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_headers and self._message is not None:
            self._message.headers.append((name, value))

    def on_body(self, part: bytes) -> None:
        self._quiet = 0
        if self._exchange is not None and self._message is not None:
            self._watcher.copy_body(self._exchange, self._message, part)

    def on_chunk_header(self) -> None:
        self._quiet = 0


class RequestReader(_Reader):
    """What the client sends."""

    __slots__ = ("_held",)

    def __init__(self, watcher: Connected) -> None:
        super().__init__(watcher)
        self._held = b""
        self._parser = httptools.HttpRequestParser(self)

    @property
    def is_idle(self) -> bool:
        return self._exchange is None and self._quiet == 0

    def feed(self, data: bytes) -> None:
        self._check_quiet(data)
        if self._exchange is None or self._in_headers:
            data = self._head_of_whole_lines(data)
        self._parser.feed_data(data)

    def _head_of_whole_lines(self, data: bytes) -> bytes:
        """Return what the parser may see.

        The server's answer decides about an upgrade, so the parser does not see the request for
        one. It refuses targets that are not ASCII, which `curl` sends and most servers accept, so
        it sees them escaped.
        """
        if self._held:
            data, self._held = self._held + data, b""
        if b"\r\n\r\n" not in data and not data.startswith(b"\r\n"):
            end = data.rfind(b"\n") + 1
            data, self._held = data[:end], data[end:]
        if self._exchange is None and not data.isascii():
            data = _REQUEST_LINE.sub(_escaped, data)
        if b"pgrade" in data or b"PGRADE" in data:
            data = _UPGRADE.sub(b"x-grade", data)
        return data

    def on_message_begin(self) -> None:
        self._exchange = exchange = self._watcher.begin()
        self._message = exchange.request
        self._in_headers = True

    def on_url(self, url: bytes) -> None:
        if self._exchange is not None:
            self._exchange.target += url

    def on_headers_complete(self) -> None:
        self._quiet = 0
        self._in_headers = False
        exchange = self._exchange
        if exchange is not None:
            exchange.method = self._parser.get_method().decode("ascii")
            self._watcher.copy_head(exchange, exchange.request)

    def on_message_complete(self) -> None:
        self._quiet = 0
        exchange, self._exchange, self._message = self._exchange, None, None
        if exchange is not None:
            exchange.request.is_complete = True
            self._watcher.message_ended(exchange)


def _escaped(line: re.Match[bytes]) -> bytes:
    return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line[0])


class ResponseReader(_Reader):
    """What the server sends."""

    __slots__ = ("_is_bodiless", "_is_interim")

    def __init__(self, watcher: Connected) -> None:
        super().__init__(watcher)
        self._parser = httptools.HttpResponseParser(self)
        self._is_interim = False
        self._is_bodiless = False

    def feed(self, data: bytes) -> None:
        self._check_quiet(data)
        if not self._watcher.bodiless:
            self._parser.feed_data(data)
            return
        if len(data) > _MOST_BY_BYTE and not self._in_headers and self._exchange is not None:
            raise UnreadableError("large_response_before_head")
        # The parser cannot know that the answer has no body: after such a head a new one begins.
        for at in range(len(data)):
            self._parser.feed_data(data[at : at + 1])
            if self._is_bodiless:
                self._is_bodiless = False
                self._parser = httptools.HttpResponseParser(self)
                self.on_message_complete()
            elif self._exchange is None and not self._watcher.bodiless:
                self._parser.feed_data(data[at + 1 :])
                return

    def end(self) -> None:
        """The server sends nothing more: that may be the end of a body without a length."""
        message = self._message
        if message is None or self._in_headers:
            return
        if all(message.header(name) is None for name in _FRAMING):
            self.on_message_complete()

    def on_message_begin(self) -> None:
        self._exchange = exchange = self._watcher.waiting()
        self._message = Message(exchange.request.memory)
        self._in_headers = True

    def on_headers_complete(self) -> None:
        self._quiet = 0
        self._in_headers = False
        exchange, message = self._exchange, self._message
        if exchange is None or message is None:
            return
        status = self._parser.get_status_code()
        self._is_interim = 100 <= status < 200 and status != 101
        if self._is_interim:
            return
        exchange.status = status
        exchange.response = message
        self._is_bodiless = exchange.method == "HEAD" or (
            exchange.method == "CONNECT" and 200 <= status < 300
        )
        self._watcher.copy_head(exchange, message)

    def on_message_complete(self) -> None:
        self._quiet = 0
        exchange, message = self._exchange, self._message
        self._exchange = self._message = None
        if exchange is None or message is None or self._is_interim:
            return
        message.is_complete = True
        self._watcher.message_ended(exchange)
