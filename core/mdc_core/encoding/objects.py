"""Objects of any class as JSON: what they say of themselves, never where they lie in memory.

An object is its public attributes, as `DataFrame.to_json` has it, which the official SDK sends:
dataclasses, plain classes, properties and slots included. Values of the standard library of which
`to_json` makes nothing that can be read, such as UUIDs and paths, are their text.
"""

from __future__ import annotations

import re
import threading
import types
from typing import Any, Callable, Dict, Optional

from ..data.isolation import text_of
from ..interrupts import is_interrupt

MISSING = object()
_TEXTS = frozenset({"fractions", "ipaddress", "pathlib", "re", "uuid", "zoneinfo"})
# Parts of the program, which lead to all of it.
_OF_THE_PROGRAM = (
    *(type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType),
    *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType),
    *(types.CodeType, types.FrameType, types.TracebackType),
)
_ADDRESS = re.compile(r" at 0x[0-9A-Fa-f]+")
# Beyond these an object's attributes lead back to itself, or to half of what is in memory.
_DEEPEST = 32
_MOST_OBJECTS = 10_000


class _Visited(threading.local):
    """How deep in objects the encoding of one cell is, and how many it has seen."""

    depth = 0
    objects = 0


class _TooMany(Exception):  # noqa: N818  it tells the outermost object to become its text
    """The attributes of an object have no end."""


_visited = _Visited()


def object_json(
    value: Any, mapping: Callable[[Dict[str, Any]], bytes], text: Callable[[str], bytes]
) -> bytes:
    """Return the JSON text of an object of a class that is not known.

    Args:
        value: the object.
        mapping: encodes its attributes.
        text: encodes its text where it has none.
    """
    outermost = _visited.depth == 0
    if outermost:
        _visited.objects = 0
    _visited.depth += 1
    _visited.objects += 1
    try:
        if _visited.depth > _DEEPEST or _visited.objects > _MOST_OBJECTS:
            raise _TooMany
        fields = _fields(value)
        return text(_plain_text(value)) if fields is None else mapping(fields)
    except (_TooMany, RecursionError):
        if not outermost:
            raise
        return text(_plain_text(value))
    finally:
        _visited.depth -= 1


def _fields(value: Any) -> Optional[Dict[str, Any]]:
    """Return an object's public attributes; None when its text says more."""
    kind = type(value)
    if issubclass(kind, _OF_THE_PROGRAM) or any(
        base.__module__.partition(".")[0] in _TEXTS for base in kind.__mro__
    ):
        return None
    to_dict = attribute_of(value, "toDict")
    if callable(to_dict):
        made = _called(to_dict)
        if isinstance(made, dict):
            return made
    names = _called(lambda: [name for name in dir(value) if not name.startswith("_")])
    fields = {}
    for name in [] if names is MISSING else names:
        attribute = attribute_of(value, name)
        if attribute is not MISSING and not callable(attribute):
            fields[name] = attribute
    _visited.objects += len(fields)
    return None if not fields and _has_text(value) else fields


def _has_text(value: Any) -> bool:
    """Return whether a class without public attributes says of itself what it is."""
    kind: Any = type(value)
    if kind.__str__ is not object.__str__:
        return True
    return kind.__repr__ is not object.__repr__ and attribute_of(value, "__dict__") is MISSING


def attribute_of(value: Any, name: str) -> Any:
    """Return an object's attribute, `MISSING` where it has none or raises anything."""
    return _called(lambda: getattr(value, name))


def _called(function: Callable[[], Any]) -> Any:
    try:
        return function()
    except BaseException as error:  # code of the object's class
        if is_interrupt(error):
            raise
        return MISSING


def _plain_text(value: Any) -> str:
    return _ADDRESS.sub("", text_of(value))
