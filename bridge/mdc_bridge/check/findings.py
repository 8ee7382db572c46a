"""What a check reports."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

from ..scripts import UnreadableScript
from ..scripts.facts import Place
from ..scripts.sources import encodable


class Verdict(enum.Enum):
    """What becomes of a line of a script under the bridge."""

    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    CHANGE = "change"


@dataclass(frozen=True)
class Finding:
    """What a rule says of a line.

    Attributes:
        rule: its id.
        verdict: works unchanged, works but differs, or must be changed.
        message: what was found, and how it differs.
        advice: what to change it to; "" where nothing has to be.
        place: where.
    """

    rule: str
    verdict: Verdict
    message: str
    advice: str
    place: Place

    def as_json(self) -> dict[str, Any]:
        """Return the finding as `--json` prints it."""
        return {
            "rule": self.rule,
            "verdict": self.verdict.value,
            "message": self.message,
            "advice": self.advice or None,
            **self.place._asdict(),
            "path": encodable(self.place.path),
        }


@dataclass(frozen=True)
class Report:
    """The result of a check.

    Attributes:
        findings: by file, cell and line.
        unreadable: files and cells of which nothing is known.
        files: number of scripts and notebooks that were looked at.
        ignored: number of findings that are switched off.
        environments: number of files of conda and pip that were looked at.
    """

    findings: tuple[Finding, ...]
    unreadable: tuple[UnreadableScript, ...]
    files: int
    ignored: int
    environments: int = 0

    def count(self, verdict: Verdict) -> int:
        """Return the number of findings of a verdict."""
        return Counter(finding.verdict for finding in self.findings)[verdict]

    def as_json(self, shown: Optional[Iterable[Finding]] = None) -> dict[str, Any]:
        """Return the report as `--json` prints it.

        Args:
            shown: findings to be listed, None for all; the summary counts all.
        """
        return {
            "findings": [
                finding.as_json() for finding in (self.findings if shown is None else shown)
            ],
            "unreadable": [one.as_json() for one in self.unreadable],
            "summary": {
                "files": self.files,
                "environments": self.environments,
                **{verdict.value: self.count(verdict) for verdict in Verdict},
                "unreadable": len(self.unreadable),
                "ignored": self.ignored,
            },
        }
