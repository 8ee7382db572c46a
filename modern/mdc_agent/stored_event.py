"""One event on its way to a stored line, whether it was received or made from a payload."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

# A line's own fields, which no attribute replaces.
LINE_FIELDS = frozenset(
    {
        "contentrange",
        "correlationid",
        "data",
        "datacontenttype",
        "datainblob",
        "dataref",
        "id",
        "source",
        "specversion",
        "time",
        "type",
        "xrequestid",
    }
)
_NONE: Mapping[str, str] = MappingProxyType({})


class StoredEvent(NamedTuple):
    """What becomes one documented line; a tuple, which is made in a third of a dataclass's time.

    Attributes:
        collection: such as `model_inputs` or `request`.
        id: of the event, `trace-id` on the wire; a repeated one is stored once.
        time_us: integer microseconds since the epoch, UTC; decides the time folder.
        data: the value of `data`: JSON text in UTF-8.
        content_range: such as `bytes 0-38/39`.
        correlation_id: joins inputs, outputs, request and response.
        request_id: `xrequestid`.
        content_type: `datacontenttype`.
        attributes: further keys of the line, in order, such as `modelversion`, `agent`,
            `collectdatatype`, `path`, `method` and captured headers.
        raw: a body that is stored as a file beside the line; `data` is then left out, and the line
            has `dataref`, or `data` with `datainblob` where `raw_is_binary`.
        raw_is_binary: see `raw`.
    """

    collection: str
    id: str
    time_us: int
    data: bytes
    content_range: str
    correlation_id: str
    request_id: str
    content_type: str = "application/json"
    attributes: Mapping[str, str] = _NONE
    raw: bytes | None = None
    raw_is_binary: bool = False
