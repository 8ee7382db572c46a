"""Joined rows that follow each other, as a table of pyarrow."""

from __future__ import annotations

from .origin import DEPLOYMENT, ENDPOINT, ID, LINE, ROW, TIME
from .tables import TableChunk

# Which collection tells where a row comes among those of its id; see `matching`.
SIDE = "side"
KEYS = (TIME, ENDPOINT, DEPLOYMENT, ID, SIDE, LINE, ROW)


class JoinedChunk(TableChunk):
    """Joined rows, with the numbers of their lines.

    Args:
        table: see `TableChunk`; collected columns have gaps where a collection has no row.
    """

    __slots__ = ()
    keys = KEYS
