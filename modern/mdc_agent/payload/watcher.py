"""Reads copies of what a connection carries, and reports each exchange; nothing waits for it.

What it cannot read is counted and ends the reading of this connection, but not the connection: the
bytes have been passed on before it sees them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import httptools

from ..metrics import AgentCounts
from .exchange import CLIENT_HUNG_UP, Exchange, Message
from .memory import CopyMemory
from .readers import RequestReader, ResponseReader, UnreadableError

# The answers to these methods have no body, whatever their heads say.
_BODILESS = ("HEAD", "CONNECT")
# Requests that wait for their answers on one connection.
_MOST_WAITING = 1000


class Watcher:
    """Makes exchanges of the copies of one connection's bytes.

    Args:
        finish: called with each exchange when nothing more of it comes.
        memory: bounds the copies.
        body_bytes: bound of one body's copy.
        is_ignored: of a method and target, whether the exchange is not to be logged.
        counts: counts connections that cannot be read.

    Attributes:
        bodiless: how many answers to HEAD or CONNECT are waited for.
        is_stopped: it wants no more bytes.
        now: when what is read now came, by `time.perf_counter`; None for this moment.
    """

    __slots__ = (
        "_body_bytes",
        "_counts",
        "_finish",
        "_is_ignored",
        "_memory",
        "_requests",
        "_responses",
        "_waiting",
        "bodiless",
        "injected_id",
        "is_stopped",
        "now",
    )

    def __init__(
        self,
        finish: Callable[[Exchange], None],
        memory: CopyMemory,
        body_bytes: int,
        is_ignored: Callable[[str, bytes], bool],
        counts: AgentCounts,
    ) -> None:
        self._finish = finish
        self._memory = memory
        self._body_bytes = body_bytes
        self._is_ignored = is_ignored
        self._counts = counts
        self._waiting: deque[Exchange] = deque()
        self._requests = RequestReader(self)
        self._responses = ResponseReader(self)
        # Counted, since each piece of an answer asks for it.
        self.bodiless = 0
        self.injected_id: str | None = None
        self.is_stopped = False
        self.now: float | None = None

    @property
    def is_between_requests(self) -> bool:
        """Whether the next byte of the client begins a request."""
        return self._requests.is_idle

    @property
    def is_idle(self) -> bool:
        """Whether no exchange is known to be under way; a tunnel always is one."""
        return not self.is_stopped and not self._waiting

    def request_bytes(self, data: bytes) -> None:
        """See what the client sent."""
        if self.is_stopped:
            return
        try:
            self._requests.feed(data)
        except httptools.HttpParserUpgrade:
            self.stop("tunnel")
        except UnreadableError as stop:
            self.stop(str(stop))
        except httptools.HttpParserError as error:
            self.stop(_reason_of(error, "unreadable_request"))

    def response_bytes(self, data: bytes) -> None:
        """See what the server sent."""
        if self.is_stopped:
            return
        try:
            self._responses.feed(data)
        except httptools.HttpParserUpgrade:
            self.stop(None)  # the answer that upgrades is complete: what follows is not HTTP
        except UnreadableError as stop:
            self.stop(str(stop))
        except httptools.HttpParserError as error:
            self.stop(_reason_of(error, "unreadable_response"))

    def inject(self, identifier: str) -> None:
        """The request that begins, or whose first pieces were seen, was given this id."""
        if self._waiting and not self._waiting[-1].request.is_complete:
            self._waiting[-1].injected_id = identifier
        else:
            self.injected_id = identifier

    def server_ended(self) -> None:
        """The server sends nothing more."""
        if not self.is_stopped:
            self._responses.end()

    def close(self, broken: str) -> None:
        """The connection is at its end.

        Args:
            broken: who ended it, for what is incomplete.
        """
        if self.is_stopped:
            return
        self.is_stopped = True
        self._requests.forget()
        self._responses.forget()
        while self._waiting:
            exchange = self._waiting.popleft()
            if not exchange.is_complete:
                answered = exchange.response is not None and exchange.response.is_complete
                exchange.broken = CLIENT_HUNG_UP if answered else broken
            self._end(exchange)

    def stop(self, reason: str | None) -> None:
        """Read no further; complete exchanges were reported, the others are given up."""
        self.is_stopped = True
        if reason is not None:
            self._counts.add_lost("connection", reason)
        self._requests.forget()
        self._responses.forget()
        while self._waiting:
            exchange = self._waiting.popleft()
            if not exchange.is_ignored:
                self._counts.add_lost("request", reason or "tunnel")
            exchange.release()

    def _end(self, exchange: Exchange) -> None:
        exchange.end(self.now)
        if exchange.is_ignored:
            exchange.release()
        else:
            self._finish(exchange)

    def begin(self) -> Exchange:
        """A request begins."""
        if len(self._waiting) >= _MOST_WAITING:
            raise UnreadableError("too_many_waiting")
        exchange = Exchange(self._memory, self.now)
        exchange.injected_id, self.injected_id = self.injected_id, None
        self._waiting.append(exchange)
        return exchange

    def waiting(self) -> Exchange:
        """Return the exchange that a response belongs to."""
        if not self._waiting:
            raise UnreadableError("unasked_response")
        return self._waiting[0]

    def message_ended(self, exchange: Exchange) -> None:
        """A request or response was seen to its end."""
        if exchange.is_complete:
            self._waiting.popleft()
            if exchange.method in _BODILESS:
                self.bodiless -= 1
            self._end(exchange)

    def copy_head(self, exchange: Exchange, message: Message) -> None:
        """A head is complete."""
        if message is exchange.request:
            if exchange.method in _BODILESS:
                self.bodiless += 1
            exchange.is_ignored = self._is_ignored(exchange.method, exchange.target)
        if not exchange.is_ignored:
            message.charge_head()

    def copy_body(self, exchange: Exchange, message: Message, part: bytes) -> None:
        """A part of a body was seen."""
        if not exchange.is_ignored:
            message.add(part, self._body_bytes)


def _reason_of(error: httptools.HttpParserError, otherwise: str) -> str:
    """Return why reading stops; what a callback raised is what the parser's error hides."""
    hidden = error.__context__
    return str(hidden) if isinstance(hidden, UnreadableError) else otherwise
