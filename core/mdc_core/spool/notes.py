"""Notes: a few words about each file, for after a death of the process.

A note is 256 bytes, the same record twice: the text, a space, the CRC-32 of the text as eight hex
digits, a line feed, and blanks up to 128 bytes. One damaged byte costs nothing, more cost the note.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import Callable, Optional, Set

from .. import systems
from .files import STATE_FOLDER
from .tree import Tree

NOTES_FOLDER = f"{STATE_FOLDER}/notes"
# Noted about a file that holds what was not delivered of another one.
INSTEAD = "instead of "
_COPY_BYTES = 128
_CRC_DIGITS = 8


class Notes:
    """The notes of a tree.

    Args:
        tree: that holds them.
        on_damaged: called with the name of a note that cannot be read and was set aside.
    """

    def __init__(self, tree: Tree, on_damaged: Callable[[str], object]) -> None:
        self._tree = tree
        self._on_damaged = on_damaged
        # Notes that are counted already, and could not be set aside.
        self._given_up: Set[str] = set()

    def read(self, path: str) -> str:
        """Return what was last noted about a file; empty when nothing was, or it is damaged.

        Raises:
            OSError: it cannot be read now; nothing is known of what it says.
        """
        note = _note_path(path)
        try:
            content = (self._tree.root / note).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except IsADirectoryError:
            content = b""
        for start in range(0, 2 * _COPY_BYTES, _COPY_BYTES):
            text = _text_of(content[start : start + _COPY_BYTES])
            if text is not None:
                return text
        self._give_up(note, content)
        return ""

    def progress(self, path: str) -> str:
        """Return what was noted of a file's delivery; empty when nothing was, or it is damaged."""
        text = self.read(path)
        return "" if text.startswith(INSTEAD) else text

    def delivered_bytes(self, path: str) -> int:
        """Return how much of a file was noted as delivered; 0 when nothing was."""
        count = self.progress(path)
        return int(count) if count.isdecimal() else 0

    def write(self, path: str, text: str) -> None:
        """Note something about a file, in place of what was noted; whole or not at all.

        A note that is there is written over in one small write, which needs no room: on a disk
        that is full, delivery has to go on.
        """
        note = _note_path(path)
        copy = b"%s %08x\n" % (text.encode(), zlib.crc32(text.encode()))
        content = 2 * copy.ljust(_COPY_BYTES)
        try:
            with self._tree.opened(note) as descriptor:
                systems.write_at(descriptor, content, 0)
        except FileNotFoundError:
            new = f"{note}.new"
            self._tree.remove(new)  # a death has left it
            self._tree.write_new(new, [content])
            self._tree.rename(new, note)

    def sync(self, path: str) -> None:
        """Bring a note to where it survives the loss of power."""
        with self._tree.opened(_note_path(path)) as descriptor:
            os.fsync(descriptor)
        self._tree.sync_folders()

    def remove(self, path: str) -> None:
        """Remove the note of a file that is gone."""
        note = _note_path(path)
        self._given_up.discard(note)
        if (self._tree.root / note).exists():
            # A file that comes back with the power finds its note.
            self._tree.sync_folders()
            self._tree.remove(note)

    def names(self) -> Iterator[str]:
        """Yield the names of the files that have notes."""
        try:
            yield from sorted(os.listdir(self._tree.root / NOTES_FOLDER))
        except FileNotFoundError:
            return

    def _give_up(self, note: str, content: bytes) -> None:
        name = note.rpartition("/")[2]
        try:
            if content:
                self._tree.set_aside(f"{name}.note", content)
                os.unlink(self._tree.root / note)
            else:  # or a folder
                self._tree.rename(note, f"{STATE_FOLDER}/torn/{name}.note")
            self._given_up.discard(note)
        except OSError:
            # It stays, and is found damaged again.
            if note in self._given_up:
                return
            self._given_up.add(note)
        self._on_damaged(f"the note {note}")


def _text_of(copy: bytes) -> Optional[str]:
    """Return the text of one copy; None when it is damaged."""
    line, end, _ = copy.partition(b"\n")
    text, crc = line[: -_CRC_DIGITS - 1], line[-_CRC_DIGITS:]
    if not end or b"%08x" % zlib.crc32(text) != crc:
        return None
    return text.decode(errors="replace")


def _note_path(path: str) -> str:
    return f"{NOTES_FOLDER}/{path.rpartition('/')[2]}"
