"""Times as lines and rows have them: text to microseconds, the usual forms fast."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from mdc_core.data.correlation_columns import parse_time

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # UTC


def time_of(text: str) -> Optional[int]:
    """Return integer microseconds since the epoch as `parse_time` does; a `Z` at the end is UTC."""
    is_zoned = text[-1:] in "zZ" and text != ""
    bare = text[:-1] if is_zoned else text
    if bare[:1].isdigit():
        try:
            since = datetime.fromisoformat(bare) - _EPOCH
            return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
        except (ValueError, TypeError):  # other forms, or another zone
            pass
    return parse_time(f"{bare}+00:00" if is_zoned else text)
