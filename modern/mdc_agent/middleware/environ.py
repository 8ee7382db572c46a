"""A request as its WSGI environ tells it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

# Servers say the target as it came under one of these.
_RAW_TARGETS = ("RAW_URI", "REQUEST_URI")

Environ = dict[str, Any]


def path_of(environ: Environ) -> bytes:
    """Return the path, without what the application is mounted at."""
    path: str = environ.get("PATH_INFO") or "/"
    return path.encode("latin-1", "replace")


def target_of(environ: Environ) -> bytes:
    """Return path and query, as they came where the server says that."""
    for name in _RAW_TARGETS:
        raw = environ.get(name)
        if raw:
            text: str = raw
            return text.encode("latin-1", "replace")
    path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode(
        "latin-1", "replace"
    )
    query: str = environ.get("QUERY_STRING", "")
    target = quote_from_bytes(path, "/:@!$&'()*+,;=~").encode()
    return target + b"?" + query.encode("latin-1", "replace") if query else target


def headers_of(environ: Environ) -> list[tuple[bytes, bytes]]:
    """Return the headers, their names in lower case."""
    headers = []
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            headers.append((name[5:].replace("_", "-").lower().encode(), _value(value)))
        elif name in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
            headers.append((name.replace("_", "-").lower().encode(), _value(value)))
    return headers


def _value(value: Any) -> bytes:
    return str(value).encode("latin-1", "replace")
