"""The rules' own documentation, by id."""

from __future__ import annotations

import textwrap

from mdc_core.errors import SettingsError

from .findings import Verdict
from .rule import Rule
from .rules import rules_named

_VALID = "an id that mdc-bridge check --list-rules prints, or a group such as MDC4"
_WIDTH = 80
_MEANINGS = {
    Verdict.UNCHANGED: "works unchanged",
    Verdict.UNSEEN: "not followed: nothing is known about it",
    Verdict.DIFFERS: "works, but differs",
    Verdict.CHANGE: "must be changed",
}


def explain(rule: str) -> str:
    """Return what a rule, or each rule of a group, means.

    Args:
        rule: its id, or the beginning of the ids of a group (`MDC4`).

    Raises:
        SettingsError: there is no such rule.
    """
    return "\n\n\n".join(_explained(found) for found in rules_of(rule))


def _explained(found: Rule) -> str:
    body = textwrap.fill(" ".join(found.explanation.split()), _WIDTH, break_on_hyphens=False)
    switch = f"Switched off by --ignore {found.id}, or by # mdc-bridge: ignore={found.id}"
    meaning = _MEANINGS[found.verdict]
    if found.endpoint is not found.verdict:
        meaning = f"under the bridge: {meaning}; on an endpoint: {_MEANINGS[found.endpoint]}"
    return f"{found.id}: {found.title}\n{meaning}\n\n{body}\n\n{switch}"


def rules_of(name: str, option: str = "--explain") -> list[Rule]:
    """Return a rule by its id, or those of a group.

    Args:
        name: its id, or the beginning of the ids of a group.
        option: that gives it, for the error.

    Raises:
        SettingsError: there is no such rule.
    """
    found = rules_named(name.strip().upper())
    if not found:
        raise SettingsError(f"{option}: {name!r} is not a rule; valid: {_VALID}")
    return found
