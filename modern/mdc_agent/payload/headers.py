"""What a line shows of a message's head: which headers under which keys, and the path."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus

from mdc_core.http_request import header_text
from mdc_core.redaction import redact

from ..stored_event import LINE_FIELDS

_LOG = logging.getLogger("mdc_agent.payload")
# What is in the name of a header that holds a secret.
_SECRET = re.compile(
    "authorization|cookie|token|secret|password|passwd|passphrase|pwd|jwt|bearer|credential|"
    "api[-_]?key|access-?key|functions-key|subscription-key|signature|session|client-cert|"
    "client-principal|identity-header",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"([?&;])([^=&;]*)=([^&;]*)")
_SECRET_PARAMETERS = frozenset(("key", "code", "sig", "se", "skoid", "auth", "pass"))
_USER = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_RESERVED = LINE_FIELDS | {"agent", "collectdatatype", "method", "modelversion", "path"}


def is_secret(name: str) -> bool:
    """Return whether a header of this name looks as if it held a secret."""
    return _SECRET.search(name) is not None


class CapturedHeaders:
    """The headers that a deployment wants in its lines.

    The key of a header in a line is its name in lower case without hyphens, as Azure's collector
    names attributes.

    Args:
        names: `request_logging.capture_headers`, in any case.
        forced: those of them that are captured although they look as if they held secrets.
    """

    def __init__(self, names: Iterable[str], forced: Iterable[str] = ()) -> None:
        forced_names = {name.lower() for name in forced}
        self._keys: dict[bytes, str] = {}
        for name in names:
            lower = name.strip().lower()
            key = lower.replace("-", "")
            if is_secret(lower) and lower not in forced_names:
                _LOG.warning(
                    "the header %s is not captured: it may hold a secret; the setting "
                    "forced_headers captures it all the same",
                    lower,
                )
            elif key in _RESERVED:
                if key != "xrequestid":  # each line has it
                    _LOG.warning(
                        "the header %s is not captured: lines have a key of that name", lower
                    )
            elif lower:
                self._keys[lower.encode("utf-8", "replace")] = key

    @property
    def is_empty(self) -> bool:
        """Whether no header is captured."""
        return not self._keys

    def of(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
        """Yield key and value of those that are there; those of one name as one, with commas."""
        found: dict[str, list[str]] = {}
        for name, value in headers:
            key = self._keys.get(name.lower())
            if key is not None:
                found.setdefault(key, []).append(header_text(value))
        for key, values in found.items():
            yield key, ", ".join(values)


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
    secret = value and (plain in _SECRET_PARAMETERS or is_secret(plain))
    return f"{before}{name}={'***' if secret else value}"
