"""Spooled lines, one for each event, and each as the request that the official SDK sends for it.

Source of the form: the requests of `azureml-ai-monitoring` 1.0.0.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import List, NamedTuple

import pandas

from ..data.events import AGENT
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile

BATCH_BYTES = 256 * 1024
OFFICIAL_AGENT = "azureml-ai-monitoring/1.0.0"
# Ours, which the official SDK does not send: the id of the HTTP request, where it is another than
# the correlation id.
REQUEST_ID = "ce-mdc-request-id"

# All values before the data are texts or mappings of texts, so this cannot stand inside of them.
_BEFORE_DATA = b',"data":['
_AFTER_DATA = b"]}\n"
_NOT_IN_NAMES = re.compile(r"[^!#$%&'*+\-.^_`|~0-9A-Za-z]")
_NOT_IN_VALUES = re.compile(r"[\x00-\x1f\x7f]")


class SpooledLine(NamedTuple):
    """An event in a spool file.

    Attributes:
        start: where it begins, in bytes.
        content: its line.
    """

    start: int
    content: bytes


def next_lines(spool: Spool, file: SpoolFile) -> List[SpooledLine]:
    """Return whole lines that are not delivered, at least one and else about `BATCH_BYTES`."""
    start, size = file.delivered, BATCH_BYTES
    content = spool.read(file.path, start, min(file.size, start + size))
    while b"\n" not in content and start + size < file.size:
        size *= 2
        content = spool.read(file.path, start, min(file.size, start + size))
    # What has no end is damaged, and leaves the spool as a line that cannot be read.
    lines = [line + b"\n" for line in content.split(b"\n")[:-1]] or [content]
    starts = itertools.accumulate([start, *map(len, lines)])
    return [SpooledLine(*each) for each in zip(starts, lines)]


def request_of(line: bytes, compact: bool = False) -> tuple[bytes, dict[str, bytes]]:
    """Return body and headers of the request for a spooled line.

    The data are not parsed: that would hold up the scoring threads for as long as it takes.

    Args:
        line: as `encode_records` makes it for those who keep headers.
        compact: the body is the text of a frame.

    Raises:
        ValueError, LookupError, TypeError: the line is damaged.
    """
    if not line.endswith(_AFTER_DATA):
        raise ValueError("it has no end")
    end = line.index(_BEFORE_DATA)
    event = json.loads(line[:end] + b"}")
    body = line[end + len(_BEFORE_DATA) - 1 : 1 - len(_AFTER_DATA)]
    fields = {f"ce-{key}": value for key, value in event.get("headers", {}).items()}
    own = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": "application/octet-stream" if compact else "application/json",
        "trace-id": event["id"],
        "ce-time": str(_epoch_seconds(event["time"])),
        "ce-type": event["type"],
        "ce-collect-data-type": event["collectdatatype"],
        "ce-agent": OFFICIAL_AGENT,
        "ce-x-request-id": event["correlationid"],
        "ce-model-version": event["modelversion"],
    }
    if event["xrequestid"] != event["correlationid"]:
        own[REQUEST_ID] = event["xrequestid"]
    headers = _headers([*fields.items(), *own.items()])
    return (pandas.DataFrame(json.loads(body)).to_string().encode() if compact else body), headers


def _headers(fields: Iterable[tuple[str, str]]) -> dict[str, bytes]:
    """Return headers that can be sent; of names that differ in case only, the last counts."""
    headers: dict[str, tuple[str, bytes]] = {}
    for name, value in fields:
        name = _NOT_IN_NAMES.sub("-", name)
        headers[name.lower()] = (name, _header_value(value))
    return dict(headers.values())


def _header_value(value: str) -> bytes:
    text = _NOT_IN_VALUES.sub(" ", value).strip(" ")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _epoch_seconds(text: str) -> int:
    moment = datetime.strptime(text[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(moment.timestamp())
