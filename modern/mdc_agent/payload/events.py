"""An exchange as the lines that are documented, and failures as lines of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import orjson

from mdc_core.ids import new_uuid

from ..deployment import FAILURES, REQUEST
from ..metrics import AgentCounts
from ..stored_event import StoredEvent
from .bodies import LineBody, body_of, is_json, range_of, raw_body
from .decoding import LostBodyError, content_of
from .exchange import BODY_TOO_LARGE, Exchange, Message
from .headers import CapturedHeaders, shown_path

# A line of `failures` holds bodies of up to so many bytes; of larger ones only the size.
_MOST_FAILED_BODY = 256 * 1024
_NO_BODY = b"null"


class EventMaker:
    """Makes events of exchanges.

    Args:
        headers: that lines carry.
        body_bytes: bound of one decoded body.
        counts: counts bodies that are stored as they came, because they cannot be decoded.
        is_json: of a body, whether it is JSON.
    """

    def __init__(
        self,
        headers: CapturedHeaders,
        body_bytes: int,
        counts: AgentCounts,
        is_json: Callable[[bytes], bool] = is_json,
    ) -> None:
        self._headers = headers
        self._is_json = is_json
        self._counts = counts
        self._body_bytes = body_bytes

    def event(self, collection: str, exchange: Exchange, identifier: str) -> StoredEvent:
        """Return the line of a request or a response.

        Args:
            collection: `request` or `response`.
            exchange: whose it is.
            identifier: of its lines.

        Raises:
            LostBodyError: its body was not kept, or cannot be decoded.
        """
        message = exchange.request if collection == REQUEST else exchange.response
        if message is None:
            raise LostBodyError("no_response")
        body = self._body(collection, message)
        return StoredEvent(
            collection=collection,
            id=new_uuid(),
            time_us=exchange.time_us,
            data=body.data,
            content_range=body.content_range,
            correlation_id=identifier,
            request_id=identifier,
            content_type=body.content_type,
            attributes=self._attributes(exchange, message),
            raw=body.raw,
            raw_is_binary=body.is_binary,
        )

    def failure(self, exchange: Exchange, identifier: str) -> StoredEvent:
        """Return the line of an exchange that failed, whatever is known of it."""
        data = b'[{"status":%s,"latency_ms":%.3f,"reason":%s,"request":%s,"response":%s}]' % (
            b"%d" % exchange.status if exchange.status else _NO_BODY,
            exchange.latency_s * 1000,
            orjson.dumps(exchange.broken or "status"),
            self._failed_body(exchange.request),
            self._failed_body(exchange.response),
        )
        attributes = self._attributes(exchange, exchange.request)
        return rows_event(FAILURES, exchange, identifier, data, attributes)

    def _attributes(self, exchange: Exchange, message: Message) -> dict[str, str]:
        attributes = {}
        if message is exchange.request:
            attributes["path"] = shown_path(exchange.target)
            attributes["method"] = exchange.method
        if not self._headers.is_empty:
            attributes.update(self._headers.of(message.headers))
        return attributes

    def _body(self, collection: str, message: Message) -> LineBody:
        content_type = message.content_type
        says_length = message.header(b"content-length") is not None
        try:
            content = content_of(message, self._body_bytes)
        except LostBodyError as error:
            if message.lost is not None or error.reason == BODY_TOO_LARGE:
                raise
            # What is no such encoding, or one that is not known here, is stored as it came.
            self._counts.add_lost(collection, error.reason)
            return raw_body(b"".join(message.parts), content_type, says_length)
        return body_of(content, content_type, says_length, self._is_json)

    def _failed_body(self, message: Message | None) -> bytes:
        if message is None or message.size > _MOST_FAILED_BODY:
            return _NO_BODY
        try:
            body = self._body(FAILURES, message)
        except LostBodyError:
            return _NO_BODY
        return body.data if body.raw is None and len(body.data) <= _MOST_FAILED_BODY else _NO_BODY


def rows_event(
    collection: str,
    exchange: Exchange,
    identifier: str,
    data: bytes,
    attributes: Mapping[str, str],
) -> StoredEvent:
    """Return the line of rows that were made of an exchange."""
    return StoredEvent(
        collection=collection,
        id=new_uuid(),
        time_us=exchange.time_us,
        data=data,
        content_range=range_of(len(data)),
        correlation_id=identifier,
        request_id=identifier,
        attributes=attributes,
    )


def is_heavy(exchange: Exchange, bound: int) -> bool:
    """Return whether making its events would keep other connections waiting.

    Args:
        exchange: that is complete.
        bound: most bytes that would not.
    """
    return _is_heavy(exchange.request, bound) or (
        exchange.response is not None and _is_heavy(exchange.response, bound)
    )


def _is_heavy(message: Message, bound: int) -> bool:
    size = message.size
    return size > bound or (size > 0 and message.header(b"content-encoding") is not None)
