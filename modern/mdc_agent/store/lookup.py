"""Looks up which lines of a note are in their files, after a death that left it in doubt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from mdc_core.spool.files import read_from
from mdc_core.spool.tree import Tree

_KEY_BYTES = 16


def key_of(event_id: str) -> bytes:
    """Return the short form in which an id is remembered."""
    return blake2b(event_id.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def keys_of(text: str) -> list[bytes]:
    """Return the keys that a note's text holds."""
    content = bytes.fromhex(text)
    return [content[at : at + _KEY_BYTES] for at in range(0, len(content), _KEY_BYTES)]


def look_up(record: dict[str, Any]) -> tuple[set[bytes], set[bytes]]:
    """Return which keys of a note have their lines in the files, and which have not."""
    stored: set[bytes] = set()
    noted: set[bytes] = set()
    for folder, size, text in record["parts"]:
        lines = {keys[0]: keys for keys in map(keys_of, text.split(" ")) if keys}
        noted.update(key for keys in lines.values() for key in keys)
        for key in _ids_at_ends(Tree(Path(record["root"])).place(folder), size):
            stored.update(lines.get(key, ()))
    return stored, noted - stored


def _ids_at_ends(folder: Path, size: int) -> Iterator[bytes]:
    """Yield the keys of whole lines in the last bytes of each file of a folder."""
    try:
        names = sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        if not name.endswith(".jsonl"):
            continue
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            end = os.fstat(descriptor).st_size
            content = read_from(descriptor, max(0, end - size), end)
        finally:
            os.close(descriptor)
        for line in content.split(b"\n")[:-1]:
            try:
                yield key_of(orjson.loads(line)["id"])
            except (ValueError, KeyError, TypeError, AttributeError):
                continue  # the end of an older line, or another program's
