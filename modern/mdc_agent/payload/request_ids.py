"""`x-request-id`, the one id that joins request, response, inputs and outputs."""

from __future__ import annotations

import re

from mdc_core.http_request import id_in_headers
from mdc_core.ids import new_uuid

from .exchange import Exchange
from .watcher import Watcher

HEADER = b"x-request-id"
_NO_ID = re.compile(rb"\r\n" + HEADER + rb":[ \t]*(?=\r\n)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"
_VERSIONS = (b"HTTP/1.1", b"HTTP/1.0")
# A longer head is passed on as it is.
_MOST_HEAD = 64 * 1024


def request_id_of(exchange: Exchange) -> str:
    """Return the request's id, else that of its response, else a new one of the lines alone."""
    if exchange.injected_id is not None:
        return exchange.injected_id
    for message in (exchange.request, exchange.response):
        found = None if message is None else id_in_headers(message.all(HEADER))
        if found is not None:
            return found
    return exchange.otherwise_id or new_uuid()


class IdInjector:
    """Gives requests without an id one, before they are passed on.

    What begins in the middle of a piece, as pipelined requests do, is passed on as it is.

    Args:
        watcher: knows where requests begin, and gets the id.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._head = b""

    def change(self, data: bytes) -> bytes:
        """Return what is to be passed on, now; empty data ask for what is held back."""
        if not data:
            held, self._head = self._head, b""
            return held
        if not self._head and (self._watcher.is_stopped or not self._watcher.is_between_requests):
            return data
        head = self._head + data
        end = head.find(_HEAD_END)
        if end < 0 and len(head) <= _MOST_HEAD:
            self._head = head
            return b""
        self._head = b""
        line = head.find(b"\r\n")
        request_line = head[:line]
        version = request_line.rpartition(b" ")[2]
        if end < 0 or request_line.count(b" ") != 2 or version not in _VERSIONS:
            return head
        # One without a value is none; beside another, servers would make one value of both.
        headers = _NO_ID.sub(b"", head[line : end + 2])
        if b"\r\n%s:" % HEADER in headers.lower():
            return head
        identifier = new_uuid()
        self._watcher.inject(identifier)
        added = b"\r\n%s: %s" % (HEADER, identifier.encode())
        return b"".join((request_line, added, headers, head[end + 2 :]))
