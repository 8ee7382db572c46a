"""A request of the SDK as the event it stands for.

Source of the form: the requests of `azureml-ai-monitoring` 1.0.0, see
`mdc_core.delivery.collector_request`, which is the other direction.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import orjson

from mdc_core.delivery.collector_request import REQUEST_ID
from mdc_core.encoding.cells import text_json
from mdc_core.encoding.lines import attributes_of
from mdc_core.http_request import header_text
from mdc_core.ids import new_uuid

from ..stored_event import StoredEvent
from .refusal import RefusedRequestError

TYPE_PREFIX = "azureml.inference."
LONGEST_ID = 256
LONGEST_COLLECTION = 200
# Of a line: all attributes together.
MOST_ATTRIBUTE_BYTES = 64 * 1024

JSON = "application/json"
COMPACT = "application/octet-stream"

_EPOCH_SECONDS = re.compile(r"\d{1,12}")
_LAST_SECOND = 253_402_300_799  # of the year 9999
_REQUEST_ID = REQUEST_ID.encode()
# Headers that are read here: each once, or it is not clear what is meant.
_ONCE = frozenset(
    {
        b"authorization",
        b"ce-agent",
        b"ce-collect-data-type",
        b"ce-model-version",
        b"ce-time",
        b"ce-type",
        b"ce-x-request-id",
        b"content-length",
        b"content-type",
        b"host",
        b"trace-id",
        _REQUEST_ID,
    }
)


_ATTRIBUTES = ((b"ce-collect-data-type", "collectdatatype"), (b"ce-agent", "agent"))


class WireHead(NamedTuple):
    """What the headers say.

    Attributes:
        collection: as it was written.
        content_type: without parameters; empty where none was sent.
    """

    collection: str
    id: str
    time_us: int
    correlation_id: str
    request_id: str
    content_type: str
    attributes: dict[str, str]


def read_head(headers: Iterable[tuple[bytes, bytes]]) -> WireHead:
    """Return what a request's headers say of its event.

    Args:
        headers: names and values as they came.

    Raises:
        RefusedRequestError: they are not those of an event.
    """
    fields: dict[bytes, str] = {}
    others: dict[str, str] = {}
    size = 0
    for raw_name, raw_value in headers:
        name = _relevant(raw_name)
        if name is None:
            continue
        if name in _ONCE:
            if name in fields:
                text = name.decode("latin-1")
                raise RefusedRequestError(400, "repeated_header", f"{text} occurs twice")
            fields[name] = header_text(raw_value)
        else:
            others[name[3:].decode("latin-1")] = header_text(raw_value)
            size += len(raw_name) + len(raw_value)
    if size > MOST_ATTRIBUTE_BYTES:
        raise RefusedRequestError(
            431, "large_headers", f"ce- headers of more than {MOST_ATTRIBUTE_BYTES} bytes"
        )
    event_id = fields.get(b"trace-id", "") or new_uuid()
    correlation = fields.get(b"ce-x-request-id", "") or event_id
    request_id = fields.get(_REQUEST_ID, "") or correlation
    # The others may be as long as clients' headers are: these decide about `x-request-id`.
    if len(event_id) > LONGEST_ID:
        raise RefusedRequestError(
            400, "long_id", f"trace-id is too long; valid: up to {LONGEST_ID} characters"
        )
    attributes = {"modelversion": fields.get(b"ce-model-version") or "default"}
    for name, attribute in _ATTRIBUTES:
        if fields.get(name):
            attributes[attribute] = fields[name]
    return WireHead(
        _collection(fields.get(b"ce-type", "")),
        event_id,
        _time_us(fields.get(b"ce-time", "")),
        correlation,
        request_id,
        fields.get(b"content-type", "").partition(";")[0].strip().lower(),
        {**attributes, **attributes_of(others)} if others else attributes,
    )


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
    if head.content_type == COMPACT:
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
        attributes=head.attributes,
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


def _time_us(text: str) -> int:
    if not text:
        return time.time_ns() // 1000
    if not _EPOCH_SECONDS.fullmatch(text) or int(text) > _LAST_SECOND:
        raise RefusedRequestError(
            400, "bad_time", "the header ce-time is wrong; valid: whole seconds since the epoch"
        )
    return int(text) * 1_000_000


@lru_cache(maxsize=1024)
def _relevant(raw_name: bytes) -> bytes | None:
    """Return a header's name in small letters; None for one that says nothing of an event."""
    name = raw_name.lower()
    return name if name in _ONCE or name.startswith(b"ce-") else None
