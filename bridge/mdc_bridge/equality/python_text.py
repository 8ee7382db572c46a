"""Values in the cells of a CSV file: what `str` of a list, a dict or an array shows, read back.

Nothing is evaluated: the text is parsed, and only plain values are understood.
"""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

# Decodes JSON, with numbers as their digits.
DECODER = json.JSONDecoder(
    parse_int=str.encode, parse_float=str.encode, parse_constant=lambda _name: None
)
_MISSING_NAMES = frozenset({"nan", "inf", "NaT", "NA", "None", "null", "masked"})
_WRAPPERS = frozenset(
    ["array", "list", "tuple", "str_", "str", "bool_", "bool", "bytes_"]
    + ["float16", "float32", "float64", "longdouble", "float128"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    + ["Timestamp", "datetime64", "Decimal", "OrderedDict"]
)
_NO_COMPLEX = {"imag": b"0", "real": b"0"}
# The path of an object's class, before the parenthesis of its fields.
_CLASS_PATHS = re.compile(r"(?:\w+\.|<locals>\.)+(?=\w+\(\w+=)")
_SETS = frozenset({"set", "frozenset"})
_MOMENTS: dict[str, Callable[..., date]] = {"datetime": datetime, "date": date}
_TOKEN = re.compile(r"\s*(\[|\]|\.\.\.|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s\[\]]+)")
_LONGEST = 1_000_000
_DEEPEST = 200


class Printed(NamedTuple):
    """A number or word in what numpy prints of an array: it may be rounded."""

    text: str


class Shown(NamedTuple):
    """The fields that the text of an object shows: it may have more attributes."""

    fields: dict[str, Any]


class _NotParsed(Exception):  # noqa: N818  it is not an error
    """The text is not of this kind."""


def readings(text: str) -> Iterator[Any]:
    """Yield the values whose text a cell may be, the likeliest first; none when it is not one.

    Yields:
        None, booleans and texts as they are, numbers as their digits in `bytes`, lists, dicts
        with text keys, sets as `frozenset`, `Printed` for the numbers of a printed array, `Shown`
        for an object such as a dataclass, and of a complex number its parts, as JSON has them.
    """
    if len(text) > _LONGEST:
        return
    for parse in (_parse_json, _parse_literal, _parse_print):
        # Not the first alone: numpy's ['a' 'b'] is Python's ['ab'] too.
        with contextlib.suppress(
            _NotParsed, ValueError, SyntaxError, RecursionError, MemoryError, TypeError
        ):
            yield parse(text)


def _parse_json(text: str) -> Any:
    value = DECODER.decode(text)
    if not isinstance(value, (list, dict)):
        raise _NotParsed
    return value


def _parse_literal(text: str) -> Any:
    return _value(ast.parse(_CLASS_PATHS.sub("", text.strip()), mode="eval").body)


def _value(node: ast.AST) -> Any:
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, (ast.List, ast.Tuple)):
        return [_value(item) for item in node.elts]
    if isinstance(node, ast.Set):
        return frozenset(_value(item) for item in node.elts)
    if isinstance(node, ast.Dict):
        return {
            _key(_value(key)): _value(value)
            for key, value in zip(node.keys, node.values)
            if key is not None
        }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _negative(_value(node.operand))
    if isinstance(node, ast.BinOp):
        return _complex(node)
    if isinstance(node, (ast.Name, ast.Attribute)):
        if _last_name(node) in _MISSING_NAMES:
            return None
    elif isinstance(node, ast.Call):
        return _called(node)
    raise _NotParsed


def _negative(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _negative(part) for name, part in value.items()}
    return b"-" + value if isinstance(value, bytes) else value


def _complex(node: ast.BinOp) -> dict[str, Any]:
    real, parts = _value(node.left), _value(node.right)
    if not isinstance(parts, dict) or parts.keys() != _NO_COMPLEX.keys():
        raise _NotParsed
    imaginary = parts["imag"]
    negative = isinstance(node.op, ast.Sub)
    return {"imag": _negative(imaginary) if negative else imaginary, "real": real}


def _called(node: ast.Call) -> Any:
    name = _last_name(node.func)
    if node.keywords and not node.args:
        return Shown({each.arg or "": _value(each.value) for each in node.keywords})
    if name in _SETS and len(node.args) < 2:
        value = _value(node.args[0]) if node.args else []
        return frozenset(value)
    if name in _MOMENTS:
        parts = [_value(argument) for argument in node.args]
        if not all(isinstance(part, bytes) for part in parts):
            raise _NotParsed
        return _MOMENTS[name](*map(int, parts)).isoformat()
    if name in _WRAPPERS and node.args:
        value = _value(node.args[0])
        return value.encode() if name == "Decimal" and isinstance(value, str) else value
    raise _NotParsed


def _constant(value: Any) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, complex):
        return {**_NO_COMPLEX, "imag": repr(value.imag).encode()}
    if isinstance(value, (int, float)):
        text = repr(value)
        return None if text in ("inf", "nan") else text.encode()
    raise _NotParsed


def _key(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else str(value)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parse_print(text: str) -> Any:
    """Return the lists that the text of an array shows: brackets, and words between spaces."""
    if not text.startswith("["):
        raise _NotParsed
    outer: list[Any] = []
    stack = [outer]
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _NotParsed
        at, token = match.end(), match.group(1)
        if token == "[":
            stack[-1].append([])
            stack.append(stack[-1][-1])
        elif token == "]":
            stack.pop()
        else:
            quoted = token[0] in "'\""
            stack[-1].append(ast.literal_eval(token) if quoted else Printed(token))
        if not stack or len(stack) > _DEEPEST:
            raise _NotParsed
    if len(stack) != 1 or len(outer) != 1:
        raise _NotParsed
    return outer[0]
