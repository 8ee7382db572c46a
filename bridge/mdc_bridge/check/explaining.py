"""The rules' own documentation, by id."""

from __future__ import annotations

import textwrap

from mdc_core.errors import SettingsError

from .findings import Verdict
from .rule import Rule
from .rules import RULES

_MEANINGS = {
    Verdict.UNCHANGED: "works unchanged under the bridge",
    Verdict.DIFFERS: "works, but differs",
    Verdict.CHANGE: "must be changed",
}


def explain(rule: str, width: int = 80) -> str:
    """Return what a rule means.

    Args:
        rule: its id.
        width: of the lines, in characters.

    Raises:
        SettingsError: there is no such rule.
    """
    found = _rule(rule)
    body = textwrap.fill(" ".join(found.explanation.split()), width, break_on_hyphens=False)
    switch = f"Switched off by --ignore {found.id}, or by # mdc-bridge: ignore={found.id}"
    return f"{found.id}: {found.title}\n{_MEANINGS[found.verdict]}\n\n{body}\n\n{switch}"


def _rule(name: str) -> Rule:
    for rule in RULES:
        if rule.id == name.strip().upper():
            return rule
    valid = ", ".join(rule.id for rule in RULES)
    raise SettingsError(f"--explain: {name!r} is no rule; valid: {valid}")
