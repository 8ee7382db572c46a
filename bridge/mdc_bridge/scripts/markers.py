"""Where a requirement holds: the markers of pip, for a scoring image.

Source: "Environment markers" of the Python packaging guide. Images run Linux and CPython.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable
from typing import Any, Optional

_OF_IMAGES = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}


def holds(marker: str, pythons: Iterable[tuple[int, int]]) -> Optional[bool]:
    """Return whether a marker holds on all of some Pythons, None where that is not known.

    Args:
        marker: such as `python_version < "3.8" and sys_platform == "linux"`; "" always holds.
        pythons: minor versions.
    """
    if not marker:
        return True
    # But for two signs a marker is an expression of Python; `in` stands for what is not known.
    expression = marker.replace("===", "==").replace("~=", " in ")
    try:
        node = ast.parse(" ".join(expression.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError):  # null bytes; many brackets
        return None
    values = {_value(node, python) for python in pythons}
    return values.pop() if len(values) == 1 else None


def _value(node: ast.expr, python: tuple[int, int]) -> Optional[bool]:
    if isinstance(node, ast.BoolOp):
        values = {_value(each, python) for each in node.values}
        decisive = isinstance(node.op, ast.Or)
        return decisive if decisive in values else None if None in values else not decisive
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, sign, right = node.left, type(node.ops[0]), node.comparators[0]
        if isinstance(right, ast.Name):
            left, sign, right = right, _TURNED.get(sign, sign), left
        if isinstance(left, ast.Name) and isinstance(right, ast.Constant):
            return _compared(left.id, sign, right.value, python)
    return None


def _compared(
    name: str, sign: type[ast.cmpop], value: object, python: tuple[int, int]
) -> Optional[bool]:
    if not isinstance(value, str) or sign not in _COMPARE:
        return None
    if name == "python_version" and re.fullmatch(r"\d+(\.\d+)*", value):
        return _COMPARE[sign](python, tuple(map(int, value.split("."))))
    if name in _OF_IMAGES and sign in (ast.Eq, ast.NotEq):
        return _COMPARE[sign](_OF_IMAGES[name], value)
    return None
