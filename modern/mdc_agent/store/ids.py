"""The memory of event ids: bounded, and alive after a restart and after SIGKILL.

Before lines are appended to a file, their ids are noted in a journal, with the folder and the
number of bytes; only then the lines are written, and only then the sender is answered. A lane is
one thread that does this for one destination, one batch after the other. So when a process is
killed, at most the last note of each lane is in doubt:

- before the note, or within it: its record is torn and ignored. Nothing was appended and nobody
  was answered: a repeated event is new.
- between the note and the end of the append: the file has all, some or none of the lines, and
  perhaps a torn one. The next start looks into the files of that folder, as many bytes from their
  ends as were to be appended, and keeps the ids whose lines are whole. A torn line is set aside by
  the core's repair, and its id is forgotten: nobody was answered, and it is stored when it is
  repeated.
- after the append, before the answer: the lines are found likewise, and a repeated event is
  answered without being stored again.
- after the answer: as before; the lane's next note says that the one before was done.
- while lines are delivered: nothing of it is known or needed here. The files of a dead process stay
  until `Destination.recover` takes them over, which is called when the ids were looked up.
- during that look-up: nothing was changed, the next start does it again.

An append that failed, and left nothing in the file, has its ids forgotten by the same lane's next
note, in one record with it; dying before that is the second case. A lane that ends notes that
nothing of it is in doubt.

Journals are files of so many ids; the last two are kept, in memory as well. A loss of power may
take what was not flushed to the disk yet, lines and notes, which is `sync_interval` seconds at
most: what was answered in that time may be lost, as everywhere in the core.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from mdc_core.spool.files import PRIVATE_MODE, read_from, write_whole
from mdc_core.spool.tree import Tree

from .key_table import KeyTable
from .lookup import keys_of, look_up

# Events of one note.
BATCH_EVENTS = 4096
# Ids of one note: a line may stand for several.
_MOST_NOTED = 16 * BATCH_EVENTS
_CRC_DIGITS = 8


class FolderAppend(NamedTuple):
    """What one append to one folder is to bring.

    Attributes:
        folder: of the file, below the lane's root.
        size: bytes of all lines.
        lines: the keys of each line; the first is that of the id which stands in it.
    """

    folder: str
    size: int
    lines: Sequence[Sequence[bytes]]


class IdMemory:
    """Which ids are stored.

    Args:
        folder: of the journals; nobody else uses it.
        at_least: so many of the last ids are known for sure, up to twice as many are; each takes 16
            bytes or a little more.
    """

    def __init__(self, folder: Path, at_least: int) -> None:
        self._tree = Tree(folder, PRIVATE_MODE)
        self._at_least = at_least
        # Protects all below.
        self._lock = threading.Lock()
        self._old = KeyTable(0)
        self._new = KeyTable(self._most())
        self._noted = 0
        self._number = 1
        self._descriptor = -1
        self._size = 0

    def __contains__(self, key: bytes) -> bool:
        return key in self._new or key in self._old

    def __len__(self) -> int:
        return len(self._new) + len(self._old)

    def open(self) -> int:
        """Read the journals; return how many ids were in doubt and are known now."""
        doubtful: dict[str, dict[str, Any]] = {}
        for number in self._numbers()[-2:]:
            self._old, self._new, self._noted = self._new, KeyTable(self._most()), 0
            self._number = number
            self._read(number, doubtful)
        descriptor = self._descriptor = self._tree.open(str(self._number), os.O_CREAT | os.O_APPEND)
        # What stands behind the last whole record was never finished.
        os.ftruncate(descriptor, self._size)
        found = 0
        for lane, record in doubtful.items():
            stored, lost = look_up(record)
            found += len(stored)
            self._append({"lane": lane, "forget": _text(lost)})
            self.add(stored)
        return found

    def note(
        self, lane: str, root: Path, parts: Iterable[FolderAppend], forget: Iterable[bytes] = ()
    ) -> None:
        """Note ids before their lines are appended.

        Args:
            lane: that does it.
            root: of its files.
            parts: one for each file; without any, nothing of the lane is in doubt any more.
            forget: of the note before, what was not appended.

        Raises:
            OSError: nothing is noted.
        """
        record: dict[str, Any] = {"lane": lane}
        if forgotten := _text(forget):
            record["forget"] = forgotten
        parts = list(parts)
        if parts:
            record["root"] = str(root)
            record["parts"] = [
                [part.folder, part.size, " ".join(map(_text, part.lines))] for part in parts
            ]
        with self._lock:
            self._append(record)
            self._noted += sum(len(keys) for part in parts for keys in part.lines)
            if self._noted >= self._at_least:
                self._begin_journal()

    def add(self, keys: Iterable[bytes]) -> None:
        """Their lines are in the file."""
        with self._lock:
            for key in keys:
                self._new.add(key)

    def sync(self) -> None:
        """Bring the journal to where it survives the loss of power."""
        with self._lock:
            descriptor = self._descriptor
        if descriptor >= 0:
            os.fsync(descriptor)
        self._tree.sync_folders()

    def close(self) -> None:
        """Close the journal."""
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1

    def _numbers(self) -> list[int]:
        try:
            names = os.listdir(self._tree.root)
        except FileNotFoundError:
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def _read(self, number: int, doubtful: dict[str, dict[str, Any]]) -> None:
        self._size = 0
        for line in _lines(_content(self._tree, number)):
            self._size += len(line)
            record = orjson.loads(line[_CRC_DIGITS + 1 :])
            before = doubtful.pop(record["lane"], None)
            if before is not None:
                forgotten = set(keys_of(record.get("forget", "")))
                self.add(key for key in _noted_keys(before) if key not in forgotten)
            if record.get("parts"):
                doubtful[record["lane"]] = record
                self._noted += len(_noted_keys(record))

    def _most(self) -> int:
        """Return how many ids one journal may have: the last note may go beyond the bound."""
        return self._at_least + _MOST_NOTED

    def _begin_journal(self) -> None:
        descriptor = self._tree.open(str(self._number + 1), os.O_CREAT | os.O_APPEND | os.O_TRUNC)
        os.close(self._descriptor)
        self._descriptor, self._size, self._noted = descriptor, 0, 0
        self._number += 1
        self._old, self._new = self._new, KeyTable(self._most())
        self._tree.remove(str(self._number - 2))

    def _append(self, record: dict[str, Any]) -> None:
        text = orjson.dumps(record)
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        write_whole(self._descriptor, line, self._size)
        self._size += len(line)


def _noted_keys(record: dict[str, Any]) -> list[bytes]:
    return [key for part in record["parts"] for key in keys_of(part[2].replace(" ", ""))]


def _content(tree: Tree, number: int) -> bytes:
    descriptor = tree.open(str(number))
    try:
        return read_from(descriptor, 0, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _lines(content: bytes) -> Iterator[bytes]:
    """Yield the whole records, up to the first that is not."""
    for line in content.split(b"\n")[:-1]:
        crc, _, text = line.partition(b" ")
        if crc != b"%08x" % zlib.crc32(text):
            return
        yield line + b"\n"


def _text(keys: Iterable[bytes]) -> str:
    return b"".join(keys).hex()
