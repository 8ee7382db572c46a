"""Steps 1, 2 and 8: what the scripts and environments of a service say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from ..check import Finding, Report, Target, Verdict, check
from ..check.checking import read_programs
from ..check.old_sdk import uses_new_sdk, uses_old_sdk
from ..needs import BRIDGE
from ..scripts import find_scripts
from ..scripts.environments import read_environment
from ..scripts.finding import SKIPPED_FOLDERS, is_environment_name
from ..scripts.modules import exports_in
from ..scripts.package_requests import Environment
from ..texts import counted
from .steps import State, Step

_OFFICIAL = "azureml-ai-monitoring"
_OF_ENVIRONMENT = ("MDC503", "MDC6")  # rules
_OF_NEW_SDK = "MDC7"
_ASKS = (Verdict.CHANGE, Verdict.UNSEEN)
_IN_IMAGE = re.compile(r"\bpip3?\s+install\b(?:[^\n&|;]|\\\n)*\bmdc-bridge\b")
_DOCKERFILE = re.compile(r"(?:.*\.)?Dockerfile(?:\..*)?", re.IGNORECASE)
_SHOWN = 3


def script_steps(paths: Sequence[str]) -> list[Step]:
    """Return steps 1, 2 and 8.

    Args:
        paths: files, and folders of them.

    Raises:
        MissingFileError: none of them exists.
    """
    if not paths:
        return [Step(number, State.UNKNOWN, "no scripts are named") for number in (1, 2, 8)]
    read = [path for path in paths if os.path.isdir(path) or not _is_dockerfile(path)]
    report = check(read) if read else Report((), (), 0, 0)
    old, new, environments = _uses(read)
    images = [path for path in _dockerfiles(paths) if _IN_IMAGE.search(_text(path))]
    return [
        _checked(report),
        _installed(report, environments, images, is_rewritten=bool(new) and not old),
        _rewritten(report, old, new),
    ]


def _checked(report: Report) -> Step:
    others = (*_OF_ENVIRONMENT, _OF_NEW_SDK)
    of_scripts = [one for one in report.findings if not one.rule.startswith(others)]
    verdicts = [one.verdict_for(Target.BRIDGE) for one in of_scripts]
    found = {
        "scripts": report.files,
        "change": verdicts.count(Verdict.CHANGE),
        "not_followed": verdicts.count(Verdict.UNSEEN),
        "differs": verdicts.count(Verdict.DIFFERS),
    }
    if report.unreadable:
        first = report.unreadable[0]
        place = _place(first.path, first.cell, first.line)
        return Step(1, State.UNREADABLE, f"{place} {first.reason}", found)
    if not report.files:
        return Step(1, State.UNKNOWN, "no script found", found)
    asking = [one for one in of_scripts if one.verdict_for(Target.BRIDGE) in _ASKS]
    if asking:
        return Step(1, State.LEFT, _listed(asking), found)
    differs = f"; {found['differs']:,} differ" if found["differs"] else ""
    text = f"{counted(report.files, 'script')} checked, nothing must be changed{differs}"
    return Step(1, State.DONE, text, found)


def _installed(
    report: Report, environments: Sequence[Environment], images: Sequence[str], is_rewritten: bool
) -> Step:
    found = {"environments": len(environments), "with_mdc_bridge": len(images)}
    if images:
        return Step(2, State.DONE, f"{BRIDGE} is in {_base(images[0])}", found)
    wanted = {BRIDGE, _OFFICIAL} if is_rewritten else {BRIDGE}
    without = [
        one
        for one in environments
        if wanted.isdisjoint(each.requirement.name for each in one.requests)
    ]
    found["with_mdc_bridge"] = len(environments) - len(without)
    asking = [
        one
        for one in report.findings
        if one.rule.startswith(_OF_ENVIRONMENT) and one.verdict_for(Target.BRIDGE) in _ASKS
    ]
    if asking:
        return Step(2, State.LEFT, _listed(asking), found)
    if not environments:
        return Step(2, State.UNKNOWN, "no conda, pip or Docker file found", found)
    if without:
        files = sorted({_base(one.requests[0].place.path) for one in without})
        return Step(2, State.LEFT, f"{BRIDGE} is not in {', '.join(files[:_SHOWN])}", found)
    return Step(2, State.DONE, f"{BRIDGE} is in {counted(len(environments), 'environment')}", found)


def _rewritten(report: Report, old: Sequence[str], new: Sequence[str]) -> Step:
    of_new = [one for one in report.findings if one.rule.startswith(_OF_NEW_SDK)]
    change = [one for one in of_new if one.verdict is Verdict.CHANGE]
    unseen = sum(one.verdict is Verdict.UNSEEN for one in of_new)
    found = {
        "old_sdk": len(old),
        "new_sdk": len(new),
        "change": len(change),
        "not_followed": unseen,
    }
    if old:
        names = ", ".join(map(_base, old[:_SHOWN])) + ", ..." * (len(old) > _SHOWN)
        verb = "uses" if len(old) == 1 else "use"
        return Step(8, State.LEFT, f"{names} {verb} the old SDK", found)
    if report.unreadable:
        return Step(8, State.UNREADABLE, "not all scripts could be read", found)
    if not new:
        return Step(8, State.UNKNOWN, "no script collects", found)
    if change:
        return Step(8, State.LEFT, _listed(change), found)
    # Frames that `rewrite` makes of what a request brings are such places.
    doubt = f"; {counted(unseen, 'place')} not followed" if unseen else ""
    return Step(8, State.DONE, f"no script uses the old SDK{doubt}", found)


def _uses(paths: Sequence[str]) -> tuple[list[str], list[str], list[Environment]]:
    """Return the scripts on the old SDK, those on the new one, and all environments."""
    old: list[str] = []
    new: list[str] = []
    environments: list[Environment] = []
    files, _ = find_scripts(paths, with_environments=True) if paths else ([], [])
    others = exports_in(files)
    for path in files:
        if is_environment_name(path):
            programs, _ = read_environment(path, path in paths)
        else:
            programs, _ = read_programs(path, others)
        if any(map(uses_old_sdk, programs)):
            old.append(path)
        if any(map(uses_new_sdk, programs)):
            new.append(path)
        for facts in programs:
            environments += facts.environments
    return old, new, environments


def _dockerfiles(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if not os.path.isdir(path):
            if _is_dockerfile(path):
                yield path
            continue
        for parent, folders, files in os.walk(path):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            for name in sorted(files):
                path = os.path.join(parent, name)
                # Opening a pipe would wait for its writer.
                if _is_dockerfile(name) and os.path.isfile(path):
                    yield path


def _is_dockerfile(path: str) -> bool:
    return _DOCKERFILE.fullmatch(os.path.basename(path)) is not None


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = stream.read().splitlines(keepends=True)
    except OSError:
        return ""
    return "".join(line for line in lines if not line.lstrip().startswith("#"))


def _listed(asking: Sequence[Finding]) -> str:
    first = asking[0]
    advice = f" -> {first.advice}" if first.advice else ""
    more = f" (and {len(asking) - 1:,} more)" if len(asking) > 1 else ""
    place = _place(first.place.path, first.place.cell, first.place.line)
    return f"{place} {first.rule} {first.message}{advice}{more}"


def _place(path: str, cell: Optional[int], line: Optional[int]) -> str:
    """Return a place as `check` names it; lines of a notebook are those of a cell."""
    parts = [None if cell is None else f"cell {cell}", line]
    return ":".join([_base(path), *(str(part) for part in parts if part is not None)])


def _base(path: str) -> str:
    return os.path.basename(path.rstrip("/")) or path
