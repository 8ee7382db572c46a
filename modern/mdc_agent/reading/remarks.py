"""Remarks about a file that was read: where, how grave, and what is valid there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from mdc_core.errors import SettingsError
from mdc_core.redaction import shown

from ..deployment import Deployment

WARNING = "warning"
ERROR = "error"

Keys = tuple[str, ...]
_PLAIN = re.compile(r"[\w$-]{1,100}")


def dotted(keys: Keys) -> str:
    """Return the name of a value for messages: names that are not words are quoted, and cut."""
    return ".".join(key if _PLAIN.fullmatch(key) else shown(key) for key in keys) or "the file"


class Position(NamedTuple):
    """A position in a file; both numbers begin at 1, 0 where there is none."""

    line: int
    column: int

    def of(self, source: str) -> str:
        """Return it as messages name it, such as `deployment.yaml:7:15`, else the source alone."""
        return f"{source}:{self.line}:{self.column}" if self.line else source


NOWHERE = Position(0, 0)


@dataclass(frozen=True)
class Remark:
    """One thing to say about a file.

    Attributes:
        line, column: of the value, from 1; 0 where it is about no line.
        severity: `warning`, or `error` where nothing can be collected after this file.
        text: what is the matter.
        valid: what is valid there, or the spelling that Azure's client takes; may be empty.
        azure_refuses: Azure's client does not take the file because of it.
        setting: the dotted name of the value, such as `data_collector.rolling_rate`.
    """

    line: int
    column: int
    severity: str
    text: str
    valid: str = ""
    azure_refuses: bool = False
    setting: str = ""

    @property
    def position(self) -> Position:
        """Where the value stands."""
        return Position(self.line, self.column)

    def at(self, source: str) -> str:
        """Return the remark as one line of text, with its position in `source`."""
        return f"{self.position.of(source)}: {self.severity}: {self.what}"

    @property
    def what(self) -> str:
        """What is the matter, and what is valid."""
        return f"{self.text}; valid: {self.valid}" if self.valid else self.text


@dataclass(frozen=True)
class Reading:
    """A deployment as it was read, with the remarks about it.

    Attributes:
        source: the path or the kind of object, as messages name it.
        deployment: None where an error stands in the way.
        remarks: by line.
        positions: of values, by their keys from the root.
    """

    source: str
    deployment: Deployment | None
    remarks: tuple[Remark, ...] = ()
    positions: Mapping[Keys, Position] = field(
        default_factory=lambda: MappingProxyType({}), repr=False
    )

    @property
    def refused_by_azure(self) -> bool:
        """Whether Azure's client refuses what was read."""
        return any(remark.azure_refuses for remark in self.remarks)

    def position(self, *keys: str) -> str:
        """Return where a value stands, see `Position.of`."""
        return self.positions.get(keys, NOWHERE).of(self.source)

    def accepted(self) -> Deployment:
        """Return the deployment.

        Raises:
            SettingsError: an error stands in the way; the text has all remarks.
        """
        if self.deployment is None:
            raise SettingsError("\n".join(each.at(self.source) for each in self.remarks))
        return self.deployment
