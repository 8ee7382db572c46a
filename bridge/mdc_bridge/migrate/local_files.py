"""The files that a unit of work becomes, local until all are complete: one for each hour of lines,
raw data of large lines, and the rejected rows.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, Optional

from mdc_core.data.events import Stream
from mdc_core.layouts import JSONL_ROOT, collection_folder, deployment_folder, segment_name

from ..archive.raw_rows import Reject
from .ledger import ContentMark

# Rows of one day belong to 24 hours; more come from timestamps that are not of their folder's day.
_MOST_OPEN = 32
_RAW_FOLDER = "raw"


class LocalFile(NamedTuple):
    """A complete file on its way to the destination.

    Attributes:
        path: its final one.
        local: where it is.
        mark: of its content.
    """

    path: str
    local: Path
    mark: ContentMark


class HourFiles:
    """Local files of lines by hour.

    Args:
        folder: an empty local folder, for this unit alone.
        stream: the collection.
        instance: 32 hex digits, in the names of the files.
        base_url: URL of the destination's root, for references to raw files.
    """

    def __init__(self, folder: Path, stream: Stream, instance: str, base_url: str) -> None:
        self._folder = folder
        self._stream = stream
        self._instance = instance
        self._base_url = base_url
        self._open: OrderedDict[bytes, FileIO] = OrderedDict()
        self._marks: dict[bytes, ContentMark] = defaultdict(ContentMark)
        self._raw: list[LocalFile] = []
        self._hour = b""
        self._lines: list[bytes] = []

    def add(self, hour: bytes, lines: bytes) -> None:
        """Add lines of one hour; they are in its file after `flush`.

        Args:
            hour: such as `2019-06-01T12`.
            lines: each with its line feed.
        """
        if hour != self._hour:
            self.flush()
            self._hour = hour
        self._lines.append(lines)

    def flush(self) -> None:
        """Write the lines that wait."""
        if self._lines:
            content = b"".join(self._lines)
            file, rest = self._file(self._hour), memoryview(content)
            while rest:  # the last write that fits on a disk may be a part
                rest = rest[file.write(rest) :]
            self._marks[self._hour] = self._marks[self._hour].after(content)
            self._lines = []

    def put_raw(self, hour: bytes, event_id: bytes, data: bytes) -> str:
        """Store data that are too large for a line, and return their URL."""
        deployment = deployment_folder(self._stream.endpoint, self._stream.deployment)
        name = event_id.decode().replace("-", "") + "000001.json"
        path = f"{JSONL_ROOT}/{deployment}/{_rolled(hour)}/{name}"
        local = self._folder / _RAW_FOLDER / name
        local.parent.mkdir(exist_ok=True)
        local.write_bytes(data)
        self._raw.append(LocalFile(path, local, ContentMark().after(data)))
        return f"{self._base_url}/{path}"

    def close(self) -> list[LocalFile]:
        """Complete all files and return them, sorted by path."""
        self.flush()
        self.release()
        stream, name = self._stream, segment_name(self._instance, 1)
        collection = collection_folder(stream.endpoint, stream.deployment, stream.collection)
        of_lines = (
            LocalFile(f"{JSONL_ROOT}/{collection}/{_rolled(hour)}/{name}", self._local(hour), mark)
            for hour, mark in self._marks.items()
        )
        return sorted((*of_lines, *self._raw))

    def release(self) -> None:
        """Close the files as they are."""
        while self._open:
            self._open.popitem()[1].close()

    def _file(self, hour: bytes) -> FileIO:
        file = self._open.get(hour)
        if file is None:
            if len(self._open) >= _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            # Kept open.
            file = self._open[hour] = open(self._local(hour), "ab", buffering=0)  # noqa: SIM115
        return file

    def _local(self, hour: bytes) -> Path:
        return self._folder / f"{hour.decode()}.jsonl"


def _rolled(hour: bytes) -> str:
    return hour.decode().replace("-", "/").replace("T", "/")


class Rejects:
    """The rejected rows of a unit, on disk: there may be as many as there are rows.

    Args:
        local: the file, made when the first one comes.
    """

    def __init__(self, local: Path) -> None:
        self.reasons: dict[str, int] = {}
        self._local = local
        self._stream: Optional[BinaryIO] = None

    @property
    def local(self) -> Optional[Path]:
        """The file, None without any."""
        return None if self._stream is None else self._local

    def add(self, path: str, reject: Reject) -> None:
        """Note a row.

        Args:
            path: of its file.
            reject: what is wrong with it.
        """
        if self._stream is None:
            self._stream = open(self._local, "wb")  # noqa: SIM115  # kept open
        value = {"file": path, **reject._asdict()}
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        self._stream.write(text + b"\n")
        kind = _kind(reject.reason)
        self.reasons[kind] = self.reasons.get(kind, 0) + 1

    def close(self) -> None:
        """Complete the file."""
        if self._stream is not None:
            self._stream.close()


def _kind(reason: str) -> str:
    """Return a reason without the cell it names: `column a: 'x' is not a number` for all of a."""
    subject, _, cell = reason.partition(": ")
    _, says, fault = cell.rpartition(" is ")
    return f"{subject}: {fault}" if says else reason
