"""A report as SARIF 2.1.0, which code hosts and editors show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional
from urllib.parse import quote

from mdc_core.version import __version__

from ..scripts import UnreadableScript
from ..texts import encodable
from .findings import SEVERITY, Finding, Report, Target, Verdict
from .notebook_lines import lines_of_notebook
from .rules import RULES

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Verdict.UNCHANGED: "note",
    Verdict.UNSEEN: "warning",
    Verdict.DIFFERS: "warning",
    Verdict.CHANGE: "error",
}


def sarif(
    report: Report,
    shown: Optional[Iterable[Finding]] = None,
    target: Optional[Target] = None,
) -> dict[str, Any]:
    """Return the report as a SARIF log of one run.

    Lines of notebooks are those of the file; a logical location names the cell and its line.

    Args:
        report: of a check.
        shown: findings to be listed, None for all.
        target: that levels are for, None for the worse of the two verdicts.
    """
    driver: dict[str, Any] = {
        "name": "mdc-bridge",
        "version": __version__,
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": " ".join(rule.explanation.split())},
                "defaultConfiguration": {"level": _level(rule.verdict, rule.endpoint, target)},
            }
            for rule in RULES
        ],
    }
    locations = _Locations()
    listed = report.findings if shown is None else shown
    positions = {rule["id"]: position for position, rule in enumerate(driver["rules"])}
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not report.unreadable,
                        "toolExecutionNotifications": [
                            _notification(problem, locations) for problem in report.unreadable
                        ],
                    }
                ],
                "results": [_result(one, positions[one.rule], locations, target) for one in listed],
            }
        ],
    }


class _Locations:
    """Makes locations; reads each notebook once."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[tuple[int, int], int]] = {}

    def of(self, path: str, cell: Optional[int], region: dict[str, int]) -> dict[str, Any]:
        """Return a location; of a cell it is the whole line, as the file holds it."""
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path)}}
        location: dict[str, Any] = {"physicalLocation": physical}
        if cell is not None:
            line = region.get("startLine", 1)
            name = f"cell {cell}, line {line}"
            location["logicalLocations"] = [{"name": name, "kind": "module"}]
            region = {"startLine": self._lines_of(path).get((cell, line), 1)}
        if region:
            physical["region"] = region
        return location

    def _lines_of(self, path: str) -> dict[tuple[int, int], int]:
        if path not in self._lines:
            self._lines[path] = lines_of_notebook(path)
        return self._lines[path]


def _level(bridge: Verdict, endpoint: Verdict, target: Optional[Target]) -> str:
    if target is not None:
        return _LEVELS[bridge if target is Target.BRIDGE else endpoint]
    return _LEVELS[max(bridge, endpoint, key=SEVERITY.__getitem__)]


def _result(
    finding: Finding, position: int, locations: _Locations, target: Optional[Target]
) -> dict[str, Any]:
    place = finding.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    text = f"{finding.message}; change to: {finding.advice}" if finding.advice else finding.message
    return {
        "ruleId": finding.rule,
        "ruleIndex": position,
        "level": _level(finding.bridge, finding.endpoint, target),
        "message": {"text": text},
        "locations": [locations.of(place.path, place.cell, region)],
        "properties": {"bridge": finding.bridge.value, "endpoint": finding.endpoint.value},
    }


def _notification(problem: UnreadableScript, locations: _Locations) -> dict[str, Any]:
    region = {} if problem.line is None else {"startLine": problem.line}
    return {
        "level": "error",
        "message": {"text": encodable(problem.reason)},
        "locations": [locations.of(problem.path, problem.cell, region)],
    }


def _uri(path: str) -> str:
    """Return a reference relative to where the check runs, as code hosts want it, if it is below.

    Names that are not UTF-8 keep their bytes.
    """
    absolute = Path(path).absolute()
    here = Path.cwd()
    is_below = here in absolute.parents
    shown = absolute.relative_to(here) if is_below else absolute
    quoted = quote(shown.as_posix().encode("utf-8", "surrogateescape"))
    return quoted if is_below else f"file://{quoted}"
