"""Lists, dicts and sets as they are filled."""

from __future__ import annotations

import ast
from typing import Optional

from .call_arguments import Arguments
from .combining import (
    container,
    dictionary,
    element_of,
    holds_collectors,
    join,
    join_all,
    odd_cells,
    sequence,
)
from .tables import Look
from .values import UNKNOWN, Value, ValueKind

_ADDS = {ValueKind.LIST: ("append", "insert", "extend"), ValueKind.SET: ("add", "update")}
_ADD_MANY = ("extend", "update")


def with_entry(base: Value, key: Value, value: Value) -> Optional[Value]:
    """Return what a container is after `base[key] = value`, None where it is as before."""
    is_new = base.kind in (ValueKind.NONE, ValueKind.UNKNOWN) and holds_collectors(value)
    if base.kind is ValueKind.DICT or is_new:
        if key.is_constant and (base.entries is not None or is_new):
            return dictionary({**(base.entries or {}), key.constant: value})
        return container(ValueKind.DICT, _joined(base, value))
    if base.kind is ValueKind.LIST:
        return container(ValueKind.LIST, _joined(base, value))
    if base.kind is ValueKind.FRAME:
        return base._replace(width=None, odd=base.odd | odd_cells(value))
    return None


def grown(look: Look, base: Value, func: ast.Attribute, arguments: Arguments) -> Optional[Value]:
    """Return what a container is after a method has added to it, None for other methods.

    Its length stays known where the list is the function's own and no loop is around.
    """
    if base.kind is ValueKind.DICT:
        return _grown_dict(base, func.attr, arguments)
    if func.attr not in _ADDS.get(base.kind, ()) or not arguments.positions:
        return None
    given = arguments.positions[-1]
    added = element_of(given) if func.attr in _ADD_MANY else given
    is_own = isinstance(func.value, ast.Name) and func.value.id in look.scope.variables
    if base.items is not None and is_own and not look.loops:
        if func.attr == "append":
            return sequence(ValueKind.LIST, (*base.items, added))
        if func.attr == "extend" and given.items is not None:
            return sequence(ValueKind.LIST, (*base.items, *given.items))
    return container(base.kind, _joined(base, added))


def _grown_dict(base: Value, method: str, arguments: Arguments) -> Optional[Value]:
    given = arguments.positions
    if method == "setdefault" and len(given) > 1:
        return with_entry(base, given[0], given[1])
    if method != "update":
        return None
    other = given[0].entries if given else {}
    if base.entries is not None and other is not None and not arguments.is_partial:
        return dictionary({**base.entries, **other, **arguments.keywords})
    return container(ValueKind.DICT, join_all([element_of(base), *map(element_of, given)]))


def _joined(base: Value, added: Value) -> Value:
    known = element_of(base)
    return added if known == UNKNOWN and not base.items else join(known, added)
