"""The lines of a spool file, one for each event."""

from __future__ import annotations

import itertools
from typing import List, NamedTuple

from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile

BATCH_BYTES = 256 * 1024


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
