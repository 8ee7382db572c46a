"""MDC901: a comment switches off an unknown rule."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..comments import EVERY_RULE, switches_of
from ..findings import Verdict
from ..rule import Hit, Rule, names_a_rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield comments with ids, or beginnings of ids, that no rule has."""
    from . import RULES  # of which this is one

    for switch in switches_of(facts.comments):
        for name in switch.rules:
            if name != EVERY_RULE and not names_a_rule(name, RULES):
                message = f"the comment switches off {name}, which is not a rule"
                yield Hit(switch.place, message, "an id of mdc-bridge check --list-rules")


RULE = Rule(
    "MDC901",
    "a comment switches off an unknown rule",
    Verdict.CHANGE,
    """
A comment such as # mdc-bridge: ignore=MDC304 names ids of rules, or the beginnings of ids that
a group has in common (MDC3). An unknown name switches nothing off.
""",
    find,
)
