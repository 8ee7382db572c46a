"""One rule for each kind of value in the settings file: what is valid, and what it becomes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mdc_core.errors import SettingsError

from .settings import Address

_MOST = 2**63
_MOST_SECONDS = 1e9
_ADDRESS = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/@\[\]]*)):(\d{1,5})")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)", re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_UNITS |= {f"{unit}i": 1024 ** (at + 1) for at, unit in enumerate("kmgt")}


class InvalidValueError(SettingsError):
    """A value makes no sense; the message says what is valid."""


ValueRule = Callable[[Any], Any]


def address(value: Any) -> Address:
    """Return `HOST:PORT`; a port alone is one of this machine."""
    text = f"127.0.0.1:{value}" if isinstance(value, int) and not isinstance(value, bool) else value
    match = _ADDRESS.fullmatch(text) if isinstance(text, str) else None
    if match is None or not 0 < int(match.group(3)) < 65536:
        raise InvalidValueError("HOST:PORT, such as 127.0.0.1:50011, or a port")
    return Address(match.group(1) or match.group(2) or "127.0.0.1", int(match.group(3)))


def host_and_port(value: Any) -> tuple[str, int]:
    """Return `HOST:PORT` as a pair."""
    read = address(value)
    return read.host, read.port


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts."""
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidValueError("a list of texts: [a, b]")
    return tuple(value)


def size(value: Any) -> int:
    """Return bytes: a whole number, or a text such as `512 MiB`."""
    number = value if isinstance(value, int) and not isinstance(value, bool) else 0
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 40 else None
    if match is not None:
        number = int(float(match.group(1)) * _UNITS[match.group(2).lower().rstrip("b")])
    if not 0 < number < _MOST:
        raise InvalidValueError("bytes, from 1 up, such as 1073741824 or 1 GiB")
    return number


def count(value: Any) -> int:
    """Return a whole number from 1 up."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _MOST:
        raise InvalidValueError("a whole number from 1 up")
    return value


def seconds(value: Any) -> float:
    """Return seconds, from 0 up."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= _MOST_SECONDS:
        raise InvalidValueError("seconds, a number from 0 up to 10^9")
    return float(value)


def flag(value: Any) -> bool:
    """Return a flag, with or without quotes."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise InvalidValueError("true or false")
    return value


def text(value: Any) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidValueError("text")
    return value.strip()


def path(value: Any) -> Path:
    """Return a path, of this user's home for `~`."""
    if not isinstance(value, str) or not value.strip() or "\0" in value or "://" in value:
        raise InvalidValueError("a path of the local file system")
    return Path(os.path.expanduser(value.strip()))


def workspace(value: Any) -> str:
    """Return `SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE`."""
    stripped = value.strip("/ ") if isinstance(value, str) else ""
    if stripped.count("/") != 2 or not all(stripped.split("/")):
        raise InvalidValueError("SUBSCRIPTION/RESOURCE_GROUP/WORKSPACE")
    return stripped
