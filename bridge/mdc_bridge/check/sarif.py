"""A report as SARIF 2.1.0, which code hosts and editors show beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional
from urllib.parse import quote

from mdc_core.version import __version__

from ..scripts import UnreadableScript
from ..texts import encodable
from .findings import Finding, Report, Target, Verdict, verdict_for
from .rules import RULES

_LinesOf = Callable[[str], dict[tuple[int, int], int]]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {
    Verdict.UNCHANGED: "note",
    Verdict.UNSEEN: "warning",
    Verdict.DIFFERS: "warning",
    Verdict.CHANGE: "error",
}
_POSITIONS = {rule.id: position for position, rule in enumerate(RULES)}


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
                "defaultConfiguration": {
                    "level": _LEVELS[verdict_for(target, rule.verdict, rule.endpoint)]
                },
            }
            for rule in RULES
        ],
    }
    lines_of = lru_cache(maxsize=None)(_lines_of_notebook)
    listed = report.findings if shown is None else shown
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
                            _notification(problem, lines_of) for problem in report.unreadable
                        ],
                    }
                ],
                "results": [_result(one, lines_of, target) for one in listed],
            }
        ],
    }


def _result(finding: Finding, lines_of: _LinesOf, target: Optional[Target]) -> dict[str, Any]:
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
        "ruleIndex": _POSITIONS[finding.rule],
        "level": _LEVELS[finding.verdict_for(target)],
        "message": {"text": text},
        "locations": [_location(place.path, place.cell, region, lines_of)],
        "properties": {"bridge": finding.bridge.value, "endpoint": finding.endpoint.value},
    }


def _notification(problem: UnreadableScript, lines_of: _LinesOf) -> dict[str, Any]:
    region = {} if problem.line is None else {"startLine": problem.line}
    return {
        "level": "error",
        "message": {"text": encodable(problem.reason)},
        "locations": [_location(problem.path, problem.cell, region, lines_of)],
    }


def _location(
    path: str, cell: Optional[int], region: dict[str, int], lines_of: _LinesOf
) -> dict[str, Any]:
    """Return a location; of a cell it is the whole line, as the file holds it."""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(path)}}
    location: dict[str, Any] = {"physicalLocation": physical}
    if cell is not None:
        line = region.get("startLine", 1)
        name = f"cell {cell}, line {line}"
        location["logicalLocations"] = [{"name": name, "kind": "module"}]
        region = {"startLine": lines_of(path).get((cell, line), 1)}
    if region:
        physical["region"] = region
    return location


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


def _lines_of_notebook(path: str) -> dict[tuple[int, int], int]:
    """Return the file's lines by cell and line of the cell, all counted from 1.

    Jupyter writes each line of a cell as a JSON string on a line of its own; where a file is
    written in another way, its first line stands for all.
    """
    try:
        with open(path, encoding="utf-8-sig", newline="\n") as stream:
            text = stream.read()
        notebook = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    positions: dict[str, list[int]] = {}
    for number, written in enumerate(text.split("\n"), 1):
        positions.setdefault(written.strip().rstrip(","), []).append(number)
    found: dict[tuple[int, int], int] = {}
    after = 0
    for cell, line, content in _source_lines(notebook):
        for encoded in (json.dumps(content, ensure_ascii=False), json.dumps(content)):
            later = next((at for at in positions.get(encoded, ()) if at > after), None)
            if later is not None:
                found[cell, line] = after = later
                break
    return found


def _source_lines(notebook: Any) -> Iterator[tuple[int, int, str]]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    for number, cell in enumerate(cells if isinstance(cells, list) else (), 1):
        source = cell.get("source") if isinstance(cell, dict) else None
        for line, content in enumerate(source if isinstance(source, list) else (), 1):
            if isinstance(content, str):
                yield number, line, content
