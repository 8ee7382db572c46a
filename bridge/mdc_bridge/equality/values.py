"""Whether a CSV cell and a JSON value are the same.

The cell is text that the old SDK made of a value: by `str`, by `csv.writer` or by `to_csv`. The
JSON value is what the new SDK, or a conversion, made of it. Texts of one value are the same:
`1.0` and `1`; `nan`, `inf`, an empty cell and null; `True` and true; `2020-01-02 03:00:00` and
`2020-01-02T03:00:00`; `[1, 2]` and `(1, 2)`. Nothing is rounded or guessed, except values that
numpy holds in less than double precision, see `numbers`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any, Optional

import pandas

from mdc_core.payload_rows.json_texts import decoded_json

from .numbers import coarse_key, is_same_number, number_key
from .python_text import DECODER, Printed, Shown, readings

MISSING = frozenset(
    ["", "nan", "NaN", "-nan", "None", "null", "NaT", "<NA>", "NA", "--"]
    + ["inf", "-inf", "Infinity", "-Infinity"]
)
_TRUE = frozenset(["True", "true", "TRUE"])
_FALSE = frozenset(["False", "false", "FALSE"])

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d(?:\.\d+)?))?)?\s?(Z|[+-]\d\d:?\d\d)?"
)
_DURATION = re.compile(
    r"-?P\S+|-?\d+ days?\b.*|-?\d+:\d\d:\d\d.*"
    r"|-?\d+ (?:weeks|hours|minutes|seconds|milliseconds|microseconds|nanoseconds)"
)
_ADDRESS = re.compile(r"<.* at 0x[0-9A-Fa-f]+>", re.DOTALL)
_OBJECT = re.compile(_ADDRESS.pattern + r"|[\w.<>]+\(\w+=.*\)|-?[0-9.e]*[0-9]j", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NESTED_STARTS = ("[", "{", "(", "array(", "set(", "frozenset(")
_BYTES_STARTS = ("b'", 'b"')
_ELLIPSIS = Printed("...")


def loads(text: bytes) -> Any:
    r"""Return a JSON value whose numbers are their digits, as `bytes`.

    Lone surrogates become visible escapes (`\ud800`), as they are in the CSV.
    """
    value = decoded_json(text, _decode)
    return _visible(value) if _SURROGATE.search(text) else value


def is_same(cell: str, value: Any) -> bool:
    """Return whether a CSV cell and a JSON value are the same.

    Args:
        cell: as it stands in the file, quotes resolved.
        value: as `loads` returns it.
    """
    kind = type(value)
    if kind is bytes:
        text = value.decode()
        return cell == text or is_same_number(cell, text)
    if value is None:
        return cell in MISSING
    if kind is str:
        return cell == value or _is_same_text(cell, value)
    if kind is bool:
        return cell in (_TRUE if value else _FALSE)
    if kind is dict and _is_name_of(cell, value):
        return True
    return any(_is_same_tree(tree, value) for tree in readings(cell))


def cell_key(cell: str) -> str:
    """Return what is equal for all cells and values that may be the same."""
    if cell in MISSING:
        return ""
    if cell in _TRUE or cell in _FALSE:
        return cell.lower()
    if cell[0] in "0123456789+-." and cell[-1] != "j":
        return coarse_key(cell) or time_key(cell) or _duration_key(cell) or cell
    if cell.startswith(_NESTED_STARTS) or _OBJECT.fullmatch(cell):
        return "[]"
    if cell.startswith(_BYTES_STARTS):
        return _text_of_bytes(cell)
    return _duration_key(cell) or cell


def value_key(value: Any) -> str:
    """Return the key that `cell_key` gives to cells that may be the same as a JSON value."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        text = value.decode()
        return coarse_key(text) or text
    if isinstance(value, str):
        return cell_key(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[]"


def time_key(text: str) -> Optional[str]:
    """Return a time in one form for all ways to write it; None for other text."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    day, minute, second, zone = match.groups()
    second = second or "00"
    if "." in second:
        second = second.rstrip("0").rstrip(".")
    zone = "+00:00" if zone == "Z" else zone or ""
    zone = zone if len(zone) != 5 else f"{zone[:3]}:{zone[3:]}"
    return f"{day}T{minute or '00:00'}:{second}{zone}"


def _is_same_text(cell: str, value: str) -> bool:
    if cell.startswith(_BYTES_STARTS):
        return _text_of_bytes(cell) == value
    key = time_key(cell)
    if key is not None:
        return key == time_key(value)
    duration = _duration_key(cell)
    return duration is not None and duration == _duration_key(value)


def _is_same_tree(tree: Any, value: Any) -> bool:
    """Return whether a parsed cell and a JSON value are the same, at any depth."""
    if isinstance(tree, Printed):
        return _is_same_print(tree.text, value)
    if isinstance(tree, Shown):
        return isinstance(value, dict) and all(
            name in value and _is_same_tree(field, value[name])
            for name, field in tree.fields.items()
        )
    if isinstance(tree, str):
        return is_same(tree, value) if not isinstance(value, (bytes, list, dict)) else False
    if isinstance(tree, bytes):
        return isinstance(value, bytes) and is_same_number(tree.decode(), value.decode())
    if tree is None or isinstance(tree, bool):
        return tree is value
    if isinstance(tree, dict):
        return (
            isinstance(value, dict)
            and tree.keys() == value.keys()
            and all(_is_same_tree(item, value[name]) for name, item in tree.items())
        )
    if isinstance(tree, frozenset):
        return isinstance(value, list) and _is_same_set(list(tree), value)
    return isinstance(value, list) and _is_same_list(tree, value)


def _is_name_of(cell: str, value: dict[str, Any]) -> bool:
    """Return whether a cell is an object's address, which says nothing, or an enum's name."""
    if _ADDRESS.fullmatch(cell):
        return True
    return value.keys() == {"name", "value"} and cell.rpartition(".")[2] == value["name"]


def _is_same_list(items: list[Any], values: list[Any]) -> bool:
    if _ELLIPSIS in items:
        # numpy leaves out the middle of long arrays.
        at = items.index(_ELLIPSIS)
        rest = len(items) - at - 1
        if len(values) < at + rest:
            return False
        values = values[:at] + values[len(values) - rest :]
        items = items[:at] + items[at + 1 :]
    return len(items) == len(values) and all(map(_is_same_tree, items, values))


def _is_same_set(items: list[Any], values: list[Any]) -> bool:
    rest = list(values)
    for item in items:
        found = next((at for at, value in enumerate(rest) if _is_same_tree(item, value)), None)
        if found is None:
            return False
        del rest[found]
    return not rest


def _is_same_print(text: str, value: Any) -> bool:
    """Return whether numpy may print a value so: it rounds the numbers of arrays."""
    if not isinstance(value, bytes):
        return is_same(text, value)
    shown, exact = text.lower(), value.decode()
    if number_key(shown) == number_key(exact):
        return True
    mantissa, _, exponent = shown.partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        half_a_digit = 0.5000001 * 10.0 ** (int(exponent or 0) - decimals)
        return abs(float(shown) - float(exact)) <= half_a_digit
    except (ValueError, OverflowError):
        return False


def _text_of_bytes(cell: str) -> str:
    try:
        content = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell
    return content.decode("utf-8", "backslashreplace") if isinstance(content, bytes) else cell


def _duration_key(text: str) -> Optional[str]:
    if not _DURATION.fullmatch(text):
        return None
    try:
        return str(pandas.Timedelta(text).value)
    except (ValueError, OverflowError):
        return None


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return list(map(_visible, value))
    if isinstance(value, dict):
        return {_visible(name): _visible(item) for name, item in value.items()}
    return value


_SCAN: Callable[[str, int], tuple[Any, int]] = vars(DECODER)["scan_once"]


def _decode(text: str) -> Any:
    """Return what the decoder does, which looks for white space at both ends with patterns."""
    try:
        value, end = _SCAN(text, 0)
    except StopIteration:
        return DECODER.decode(text)
    return value if text[end:] in ("", "\n") else DECODER.decode(text)
