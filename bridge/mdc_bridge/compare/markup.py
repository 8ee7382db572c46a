"""Text on its way into a page: the template escapes it, after control characters are visible."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What turns the direction of the text after it.
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400
_DELETE = "\x7f"


def visible(value: Any) -> Any:
    """Return text with its control characters shown as such; what is not text, and HTML, stays."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    text = value.encode("utf-8", "backslashreplace").decode()
    text = _DIRECTION.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return _CONTROL.sub(_picture, text)


def escaped(text: str) -> Markup:
    """Return text as HTML, for elements and attributes."""
    return escape(visible(text))


def _picture(match: re.Match[str]) -> str:
    character = match.group()
    return "\u2421" if character == _DELETE else chr(_PICTURES + ord(character))
