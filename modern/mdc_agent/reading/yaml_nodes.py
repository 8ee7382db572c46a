"""YAML as nodes that know their position: what `yaml.safe_load` makes of a file, value by value.

Azure's client reads with `yaml.safe_load`; so keys that come twice, merge keys and aliases mean
here what they mean there. Only what is asked for is unfolded, and the number of entries is
bounded: a few lines of aliases may stand for more than any memory holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from mdc_core.errors import MissingFileError, SettingsError, UnreadableFileError
from mdc_core.redaction import shown

from .remarks import NOWHERE, Position

MAX_BYTES = 512 * 1024
MAX_ENTRIES = 10_000

_MERGE = "tag:yaml.org,2002:merge"
_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"
_MAPPINGS = (_MAPPING, "tag:yaml.org,2002:set")
_LISTS = (_SEQUENCE, "tag:yaml.org,2002:omap", "tag:yaml.org,2002:pairs")
# What `safe_load` raises for scalars that are not of the type that their tag or form says.
_NO_VALUE = (yaml.YAMLError, ValueError, KeyError, IndexError, OverflowError, AttributeError)

Entry = tuple[yaml.Node, yaml.Node]


class YamlError(SettingsError):
    """A text is not YAML that can be read; `position` is where."""

    def __init__(self, message: str, position: Position = NOWHERE) -> None:
        super().__init__(message)
        self.position = position


class Other:
    """The value of a node that is not a text, number, flag, date or null."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __repr__(self) -> str:
        return self._kind


class Nodes:
    """The nodes of one document.

    Args:
        text: of the file.

    Attributes:
        root: None for an empty document.
        ambiguous: mappings that merge several others with the same keys, found so far.

    Raises:
        YamlError: it is not a single YAML document.
    """

    def __init__(self, text: str) -> None:
        self._entries = 0
        self.ambiguous: list[yaml.Node] = []
        try:
            self._loader = yaml.SafeLoader(text)
            self.root: yaml.Node | None = self._loader.get_single_node()
        except yaml.reader.ReaderError as error:
            raise YamlError(
                f"it holds a character that YAML does not allow, #x{int(error.character):04x}",
                _position_in(text, error.position),
            ) from error
        except yaml.composer.ComposerError as error:
            raise YamlError(_problem(error), _position_of_error(error)) from error
        except yaml.MarkedYAMLError as error:
            raise YamlError(
                f"it is not valid YAML: {_problem(error)}", _position_of_error(error)
            ) from error
        except RecursionError:
            raise YamlError("it is nested too deeply to be read") from None

    def scalar(self, node: yaml.Node) -> Any:
        """Return the value that `yaml.safe_load` makes of a node; an `Other` if it makes none."""
        if not isinstance(node, yaml.ScalarNode):
            return Other("a list" if isinstance(node, yaml.SequenceNode) else "a mapping")
        try:
            return self._loader.construct_object(node)
        except _NO_VALUE:
            return Other(f"no {shown(node.tag.rpartition(':')[2])}: {shown(node.value)}")

    def entries(self, node: yaml.Node) -> list[Entry] | None:
        """Return keys and values of a mapping, merged ones first; None for other nodes.

        Raises:
            YamlError: with its aliases it has too many entries, or what it merges is not a mapping.
        """
        if not isinstance(node, yaml.MappingNode) or node.tag != _MAPPING:  # sets have its form
            return None
        return self._flat(node, ())

    def items(self, node: yaml.Node) -> list[yaml.Node] | None:
        """Return the nodes of a list, None for other nodes."""
        if not isinstance(node, yaml.SequenceNode) or node.tag != _SEQUENCE:
            return None
        for _ in node.value:
            self._count(node)
        return list(node.value)

    def unreadable(self) -> list[yaml.Node]:
        """Return the nodes of the whole document that `yaml.safe_load` cannot read."""
        return [node for node in self._all() if self._is_unreadable(node)]

    def _is_unreadable(self, node: yaml.Node) -> bool:
        if isinstance(node, yaml.ScalarNode):
            return isinstance(self.scalar(node), Other)
        if isinstance(node, yaml.SequenceNode):
            return node.tag not in _LISTS
        # A mapping or a list cannot be a key of a dict.
        keys = [key for key, _ in node.value]
        return node.tag not in _MAPPINGS or any(not isinstance(k, yaml.ScalarNode) for k in keys)

    def _all(self) -> Iterator[yaml.Node]:
        seen: set[int] = set()
        waiting = [] if self.root is None else [self.root]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            if isinstance(node, yaml.SequenceNode):
                waiting += node.value
            elif isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    # `safe_load` takes these two for words of its own.
                    if key.tag not in (_MERGE, "tag:yaml.org,2002:value"):
                        waiting.append(key)
                    waiting.append(value)

    def _flat(self, node: yaml.MappingNode, within: tuple[int, ...]) -> list[Entry]:
        if id(node) in within:
            raise YamlError("a mapping is merged into itself", position_of(node))
        own: list[Entry] = []
        parts: list[yaml.Node] = []
        for key, value in node.value:
            self._count(node)
            if key.tag == _MERGE:
                parts += value.value if isinstance(value, yaml.SequenceNode) else [value]
            else:
                own.append((key, value))
        merged = []
        for part in parts:
            if not isinstance(part, yaml.MappingNode):
                raise YamlError("`<<` does not merge a mapping", position_of(part))
            merged.append(self._flat(part, (*within, id(node))))
        if len(merged) > 1:
            self._note_ambiguous(node, merged)
        # The first of several merged mappings wins, so it comes last.
        return [entry for entries in reversed(merged) for entry in entries] + own

    def _note_ambiguous(self, node: yaml.Node, merged: list[list[Entry]]) -> None:
        names: set[Any] = set()
        for entries in merged:
            its = {key.value for key, _ in entries if isinstance(key, yaml.ScalarNode)}
            if names & its and node not in self.ambiguous:
                self.ambiguous.append(node)
            names |= its

    def _count(self, node: yaml.Node) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise YamlError(
                f"with its aliases it has more than {MAX_ENTRIES} entries", position_of(node)
            )


def read_text(path: Path) -> str:
    """Return the text of a YAML file, which is UTF-8 as Azure's client reads it.

    Raises:
        MissingFileError, UnreadableFileError: there is nothing to read.
        YamlError: it is too large, or no UTF-8.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise MissingFileError(f"{path}: the file does not exist") from error
    except (OSError, ValueError) as error:  # the latter of a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableFileError(f"{path} cannot be read: {reason}") from error
    if len(content) > MAX_BYTES:
        raise YamlError(f"it is larger than {MAX_BYTES // 1024} KiB, the limit for such files")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = content[: error.start].decode("utf-8", "replace")
        raise YamlError("it is not UTF-8", _position_in(good, len(good))) from error


def position_of(node: yaml.Node) -> Position:
    """Return where a node begins."""
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)


def _position_in(text: str, position: int) -> Position:
    before = text[:position]
    return Position(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


def _position_of_error(error: yaml.MarkedYAMLError) -> Position:
    mark = error.problem_mark or error.context_mark
    return NOWHERE if mark is None else Position(mark.line + 1, mark.column + 1)


def _problem(error: yaml.MarkedYAMLError) -> str:
    if isinstance(error, yaml.composer.ComposerError) and "single document" in str(error.context):
        return "it holds more than one document; valid: one"
    return " ".join(filter(None, (error.context, error.problem)))
