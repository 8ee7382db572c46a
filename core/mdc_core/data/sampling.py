"""Sampling by an id: what belongs to a request is kept or dropped together.

That is the id of the HTTP request where it is known, so that its inputs and outputs stay with its
payload, and else the correlation id.
"""

from __future__ import annotations

import zlib

_HASHES = 2**32
# The golden section of them: so many steps as there may be, each half of them falls on its half.
_STEP = 2654435769
# What is sent again, or seen by one collection only, is still the same request.
_ALIKE = 4


def is_sampled(identifier: str, percentage: float, use: int = 0) -> bool:
    """Return whether an event with this id is kept.

    The answer depends on its arguments alone: it is the same in every process and every
    collection, and an event kept at one percentage is kept at every higher one. Of an id that is
    used again and again the asked share of uses is kept, within a few.

    Args:
        identifier: any text.
        percentage: 0 keeps nothing, 100 everything.
        use: how many other requests had the id before, see `uses`; the first are sampled alike.
    """
    if percentage >= 100:
        return True
    digest = zlib.crc32(identifier.encode("utf-8", "surrogatepass"))
    steps = max(0, use + 1 - _ALIKE)
    return (digest + steps * _STEP) % _HASHES < percentage / 100 * _HASHES
