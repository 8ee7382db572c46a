"""A request of the SDK as the event it stands for.

Source of the form: the requests of `azureml-ai-monitoring` 1.0.0, see
`mdc_core.delivery.collector_request`, which is the other direction.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import orjson

from mdc_core.delivery.collector_request import REQUEST_ID
from mdc_core.encoding.cells import text_json
from mdc_core.encoding.lines import attributes_of
from mdc_core.http_request import header_text
from mdc_core.ids import new_uuid

from ..stored_event import StoredEvent
from .answers import RefusedRequestError

TYPE_PREFIX = "azureml.inference."
LONGEST_ID = 256
LONGEST_COLLECTION = 200
# Bytes that all attributes of a line may take together.
MOST_ATTRIBUTE_BYTES = 64 * 1024

JSON = "application/json"
COMPACT = "application/octet-stream"

_EPOCH_SECONDS = re.compile(r"\d{1,12}")
_LAST_SECOND = 253_402_300_799  # of the year 9999
_REQUEST_ID = REQUEST_ID.encode()
# Headers that are read here: each once, or it is not clear what is meant.
_OF_SENDER = frozenset(
    {
        b"ce-agent",
        b"ce-collect-data-type",
        b"ce-model-version",
        b"ce-type",
        b"content-type",
        b"host",
    }
)
# Likewise; a sender's events differ in them, or they are a secret.
_OF_EVENT = frozenset(
    {
        b"authorization",
        b"ce-time",
        b"ce-x-request-id",
        b"content-length",
        b"trace-id",
        _REQUEST_ID,
    }
)
# So many senders are remembered, in at most some megabytes.
_SENDERS = 32

_ATTRIBUTES = ((b"ce-collect-data-type", "collectdatatype"), (b"ce-agent", "agent"))


class Sender(NamedTuple):
    """What the headers of many events say alike.

    Attributes:
        collection: as it was written.
        content_type: without parameters; empty where none was sent.
        attributes: of the lines.
    """

    collection: str
    content_type: str
    attributes: Mapping[str, str]


class WireHead(NamedTuple):
    """What the headers of one event say."""

    sender: Sender
    id: str
    time_us: int
    correlation_id: str
    request_id: str


def read_head(headers: Iterable[tuple[bytes, bytes]]) -> WireHead:
    """Return what a request's headers say of its event.

    Args:
        headers: names and values as they came.

    Raises:
        RefusedRequestError: they are not those of an event.
    """
    fields: dict[bytes, bytes] = {}
    others: list[tuple[bytes, bytes]] = []
    for header in headers:
        name = _relevant(header[0])
        if name is None:
            continue
        if name not in _OF_EVENT:
            others.append(header)
        elif name in fields:
            raise _repeated(name)
        else:
            fields[name] = header[1]
    sender = _sender(tuple(others))
    event_id = header_text(fields.get(b"trace-id", b"")) or new_uuid()
    correlation = header_text(fields.get(b"ce-x-request-id", b"")) or event_id
    request_id = header_text(fields.get(_REQUEST_ID, b"")) or correlation
    # The others may be as long as clients' headers are: these decide about `x-request-id`.
    if len(event_id) > LONGEST_ID:
        raise RefusedRequestError(
            400, "long_id", f"trace-id is too long; valid: up to {LONGEST_ID} characters"
        )
    sent = fields.get(b"ce-time")
    time_us = _sent_us(sent) if sent else time.time_ns() // 1000
    return WireHead(sender, event_id, time_us, correlation, request_id)


# Saves two thirds of the time that headers take: those of a sender's next event are mostly alike.
@lru_cache(maxsize=_SENDERS)
def _sender(headers: tuple[tuple[bytes, bytes], ...]) -> Sender:
    """Return what headers say that are not of one event alone."""
    fields: dict[bytes, str] = {}
    others: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in headers:
        name = raw_name.lower()
        if name not in _OF_SENDER:
            others[name[3:].decode("latin-1")] = header_text(raw_value)
            size += len(raw_name) + len(raw_value)
        elif name in fields:
            raise _repeated(name)
        else:
            fields[name] = header_text(raw_value)
    if size > MOST_ATTRIBUTE_BYTES:
        raise RefusedRequestError(
            431, "large_headers", f"ce- headers of more than {MOST_ATTRIBUTE_BYTES} bytes"
        )
    attributes = {"modelversion": fields.get(b"ce-model-version") or "default"}
    for name, attribute in _ATTRIBUTES:
        if fields.get(name):
            attributes[attribute] = fields[name]
    return Sender(
        _collection(fields.get(b"ce-type", "")),
        fields.get(b"content-type", "").partition(";")[0].strip().lower(),
        MappingProxyType({**attributes, **attributes_of(others)}),
    )


def _repeated(name: bytes) -> RefusedRequestError:
    return RefusedRequestError(400, "repeated_header", f"{name.decode('latin-1')} occurs twice")


def event_of(head: WireHead, collection: str, body: bytes) -> StoredEvent:
    """Return the event of a request.

    Args:
        head: of it.
        collection: as the deployment spells it.
        body: JSON, or the text of a frame.

    Raises:
        RefusedRequestError: the body is neither.
    """
    content_type, data, raw = JSON, body, None
    if head.sender.content_type == COMPACT:
        content_type = COMPACT
        try:
            data = text_json(body.decode())
        except UnicodeDecodeError:
            data, raw = b"", body
    else:
        _check_json(body)
    size = len(body)
    return StoredEvent(
        collection=collection,
        id=head.id,
        time_us=head.time_us,
        data=data,
        content_range=f"bytes 0-{size - 1}/{size}" if size else "bytes */0",
        correlation_id=head.correlation_id,
        request_id=head.request_id,
        content_type=content_type,
        attributes=head.sender.attributes,
        raw=raw,
        raw_is_binary=raw is not None,
    )


def _check_json(body: bytes) -> None:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedRequestError(
            400,
            "not_json",
            f"the body is not valid JSON in UTF-8 (near character {error.pos}); "
            f"valid: JSON, or text as "
            f"{COMPACT}",
        ) from None


def _collection(type: str) -> str:
    name = type[len(TYPE_PREFIX) :]
    if not type.startswith(TYPE_PREFIX) or not name or len(name) > LONGEST_COLLECTION:
        raise RefusedRequestError(
            400, "bad_type", f"the header ce-type is missing or wrong; valid: {TYPE_PREFIX}NAME"
        )
    return name


# Events of one second have one time.
@lru_cache(maxsize=256)
def _sent_us(value: bytes) -> int:
    text = header_text(value)
    if not _EPOCH_SECONDS.fullmatch(text) or int(text) > _LAST_SECOND:
        raise RefusedRequestError(
            400, "bad_time", "the header ce-time is wrong; valid: whole seconds since the epoch"
        )
    return int(text) * 1_000_000


@lru_cache(maxsize=1024)
def _relevant(raw_name: bytes) -> bytes | None:
    """Return a header's name in small letters; None for one that says nothing of an event."""
    name = raw_name.lower()
    return name if name in _OF_EVENT or name in _OF_SENDER or name.startswith(b"ce-") else None
