"""The data of a line as rows, with the files that lines refer to.

These hold raw JSON of large events (`dataref`), or binary payloads. A line names such a file by
the URL it had when it was written: of a blob, or of a folder on the machine that collected. It is
looked for in the tree that is being read and nowhere else, so a tree that was copied or mounted
elsewhere can be read, and no line can make the reader open what lies outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from mdc_core.errors import MissingFileError
from mdc_core.layouts import JSONL_ROOT

from ..files import Files
from .payloads import COLLECTIONS, PAYLOAD, payload_rows

Parse = Callable[[bytes], Any]


def data_of(files: Files, event: dict[str, Any], parse: Parse) -> tuple[Any, int]:
    """Return the data of an event, and the bytes of the file it refers to."""
    if "data" in event:
        data = event["data"]
        if str(event.get("datainblob")).lower() != "true":
            return data, 0
        content = _read_reference(files, str(data))
        if "json" in str(event.get("datacontenttype")):
            return parse(content), len(content)
        try:
            return content.decode(), len(content)
        except UnicodeDecodeError:
            return content, len(content)
    if "dataref" in event:
        content = _read_reference(files, str(event["dataref"]))
        return parse(content), len(content)
    raise ValueError("it has neither data nor dataref")


def rows_of(data: Any, collection: str, event: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the data of an event; see `CollectedLine.rows`."""
    if isinstance(data, list) and (
        # Most lines have one row.
        (len(data) == 1 and type(data[0]) is dict) or all(isinstance(row, dict) for row in data)
    ):
        return data
    if collection in COLLECTIONS:
        return payload_rows(collection, data, str(event.get("datacontenttype")))
    return [{PAYLOAD: data}]


def _read_reference(files: Files, url: str) -> bytes:
    for path in _candidates(url):
        if files.exists(path):
            return files.read(path)
    # Its query may be a signature.
    raise MissingFileError(f"the file it refers to, {url.partition('?')[0]}, is not in {files}")


def _candidates(url: str) -> Iterator[str]:
    """Yield where the tree may hold the file, the surest place first."""
    path = unquote(urlsplit(url).path) if "://" in url else url
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts or any("\\" in part or "\0" in part for part in parts):
        return
    if JSONL_ROOT in parts:
        below = parts[len(parts) - parts[::-1].index(JSONL_ROOT) :]
        yield "/".join([JSONL_ROOT, *below])
        yield "/".join(below)
    for start in range(len(parts)):
        yield "/".join(parts[start:])
