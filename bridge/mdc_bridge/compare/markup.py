"""Text on its way into a page."""

from __future__ import annotations

import html
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What turns the direction of the text after it.
_DIRECTION = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PICTURES = 0x2400
_DELETE = "\x7f"


def escaped(text: object) -> str:
    """Return text as HTML, for elements and attributes; control characters are made visible."""
    visible = str(text).encode("utf-8", "backslashreplace").decode()
    visible = _DIRECTION.sub(lambda match: f"\\u{ord(match.group()):04x}", visible)
    return html.escape(_CONTROL.sub(_picture, visible))


def isolated(text: object) -> str:
    """Return text of others, whose direction must not turn what stands around it."""
    return f"<bdi>{escaped(text)}</bdi>"


def _picture(match: re.Match[str]) -> str:
    character = match.group()
    return "\u2421" if character == _DELETE else chr(_PICTURES + ord(character))
