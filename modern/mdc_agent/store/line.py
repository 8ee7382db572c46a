"""An event as its documented line.

Source of the fields: "Collect production data from models for real-time inferencing", section
"Store collected data in Blob Storage".
"""

from __future__ import annotations

from functools import lru_cache

from mdc_core.encoding.cells import text_json
from mdc_core.encoding.lines import time_text

from ..stored_event import LINE_FIELDS, StoredEvent

# Attributes that have one value, or a few, in all lines.
_CONSTANT = frozenset({"agent", "collectdatatype", "method", "modelversion"})
_often = lru_cache(maxsize=1024)(text_json)


def source_of(workspace: str, endpoint: str, deployment: str) -> str:
    """Return the field `source`.

    Args:
        workspace: `subscription/resource group/workspace`, or empty.
        endpoint: name of it.
        deployment: name of it.
    """
    subscription, group, name = (workspace.split("/", 2) + ["", ""])[:3]
    return (
        f"/subscriptions/{subscription}/resourceGroups/{group}"
        f"/providers/Microsoft.MachineLearningServices/workspaces/{name}"
        f"/onlineEndpoints/{endpoint}/deployments/{deployment}"
    )


def line_of(event: StoredEvent, source: bytes, raw_url: str = "") -> bytes:
    """Return the line of an event, with its line feed.

    Args:
        event: whose data are one JSON text.
        source: JSON text of the field.
        raw_url: where the data are, when they are a file of their own.
    """
    if not raw_url:
        # JSON has line feeds between its tokens only; where there are none, nothing is copied.
        data = b'"data":' + event.data.replace(b"\r", b" ").replace(b"\n", b" ")
    elif event.raw_is_binary:
        data = b'"data":' + text_json(raw_url) + b',"datainblob":"true"'
    else:
        data = b'"dataref":' + text_json(raw_url)
    attributes = b"".join(
        [
            b",%s:%s" % (_often(name), _often(value) if name in _CONSTANT else text_json(value))
            for name, value in event.attributes.items()
            if name not in LINE_FIELDS
        ]
    )
    correlation = text_json(event.correlation_id)
    is_same = event.request_id == event.correlation_id
    return (
        b'{"specversion":"1.0","id":%s,"source":%s,"type":%s,"datacontenttype":%s,"time":"%s",%s,'
        b'"contentrange":%s,"correlationid":%s,"xrequestid":%s%s}\n'
        % (
            text_json(event.id),
            source,
            _often(f"azureml.inference.{event.collection}"),
            _often(event.content_type),
            time_text(event.time_us).encode(),
            data,
            text_json(event.content_range),
            correlation,
            correlation if is_same else text_json(event.request_id),
            attributes,
        )
    )
