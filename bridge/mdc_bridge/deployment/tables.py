"""Dicts of deployment code, and what else has no state of its own."""

from __future__ import annotations

from typing import Any

from .seen import Members, Unknown

UNSEEN = object()


def table_of(positional: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what `dict`, `vars` or `asdict` makes."""
    made: dict[Any, Any] = {}
    for each in positional:
        if not isinstance(each, (dict, Members)):
            return UNSEEN
        made.update(each if isinstance(each, dict) else each.values)
    return UNSEEN if "**" in keywords else {**made, **keywords}


def of_table(
    table: dict[Any, Any], method: str, positional: list[Any], keywords: dict[str, Any]
) -> Any:
    """Return what a method of a dict returns, whose table it may change."""
    if method == "copy":
        return dict(table)
    if method == "items":
        return [list(pair) for pair in table.items()]
    if method in ("keys", "values"):
        return [*(table if method == "keys" else table.values())]
    if method in ("get", "pop") and positional and isinstance(positional[0], (str, int)):
        missing = positional[1] if len(positional) > 1 else None
        found = table.get(positional[0], missing)
        if method == "pop":
            table.pop(positional[0], None)
        return found
    if method == "update":
        added = table_of(positional, keywords)
        if added is UNSEEN:
            table["**"] = Unknown("update(...)", "of the dict")
        elif all(value is not table for value in added.values()):
            table.update(added)
        return None
    return UNSEEN


def maker_of(dotted: str) -> str:
    """Return a dotted name from its class on; the same class is found in several modules."""
    parts = dotted.split(".")
    first = next((at for at, part in enumerate(parts) if part[:1].isupper()), len(parts) - 1)
    return ".".join(parts[first:])


def is_plain(value: Any) -> bool:
    """Return whether a value is a text, number or boolean."""
    return isinstance(value, (str, int, float, bool))
