"""The files that lines refer to: raw JSON of large events (`dataref`), binary payloads.

A line names such a file by the URL it had when it was written: of a blob, or of a folder on the
machine that collected. It is looked for in the tree that is being read and nowhere else, so a
tree that was copied or mounted elsewhere can be read, and no line can make the reader open what
lies outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from mdc_core.errors import MissingFileError
from mdc_core.layouts import JSONL_ROOT

from ..files import Files


def read_reference(files: Files, url: str) -> bytes:
    """Return the content of a file that a line refers to.

    Args:
        files: the tree with the line.
        url: a blob's or file's URL, or a path below the tree's root.

    Raises:
        MissingFileError: the tree does not hold it.
        StoreError: it cannot be read.
    """
    for path in _candidates(url):
        if files.exists(path):
            return files.read(path)
    raise MissingFileError(f"the file it refers to, {_shown(url)}, is not in {files}")


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


def _shown(url: str) -> str:
    """Return a URL without its query, which may be a signature."""
    return url.partition("?")[0]
