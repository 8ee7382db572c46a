"""Where a requirement holds: the markers of pip, for a scoring image.

Source: "Environment markers" of the Python packaging guide. Images run Linux and CPython.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from typing import Optional

_COMPARISON = re.compile(
    r"\s*(?:(\w+)|(['\"])(.*?)\2)\s*(===?|!=|<=|>=|<|>)\s*(?:(\w+)|(['\"])(.*?)\6)\s*"
)
_INNER = re.compile(r"\(([^()]*)\)")
_RESULTS: dict[str, Optional[bool]] = {"true": True, "false": False, "unknown": None}
_NAMES = {result: name for name, result in _RESULTS.items()}
_OF_IMAGES = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}
_COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
}
_ORDER: dict[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    **_COMPARE,
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def holds(marker: str, pythons: Iterable[tuple[int, int]]) -> Optional[bool]:
    """Return whether a marker holds on all of some Pythons, None where that is not known.

    Args:
        marker: such as `python_version < "3.8" and sys_platform == "linux"`; "" always holds.
        pythons: minor versions.
    """
    if not marker:
        return True
    found = {_holds(marker, python) for python in pythons}
    return found.pop() if len(found) == 1 else None


def _holds(marker: str, python: tuple[int, int]) -> Optional[bool]:
    inner = _INNER.search(marker)
    if inner:
        name = _NAMES[_holds(inner.group(1), python)]
        return _holds(f"{marker[: inner.start()]} {name} {marker[inner.end() :]}", python)
    return _any(
        _all(_compared(part, python) for part in re.split(r"\band\b", alternative))
        for alternative in re.split(r"\bor\b", marker)
    )


def _all(found: Iterable[Optional[bool]]) -> Optional[bool]:
    known = list(found)
    return False if False in known else None if None in known else True


def _any(found: Iterable[Optional[bool]]) -> Optional[bool]:
    known = list(found)
    return True if True in known else None if None in known else False


def _compared(text: str, python: tuple[int, int]) -> Optional[bool]:
    if text.strip() in _RESULTS:
        return _RESULTS[text.strip()]
    found = _COMPARISON.fullmatch(text)
    if found is None:
        return None
    left, _, left_text, sign, right, _, right_text = found.groups()
    name, value = (left, right_text) if left else (right, left_text)
    sign = sign if left else _TURNED.get(sign, sign)
    if name == "python_version" and value and re.fullmatch(r"\d+(\.\d+)*", value):
        return _ORDER[sign](python, tuple(map(int, value.split("."))))
    if name in _OF_IMAGES and sign in _COMPARE and value is not None:
        return _COMPARE[sign](_OF_IMAGES[name], value)
    return None
