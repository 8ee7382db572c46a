"""MDC320: a collect that is never reached."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule

_ENTRY_POINTS = frozenset({"init", "main", "run"})


@rule(
    "MDC320",
    "a collect that is never reached",
    Verdict.CHANGE,
    """
It comes after a return, raise or exit, under a condition that is never true, or in a function
that the scoring script never calls. It has never collected and does not now. Move it before the
return, or remove it.
""",
)
def find(facts: Facts) -> Hits:
    """Yield calls of collect that no way leads to."""
    has_run = "run" in facts.functions.values()
    for call in facts.collects:
        function = facts.functions.get(call.function, "")
        if call.is_unreached:
            yield Hit(call.place, "never reached: code before it returns, raises or disables it")
        elif has_run and function and function not in facts.used_names | _ENTRY_POINTS:
            yield Hit(call.place, f"never reached: nothing in this script calls {function}")
