"""The way through a file's nodes: what stands where, and what is to be said about it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from typing import Any

import yaml

from mdc_core.redaction import shown

from .remarks import ERROR, WARNING, Keys, Position, Remark, dotted
from .yaml_nodes import Entry, Nodes, Other, position_of


class Walk:
    """Takes values out of nodes by their keys, and notes remarks and positions.

    Args:
        nodes: of the file.

    Attributes:
        remarks: so far.
        entries: key and value of all that was looked at, by the keys that lead there.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes
        self.remarks: list[Remark] = []
        self.entries: dict[Keys, Entry] = {}

    def has_errors(self) -> bool:
        """Return whether something was found that nobody takes."""
        return any(remark.severity == ERROR for remark in self.remarks)

    def positions(self) -> dict[Keys, Position]:
        """Return where the values stand, by the keys that lead to them."""
        return {keys: position_of(value) for keys, (_, value) in self.entries.items()}

    def key_of(self, *keys: str) -> yaml.Node:
        """Return the node of a key that was looked at."""
        return self.entries[keys][0]

    def value_of(self, *keys: str) -> yaml.Node:
        """Return the node of a value that was looked at."""
        return self.entries[keys][1]

    def error(self, node: yaml.Node, keys: Keys, text: str, valid: str = "") -> None:
        """Note what neither Azure's client nor the agent takes."""
        self._say(node, keys, ERROR, text, valid, True)

    def refused_by_azure(self, node: yaml.Node, keys: Keys, text: str, valid: str) -> None:
        """Note what the agent takes and Azure's client does not, and the spelling for both."""
        self._say(node, keys, WARNING, text, valid, True)

    def warning(self, node: yaml.Node, keys: Keys, text: str, valid: str = "") -> None:
        """Note what both take, and what comes of it."""
        self._say(node, keys, WARNING, text, valid, False)

    def mapping(self, node: yaml.Node, keys: Keys) -> dict[str, Entry] | None:
        """Return the entries of a mapping by their keys; None, with an error, where it is none.

        Of a key that comes twice the last is taken, as Azure's client does.
        """
        entries = self._nodes.entries(node)
        if entries is None:
            self.error(node, keys, f"{dotted(keys)} is {self.shown(node)}", "a mapping")
            return None
        if node in self._nodes.ambiguous:
            text = f"{dotted(keys)} merges mappings that have the same keys: the first is used, and"
            self.warning(node, keys, f"{text} releases of PyYAML differ", "one mapping after `<<`")
        found: dict[str, Entry] = {}
        own = {id(key) for key, _ in node.value}
        seen: set[str] = set()
        for key, value in entries:
            name = self._nodes.scalar(key)
            if not isinstance(name, str):
                text = f"{dotted(keys)} has a key that is not text: {self.shown(key)}"
                self.error(key, keys, text, "a name; quoted, if it looks like a number or a flag")
                continue
            if id(key) in own:
                if name in seen:
                    earlier = position_of(found[name][0]).line
                    text = f"{dotted((*keys, name))} occurs twice: this one is used"
                    self.warning(key, (*keys, name), f"{text}, not that of line {earlier}")
                seen.add(name)
            found[name] = (key, value)
            self.entries[(*keys, name)] = (key, value)
        return found

    def items(self, node: yaml.Node, keys: Keys, what: str) -> list[yaml.Node]:
        """Return the nodes of a list; none, with an error, where it is none."""
        found = self._nodes.items(node)
        if found is None:
            self.error(node, keys, f"{dotted(keys)} is {self.shown(node)}", what)
            return []
        for at, item in enumerate(found):
            self.entries[(*keys, str(at))] = (item, item)
        return found

    def is_mapping(self, node: yaml.Node) -> bool:
        """Return whether a node is a mapping."""
        return self._nodes.is_mapping(node)

    def scalar(self, node: yaml.Node) -> Any:
        """See `Nodes.scalar`."""
        return self._nodes.scalar(node)

    def text(self, entry: Entry | None, keys: Keys, valid: str = "text") -> str | None:
        """Return a text; None where there is none, with an error where something else is."""
        if entry is None:
            return None
        value = self.scalar(entry[1])
        if isinstance(value, str):
            return value
        with contextlib.suppress(UnicodeDecodeError):
            if isinstance(value, bytes):
                return value.decode()
        hint = valid
        if isinstance(value, (bool, int, float)) and isinstance(entry[1], yaml.ScalarNode):
            hint = f"{valid}, such as {shown(entry[1].value)} in quotes"
        self.error(entry[1], keys, f"{dotted(keys)} is {self.shown(entry[1])}", hint)
        return None

    def shown(self, node: yaml.Node) -> str:
        """Return a value as messages show it."""
        value = self.scalar(node)
        if value is None:
            return "empty"
        return repr(value) if isinstance(value, Other) else shown(value)

    def unknown(self, found: dict[str, Entry], known: Collection[str]) -> list[tuple[str, Entry]]:
        """Return the entries whose keys are not among the known ones."""
        return [(name, entry) for name, entry in found.items() if name not in known]

    def _say(
        self, node: yaml.Node, keys: Keys, severity: str, text: str, valid: str, azure: bool
    ) -> None:
        position = position_of(node)
        remark = Remark(position.line, position.column, severity, text, valid, azure, dotted(keys))
        if remark not in self.remarks:  # an alias may lead to a value twice
            self.remarks.append(remark)
