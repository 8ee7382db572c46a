"""Names that users chose, made safe as one folder or file name of any store."""

from __future__ import annotations

import hashlib
import re

_MAX_BYTES = 200
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]|%(?=[0-9A-Fa-f]{2})|[\ud800-\udfff]")
_EMPTY = "%7E"  # no name is encoded to this: a tilde needs no escape
_ENCODED = re.compile(r"(?:%[0-9A-F]{2})+")


def legal_segment(name: str) -> str:
    """Return `name` as one path segment: unchanged unless it would leave its folder.

    Separators, control characters and what could be mistaken for an escape are percent-encoded,
    so different names stay different. A name of more than 200 bytes is cut and ends in a hash of
    the whole: file systems end at 255, and segments of neighbouring tools need room as well.
    """
    if not name:
        return _EMPTY
    text = _UNSAFE.sub(lambda match: _percent(match.group()), name)
    if text.strip(".") == "":
        text = _percent(text)
    encoded = text.encode("utf-8")
    if len(encoded) <= _MAX_BYTES:
        return text
    digest = _digest(encoded)
    head = encoded[: _MAX_BYTES - len(digest) - 1].decode("utf-8", "ignore")
    return f"{head}~{digest}"


def original_name(segment: str) -> str:
    """Return the name that `legal_segment` encoded; a name it had to cut stays cut.

    Escapes that do not decode to text, of other programs or cut in two, stay as they are.
    """
    return "" if segment == _EMPTY else _ENCODED.sub(_decoded, segment)


def legal_path(path: str) -> str:
    """Return a slash-separated path of legal segments; empty segments vanish."""
    return "/".join(legal_segment(part) for part in path.split("/") if part)


def legal_deployment(name: str) -> str:
    """Return `name` as Azure accepts it for endpoints and deployments.

    3 to 32 letters, digits and dashes; the first is a letter, the last not a dash; from the rules
    that `azure-ai-ml` documents for online endpoints and deployments. A name without any such
    letter or digit becomes a hash: those of two models must not become the same.
    """
    text = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    if not text:
        text = _digest(name.encode("utf-8", "surrogatepass"))
    if not text[:1].isalpha():
        text = f"m-{text}".rstrip("-")
    return text[:32].rstrip("-").ljust(3, "0")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _decoded(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match.group().replace("%", "")).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return match.group()


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
