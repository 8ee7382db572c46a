"""Sampling by the correlation id: inputs and outputs of a request are kept or dropped together."""

from __future__ import annotations

import zlib

_HASHES = 2**32


def is_sampled(correlation_id: str, percentage: float) -> bool:
    """Return whether an event with this correlation id is kept.

    The answer depends on the id alone: the same in every process and every collection,
    and an id kept at one percentage is kept at every higher one.

    Args:
        correlation_id: any text.
        percentage: 0 keeps nothing, 100 everything.
    """
    if percentage >= 100:
        return True
    digest = zlib.crc32(correlation_id.encode("utf-8", "surrogatepass"))
    return digest < percentage / 100 * _HASHES
