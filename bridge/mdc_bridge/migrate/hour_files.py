"""The files that a unit of work becomes, one for each hour, local until all are complete."""

from __future__ import annotations

from collections import OrderedDict
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from mdc_core.data.events import Stream
from mdc_core.layouts import JSONL_ROOT, collection_folder, deployment_folder, segment_name

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
        self._files: dict[str, LocalFile] = {}
        self._of_hour: dict[bytes, str] = {}
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
            path = self._of_hour[self._hour]
            known = self._files[path]
            self._files[path] = known._replace(mark=known.mark.after(content))
            while rest:  # the last write that fits on a disk may be a part
                rest = rest[file.write(rest) :]
            self._lines = []

    def put_raw(self, hour: bytes, event_id: bytes, data: bytes) -> str:
        """Store data that are too large for a line, and return their URL."""
        stream = self._stream
        deployment = deployment_folder(stream.endpoint, stream.deployment)
        name = event_id.decode().replace("-", "") + "000001.json"
        path = f"{JSONL_ROOT}/{deployment}/{_rolled(hour)}/{name}"
        local = self._folder / _RAW_FOLDER / name
        local.parent.mkdir(exist_ok=True)
        local.write_bytes(data)
        self._files[path] = LocalFile(path, local, ContentMark().after(data))
        return f"{self._base_url}/{path}"

    def close(self) -> list[LocalFile]:
        """Complete all files and return them, sorted by path."""
        self.flush()
        self.release()
        return [file for _, file in sorted(self._files.items())]

    def release(self) -> None:
        """Close the files as they are."""
        while self._open:
            self._open.popitem()[1].close()

    def _file(self, hour: bytes) -> FileIO:
        file = self._open.get(hour)
        if file is None:
            stream = self._stream
            collection = collection_folder(stream.endpoint, stream.deployment, stream.collection)
            name = segment_name(self._instance, 1)
            local = self._folder / f"{hour.decode()}.jsonl"
            path = f"{JSONL_ROOT}/{collection}/{_rolled(hour)}/{name}"
            self._of_hour[hour] = path
            self._files.setdefault(path, LocalFile(path, local, ContentMark()))
            if len(self._open) >= _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            file = self._open[hour] = open(local, "ab", buffering=0)  # noqa: SIM115  # kept open
        return file


def _rolled(hour: bytes) -> str:
    return hour.decode().replace("-", "/").replace("T", "/")
