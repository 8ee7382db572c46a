"""Scripts -> findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Optional, Union

from mdc_core.errors import SettingsError

from ..scripts import UnreadableScript, find_scripts, read_script
from ..scripts.analysis import analyse, programs
from ..scripts.sources import Source
from .comments import Switch, is_switched_off, switches_of
from .findings import Finding, Report, Verdict, printable
from .rules import RULES
from .shapes import position

UNKNOWN_RULE = "MDC901"
_IDS = tuple(sorted([*(rule.id for rule in RULES), UNKNOWN_RULE]))


def check(
    paths: Iterable[Union[str, os.PathLike[str]]],
    ignore: Iterable[str] = (),
    progress: Optional[Callable[[int, Optional[int]], None]] = None,
) -> Report:
    """Say for each line of scripts that uses the old SDK what becomes of it under the bridge.

    Args:
        paths: `.py` files, notebooks, and folders of them.
        ignore: ids of rules that are switched off, or beginnings of ids (`MDC4`).
        progress: called with the number of scripts done, and of all.

    Returns:
        the findings, and what could not be read; all the other files are in it.

    Raises:
        MissingFileError: a path does not exist.
        SettingsError: a path is a URL, or `ignore` names no rule.
    """
    ignored = valid_rules(ignore)
    scripts, unreadable = find_scripts(paths)
    findings: list[Finding] = []
    off = 0
    for done, path in enumerate(scripts, 1):
        sources, problems = read_script(path)
        unreadable.extend(problems)
        for program in programs(sources):
            found, problems = check_program(program)
            unreadable.extend(problems)
            switches = [switch for source in program for switch in switches_of(source)]
            kept = [one for one in found if not _is_off(one, ignored, switches)]
            off += len(found) - len(kept)
            findings.extend(kept)
        if progress is not None:
            progress(done, len(scripts))
    order = {path: number for number, path in enumerate(scripts)}
    findings.sort(key=lambda one: (order[one.place.path], position(one.place), one.rule))
    return Report(tuple(findings), tuple(unreadable), len(scripts), off)


def check_program(program: Sequence[Source]) -> tuple[list[Finding], list[UnreadableScript]]:
    """Return the findings in sources that run together, comments not regarded."""
    facts, unreadable = analyse(program)
    found: dict[Finding, bool] = {}
    for rule in RULES:
        for hit in rule.find(facts):
            message, advice = printable(hit.message), printable(hit.advice)
            finding = Finding(rule.id, rule.verdict, message, advice, hit.place)
            found[finding] = rule.is_fallback
    spoken_of = {finding.place for finding, is_fallback in found.items() if not is_fallback}
    kept = [
        one for one, is_fallback in found.items() if not (is_fallback and one.place in spoken_of)
    ]
    for source in program:
        kept.extend(_unknown_rules(source))
    return kept, unreadable


def valid_rules(names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids, or beginnings of ids, that name rules.

    Raises:
        SettingsError: one of them names none.
    """
    valid = tuple(name.strip().upper() for name in names)
    for name in valid:
        if not _names_a_rule(name):
            raise SettingsError(f"ignore: {name!r} is no rule; valid: {', '.join(_IDS)}, or MDC4")
    return valid


def _is_off(finding: Finding, ignored: tuple[str, ...], switches: Sequence[Switch]) -> bool:
    return finding.rule.startswith(ignored or ("-",)) or is_switched_off(
        finding.rule, finding.place, switches
    )


def _unknown_rules(source: Source) -> Iterable[Finding]:
    for switch in switches_of(source):
        for name in switch.rules:
            if name and not _names_a_rule(name):
                message = f"the comment switches off {name}, which is no rule"
                advice = "an id of mdc-bridge check --list-rules"
                yield Finding(UNKNOWN_RULE, Verdict.CHANGE, message, advice, switch.place)


def _names_a_rule(name: str) -> bool:
    return len(name) > len("MDC") and any(rule.startswith(name) for rule in _IDS)
