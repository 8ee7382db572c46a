"""Paths of requests: which are probes, and how a line shows one."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote_plus

from mdc_core.http_request import header_text
from mdc_core.redaction import redact

from .headers import is_secret

_PARAMETER = re.compile(r"([?&;])([^=&;]*)=([^&;]*)")
_KEYS = frozenset(("key", "code", "sig", "se", "skoid", "auth", "pass"))
_USER = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")


def probe_test(paths: tuple[str, ...]) -> Callable[[str, bytes], bool]:
    """Return what tells of a method and target whether they are a probe's."""
    probes = frozenset(path.encode() for path in paths)

    def is_probe(method: str, target: bytes) -> bool:
        return method in ("GET", "HEAD") and target.partition(b"?")[0] in probes

    return is_probe


def shown_path(target: bytes) -> str:
    """Return path and query as a line shows them, without values that are secrets.

    A target may be a whole URL, as proxies are asked: then it has no user and password either.
    """
    path = header_text(target)
    if path[:1] != "/":
        path = _USER.sub(r"\1", path)
    if "?" not in path and ";" not in path:
        return path
    return redact(_PARAMETER.sub(_without_secret, path))


def _without_secret(found: re.Match[str]) -> str:
    before, name, value = found.groups()
    plain = unquote_plus(name).strip().lower()
    secret = value and (plain in _KEYS or is_secret(plain))
    return f"{before}{name}={'***' if secret else value}"
