"""The walk through a file's values: their fields, and remarks about them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from mdc_core.redaction import shown

from .remarks import ERROR, WARNING, Keys, Position, Remark, dotted
from .yaml_nodes import Nodes, Other, position_of


class Field(NamedTuple):
    """A value in a file; as a text, its dotted name.

    Attributes:
        keys: that lead to it from the root.
        key: node of the last of them; of the root and of a list's items, the value's own.
        value: node of the value.
    """

    keys: Keys
    key: yaml.Node
    value: yaml.Node

    def __str__(self) -> str:
        return dotted(self.keys)

    def at_key(self) -> Field:
        """Return the field for a remark about its key."""
        return self._replace(value=self.key)

    def missing(self, key: str) -> Field:
        """Return the field for a remark about a key that this one lacks."""
        return Field((*self.keys, key), self.value, self.value)


class Walk:
    """Takes values out of nodes by their keys, and notes remarks and positions.

    Args:
        nodes: of the file.

    Attributes:
        root: None of an empty file.
        remarks: so far.
        fields: all that were looked at, by their keys.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self.root = None if nodes.root is None else Field((), nodes.root, nodes.root)
        self.remarks: list[Remark] = []
        self.fields: dict[Keys, Field] = {}

    def has_errors(self) -> bool:
        """Return whether something was found that nobody takes."""
        return any(remark.severity == ERROR for remark in self.remarks)

    def sorted_remarks(self) -> tuple[Remark, ...]:
        """Return the remarks by their positions."""
        return tuple(sorted(self.remarks, key=lambda each: (each.line, each.column)))

    def positions(self) -> dict[Keys, Position]:
        """Return where the values stand, by the keys that lead to them."""
        return {keys: position_of(field.value) for keys, field in self.fields.items()}

    def error(self, field: Field, text: str, valid: str = "") -> None:
        """Note what neither Azure's client nor the agent takes."""
        self._note(field, ERROR, text, valid, True)

    def invalid(self, field: Field, valid: str) -> None:
        """Note a value that neither Azure's client nor the agent takes."""
        self.error(field, f"{field} is {self.shown(field.value)}", valid)

    def refused_by_azure(self, field: Field, text: str, valid: str) -> None:
        """Note what the agent takes and Azure's client does not, and the spelling for both."""
        self._note(field, WARNING, text, valid, True)

    def warning(self, field: Field, text: str, valid: str = "") -> None:
        """Note what both take, and what comes of it."""
        self._note(field, WARNING, text, valid, False)

    def refuse_unknown(
        self,
        found: Mapping[str, Field],
        known: Collection[str],
        misplaced: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Note an error for each key of a mapping that is not a known one.

        Args:
            found: the mapping's fields.
            known: keys.
            misplaced: where keys belong that are known elsewhere.
        """
        for key, field in found.items():
            if key not in known:
                close = get_close_matches(key, known, 1)
                valid = misplaced.get(key) or (close[0] if close else ", ".join(known))
                text = f"{dotted(field.keys[:-1])} has no key {shown(key)}"
                self.error(field.at_key(), text, valid)

    def mapping(self, field: Field, valid: str = "a mapping") -> dict[str, Field] | None:
        """Return the fields of a mapping by their keys; None, and an error, for other values.

        If a key comes twice the last one counts, as with Azure's client.
        """
        entries = self._nodes.entries(field.value)
        if entries is None:
            self.invalid(field, valid)
            return None
        if field.value in self._nodes.ambiguous:
            text = f"{field} merges mappings that have the same keys: the first is used, and"
            self.warning(field, f"{text} releases of PyYAML differ", "one mapping after `<<`")
        found: dict[str, Field] = {}
        own = {id(key) for key, _ in field.value.value}
        seen: set[str] = set()
        for key, value in entries:
            name = self._nodes.scalar(key)
            if not isinstance(name, str):
                text = f"{field} has a key that is not text: {self.shown(key)}"
                valid = "a name; quoted, if it looks like a number or a flag"
                self.error(field._replace(value=key), text, valid)
                continue
            entry = Field((*field.keys, name), key, value)
            if id(key) in own:
                if name in seen:
                    earlier = position_of(found[name].key).line
                    text = f"{entry} occurs twice: this one is used, not that of line {earlier}"
                    self.warning(entry.at_key(), text)
                seen.add(name)
            found[name] = self.fields[entry.keys] = entry
        return found

    def items(self, field: Field, valid: str) -> list[Field]:
        """Return the items of a list; no items, and an error, for other values."""
        nodes = self._nodes.items(field.value)
        if nodes is None:
            self.invalid(field, valid)
            return []
        items = [Field((*field.keys, str(at)), node, node) for at, node in enumerate(nodes)]
        self.fields.update((item.keys, item) for item in items)
        return items

    def scalar(self, field: Field) -> Any:
        """See `Nodes.scalar`."""
        return self._nodes.scalar(field.value)

    def text(self, field: Field | None, valid: str = "text") -> str | None:
        """Return a text; None where there is none, with an error where something else is."""
        if field is None:
            return None
        value = self.scalar(field)
        if isinstance(value, str):
            return value
        with contextlib.suppress(UnicodeDecodeError):
            if isinstance(value, bytes):
                return value.decode()
        if isinstance(value, (bool, int, float)):
            valid = f"{valid}, such as {shown(field.value.value)} in quotes"
        self.invalid(field, valid)
        return None

    def shown(self, node: yaml.Node) -> str:
        """Return a value as messages show it."""
        value = self._nodes.scalar(node)
        if value is None:
            return "empty"
        return repr(value) if isinstance(value, Other) else shown(value)

    def _note(self, field: Field, severity: str, text: str, valid: str, azure: bool) -> None:
        remark = Remark(*position_of(field.value), severity, text, valid, azure, str(field))
        if remark not in self.remarks:  # an alias may lead to a value twice
            self.remarks.append(remark)
