"""What is seen of a value in deployment code, and what methods of dicts make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class Unknown:
    """A value that only running the code would tell.

    Attributes:
        text: the expression.
        place: such as `line 4`, or `cell 2, line 4` of a notebook.
    """

    text: str
    place: str

    def __str__(self) -> str:
        return f"{self.text} ({self.place})"


@dataclass(frozen=True)
class Name:
    """Something imported, by its dotted name."""

    dotted: str


@dataclass(eq=False)
class Call:
    """A call of something imported, and what is known of its result.

    Attributes:
        maker: dotted name from the class on, such as `AksWebservice.deploy_configuration`.
        positional: its arguments.
        keywords: its arguments by name; `**` when more are given than can be seen.
        attributes: what was assigned to it, by dotted path (`docker.base_image`).
        calls: methods that were called on it: dotted path, arguments, keywords.
        origin: whose method it calls.
        place: as in `Unknown`.
    """

    maker: str
    positional: list[Any]
    keywords: dict[str, Any]
    place: str
    attributes: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, list[Any], dict[str, Any]]] = field(default_factory=list)
    origin: Optional[Call] = None

    def argument(self, name: str, position: Optional[int] = None) -> Any:
        """Return an argument by name or position, None when it is not given."""
        if name in self.keywords:
            return self.keywords[name]
        if position is not None and position < len(self.positional):
            return self.positional[position]
        return None


@dataclass(eq=False)
class Members:
    """A class of the code, or an object of one: what is known of its attributes.

    Attributes:
        values: by name.
        fields: names that are annotated, in their order: arguments of a dataclass.
    """

    values: dict[str, Any] = field(default_factory=dict)
    fields: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Returning:
    """A function of the code that has one thing to return."""

    value: Any


@dataclass(frozen=True)
class ResultPart:
    """An attribute of the result of a call, however deep."""

    of: Call
    path: str


Variables = dict[str, Any]
UNSEEN = object()  # only the text of an expression is known


def table_of(positional: list[Any], keywords: dict[str, Any]) -> Any:
    """Return what `dict`, `vars` or `asdict` makes."""
    table: dict[Any, Any] = {}
    for each in positional:
        if not isinstance(each, (dict, Members)):
            return UNSEEN
        table.update(each if isinstance(each, dict) else each.values)
    return UNSEEN if "**" in keywords else {**table, **keywords}


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
