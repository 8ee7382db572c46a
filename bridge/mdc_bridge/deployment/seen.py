"""What is seen of a value in deployment code."""

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
class Made:
    """What a call of something imported returned.

    Attributes:
        maker: dotted name from the class on, such as `AksWebservice.deploy_configuration`.
        positional: its arguments.
        keywords: its arguments by name; `**` when more are given than can be seen.
        attributes: what was assigned to it, by dotted path (`docker.base_image`).
        calls: methods that were called on it: dotted path, arguments, keywords.
        origin: whose method made it.
        place: as in `Unknown`.
    """

    maker: str
    positional: list[Any]
    keywords: dict[str, Any]
    place: str
    attributes: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, list[Any], dict[str, Any]]] = field(default_factory=list)
    origin: Optional[Made] = None

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
class Part:
    """An attribute of something made, however deep."""

    of: Made
    path: str


Scope = dict[str, Any]
