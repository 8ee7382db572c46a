"""What a killed writer left half written: found, cut off and set aside."""

from __future__ import annotations

import os
from typing import Optional

from .files import PRIVATE_MODE, PUBLIC_MODE, STATE_FOLDER, read_from
from .shared_csv import end_of_last_row
from .tree import Tree

_CUTS = f"{STATE_FOLDER}/cuts"
_TAIL = 1 << 16


def note_cut(tree: Tree, path: str, size: int) -> None:
    """Note that a segment has bytes behind `size` that were given up and cannot be cut off now."""
    tree.write_new(_cut_path(path), [b"%d" % size])


def repair_segment(tree: Tree, path: str) -> int:
    """Set aside the torn last line, or CSV row, of one segment; return 1 when there was one."""
    descriptor = tree.open_existing(path)
    if descriptor is None:
        return 0
    try:
        found = os.fstat(descriptor)
        size = found.st_size
        cut = _noted_cut(tree, path)
        end = _end_of_whole(descriptor, size, path) if cut is None else min(cut, size)
        if end == size:
            return 0
        mode = PUBLIC_MODE if found.st_mode & 0o077 else PRIVATE_MODE
        name = path.rpartition("/")[2]
        Tree(tree.root, mode).set_aside(name, read_from(descriptor, end, size))
        os.ftruncate(descriptor, end)
        if cut is not None:
            tree.remove(_cut_path(path))
        return 1
    finally:
        os.close(descriptor)


def _noted_cut(tree: Tree, path: str) -> Optional[int]:
    try:
        text = (tree.root / _cut_path(path)).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return int(text) if text.isdigit() else None


def _cut_path(path: str) -> str:
    return f"{_CUTS}/{path.rpartition('/')[2]}"


def _end_of_whole(descriptor: int, size: int, path: str) -> int:
    """Return the offset behind the last line; of CSV, where a line may end in a row, the row."""
    if path.endswith(".csv"):
        return end_of_last_row(read_from(descriptor, 0, size))
    stop = size
    while stop > 0:
        start = max(0, stop - _TAIL)
        found = read_from(descriptor, start, stop).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        stop = start
    return 0
