"""What a check reports."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

from ..scripts import UnreadableScript
from ..scripts.place import Place
from ..texts import encodable


class Verdict(enum.Enum):
    """What becomes of a line of a script; the later ones ask for more."""

    UNCHANGED = "unchanged"
    UNSEEN = "not followed"
    DIFFERS = "differs"
    CHANGE = "change"


class Target(enum.Enum):
    """Where a script is to run."""

    BRIDGE = "bridge"  # in its old container, beside mdc-bridge
    ENDPOINT = "endpoint"  # in a container of SDK v2


_SEVERITY = {verdict: number for number, verdict in enumerate(Verdict)}


def verdict_for(target: Optional[Target], bridge: Verdict, endpoint: Verdict) -> Verdict:
    """Return which of two verdicts is of a target, the worse one for None."""
    if target is not None:
        return bridge if target is Target.BRIDGE else endpoint
    return max(bridge, endpoint, key=_SEVERITY.__getitem__)


@dataclass(frozen=True)
class Finding:
    """What a rule says of a line.

    Attributes:
        rule: its id.
        bridge: what becomes of it in the old container, with mdc-bridge.
        endpoint: what becomes of it in the container of an online endpoint.
        message: what was found, and how it differs.
        advice: what to change it to; "" where nothing has to be.
        place: where.
    """

    rule: str
    bridge: Verdict
    endpoint: Verdict
    message: str
    advice: str
    place: Place

    @property
    def verdict(self) -> Verdict:
        """The worse of the two verdicts."""
        return self.verdict_for(None)

    def verdict_for(self, target: Optional[Target]) -> Verdict:
        """Return the verdict for a target, the worse of the two for None."""
        return verdict_for(target, self.bridge, self.endpoint)

    def to_json(self, target: Optional[Target] = None) -> dict[str, Any]:
        """Return the finding as `--json` prints it.

        Args:
            target: that `verdict` is for, None for the worse one.
        """
        return {
            "rule": self.rule,
            "verdict": self.verdict_for(target).value,
            "bridge": self.bridge.value,
            "endpoint": self.endpoint.value,
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

    def count(self, verdict: Verdict, target: Optional[Target] = None) -> int:
        """Return the number of findings of a verdict, for a target or the worse of the two."""
        return self._counts(target)[verdict]

    def _counts(self, target: Optional[Target]) -> Counter[Verdict]:
        return Counter(finding.verdict_for(target) for finding in self.findings)

    def is_fine(self, target: Optional[Target] = None) -> bool:
        """Return whether all is known to work unchanged, as far as it could be read."""
        return self._counts(target).keys() <= {Verdict.UNCHANGED}

    def to_json(
        self, shown: Optional[Iterable[Finding]] = None, target: Optional[Target] = None
    ) -> dict[str, Any]:
        """Return the report as `--json` prints it.

        Args:
            shown: findings to be listed, None for all; the summary counts all.
            target: that `verdict` and the first counts are for, None for the worse of the two.
        """
        listed = self.findings if shown is None else shown
        return {
            "findings": [finding.to_json(target) for finding in listed],
            "unreadable": [one.to_json() for one in self.unreadable],
            "summary": {
                "files": self.files,
                "environments": self.environments,
                **self._named_counts(target),
                **{each.value: self._named_counts(each) for each in Target},
                "unreadable": len(self.unreadable),
                "ignored": self.ignored,
            },
        }

    def _named_counts(self, target: Optional[Target]) -> dict[str, int]:
        counts = self._counts(target)
        return {verdict.value: counts[verdict] for verdict in Verdict}
