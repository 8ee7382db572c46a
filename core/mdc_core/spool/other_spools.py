"""The spools beside one, which are for other destinations: which, and what lies in them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .. import systems
from .files import read_from
from .left_behind import waiting_files
from .owners import OPEN_FOLDER
from .tree import Tree

_MOST_BYTES = 1000


class Waiting(NamedTuple):
    """What dead processes left in the spool of another destination."""

    root: Path
    destination: str
    bytes: int


def destination_of(root: Path) -> str:
    """Return where the files of a spool go, as a dead process has noted; empty when none has."""
    folder = root / OPEN_FOLDER
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(folder)):
            descriptor = os.open(folder / name, os.O_RDONLY | systems.OPEN_FLAGS)
            try:
                text = read_from(descriptor, 0, _MOST_BYTES).decode(errors="replace")
            finally:
                os.close(descriptor)
            destination = text.partition("\n")[2].partition("\n")[0]
            if destination:
                return "".join(each if each.isprintable() else "?" for each in destination)
    return ""


def left_beside(root: Path) -> Iterator[Waiting]:
    """Yield what waits in the spools beside one, and belongs to no living process."""
    try:
        beside = sorted(each for each in root.parent.iterdir() if each != root and each.is_dir())
    except OSError:
        return
    for other in beside:
        with contextlib.suppress(OSError):  # it is delivered meanwhile, or somebody else's
            size = sum(Tree(other).place(path).stat().st_size for path in waiting_files(other))
            if size:
                yield Waiting(other, destination_of(other), size)
