"""JSON values as a person reads them."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 500


def shown(value: Any) -> str:
    """Return a value as JSON, shortened; numbers are their digits in `bytes`."""
    text = _text(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def shortened(cell: str) -> str:
    """Return a CSV cell, shortened."""
    return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}..."


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, dict):
        fields = (f"{json.dumps(name)}: {_text(item)}" for name, item in value.items())
        return "{" + ", ".join(fields) + "}"
    return json.dumps(value, ensure_ascii=False)
