"""Scripts, and files of conda and pip -> findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Optional

from ..arguments import AnyPaths, names_of, paths_of
from ..scripts import UnreadableScript, find_scripts
from ..scripts.analysis import analyse, programs, with_embedded
from ..scripts.environments import environment_in_cell, read_environment
from ..scripts.facts import Facts
from ..scripts.finding import is_environment_name, is_environment_when_asked_for, local_path
from ..scripts.modules import exports_in
from ..scripts.reading import read_parts
from ..scripts.tables import Exports
from ..texts import printable
from .comments import Switch, is_switched_off, switches_of
from .explaining import rules_of
from .findings import Finding, Report
from .rules import RULES
from .shapes import position


def check(
    paths: AnyPaths,
    ignore: Iterable[str] = (),
    progress: Optional[Callable[[int, int], None]] = None,
) -> Report:
    """Say for each line of scripts that uses the old SDK what becomes of it.

    There are two verdicts: in the old container with mdc-bridge, and on an online endpoint.

    For conda and pip files it says whether mdc-bridge can be installed with what they require.

    Args:
        paths: one or several `.py` files, notebooks, files of conda (`.yml`, `.yaml`) and pip
            (`.txt`, `.in`), and folders of them.
        ignore: ids of rules that are switched off, or beginnings of ids (`MDC4`).
        progress: called with the number of files done, and of all.

    Returns:
        the findings, and what could not be read; all the other files are in it.

    Raises:
        MissingFileError: none of the paths exists.
        SettingsError: a path is a URL, or `ignore` names no rule.
    """
    ignored = _rules_to_ignore(ignore)
    given = paths_of(paths, is_needed=True)
    files, unreadable = find_scripts(given, with_environments=True)
    others = exports_in(files)
    named = set(map(local_path, given))
    scripts = environments = 0
    findings: dict[Finding, None] = {}  # several files may name one of pip's
    off: set[Finding] = set()
    for done, path in enumerate(files, 1):
        is_named = path in named
        if (is_environment_when_asked_for if is_named else is_environment_name)(path):
            read, problems = read_environment(path, is_named)
            environments += bool(read or problems)
        else:
            read, problems = read_programs(path, others)
            scripts += 1
        unreadable.extend(problems)
        for facts in read:
            switches = switches_of(facts.comments)
            for finding in findings_of(facts):
                if _is_off(finding, ignored, switches):
                    off.add(finding)
                else:
                    findings[finding] = None
        if progress is not None:
            progress(done, len(files))
    order = {path: number for number, path in enumerate(files)}
    for one in findings:
        order.setdefault(one.place.path, len(order))
    listed = sorted(
        findings, key=lambda one: (order[one.place.path], position(one.place), one.rule)
    )
    return Report(tuple(listed), tuple(unreadable), scripts, len(off), environments)


def read_programs(path: str, others: Exports) -> tuple[list[Facts], list[UnreadableScript]]:
    """Return the facts about a script or notebook, and what of it cannot be read.

    Args:
        path: of the file.
        others: what the files beside it have to be imported.
    """
    sources, written, unreadable = read_parts(path)
    sources, of_texts = with_embedded(sources)
    found: list[Facts] = [of_texts]
    for program in programs(sources):
        facts, problems = analyse(program, others)
        found.append(facts)
        unreadable.extend(problems)
    for file in written:
        of_file, problems = environment_in_cell(file, written)
        found.extend(of_file)
        unreadable.extend(problems)
    return found, unreadable


def findings_of(facts: Facts) -> list[Finding]:
    """Return what the rules say of a program, comments that switch them off not regarded."""
    found: dict[Finding, bool] = {}
    for rule in RULES:
        for hit in rule.find(facts):
            message, advice = printable(hit.message), printable(hit.advice)
            finding = Finding(rule.id, rule.verdict, rule.endpoint, message, advice, hit.place)
            found[finding] = rule.is_fallback
    covered = {finding.place for finding, is_fallback in found.items() if not is_fallback}
    return [one for one in found if not (found[one] and one.place in covered)]


def _rules_to_ignore(names: Iterable[str]) -> tuple[str, ...]:
    """Return the ids, or beginnings of ids, of rules.

    Raises:
        SettingsError: one of them names none.
    """
    ignored = tuple(name.strip().upper() for name in names_of(names, "ignore"))
    for name in ignored:
        rules_of(name, "--ignore")
    return ignored


def _is_off(finding: Finding, ignored: tuple[str, ...], switches: Sequence[Switch]) -> bool:
    return finding.rule.startswith(ignored or ("-",)) or is_switched_off(
        finding.rule, finding.place, switches
    )
