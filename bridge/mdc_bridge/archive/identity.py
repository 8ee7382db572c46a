"""Ids for what has none: they depend only on the place of a row, so a second run gives the same."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

_CORRELATION, _EVENT, _UNIT = b"correlation", b"event", b"unit"


def place_id(place: str, line: int) -> str:
    """Return the correlation id of a row that carries none.

    Args:
        place: `ArchiveFile.place` of its file.
        line: number of the line on which the row begins, from 1.
    """
    return f"{correlation_prefix(place)}{line:012x}"


def correlation_prefix(place: str) -> str:
    """Return the first 24 characters of the correlation ids of a file; 12 digits follow."""
    return _prefix(place, _CORRELATION)


def event_prefix(place: str) -> str:
    """Return the first 24 characters of the event ids of a file; 12 digits follow."""
    return _prefix(place, _EVENT)


def unit_id(place: str) -> str:
    """Return 32 hex digits that stand for a unit of work."""
    return _digest(place, _UNIT)


def _prefix(place: str, purpose: bytes) -> str:
    return str(UUID(_digest(place, purpose)))[:24]


def _digest(place: str, purpose: bytes) -> str:
    content = place.encode("utf-8", "surrogateescape")
    return blake2b(content, digest_size=16, person=purpose).hexdigest()
