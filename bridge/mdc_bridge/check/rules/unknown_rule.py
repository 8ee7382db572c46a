"""MDC901: a comment switches off an unknown rule."""

from __future__ import annotations

from ..comments import EVERY_RULE, switches_of
from ..rule import Facts, Hit, Hits, Verdict, rule


@rule(
    "MDC901",
    "a comment switches off an unknown rule",
    Verdict.CHANGE,
    """
A comment such as # mdc-bridge: ignore=MDC304 names ids of rules, or the beginnings of ids that
a group has in common (MDC3). An unknown name switches nothing off.
""",
)
def find(facts: Facts) -> Hits:
    """Yield comments with ids, or beginnings of ids, that no rule has."""
    from . import rules_named  # of which this is one

    for switch in switches_of(facts.comments):
        for name in switch.rules:
            if name != EVERY_RULE and not rules_named(name):
                message = f"the comment switches off {name}, which is not a rule"
                yield Hit(switch.place, message, "an id of mdc-bridge check --list-rules")
