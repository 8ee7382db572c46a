"""MDC706: one context for all requests."""

from __future__ import annotations

from ..rule import Facts, Hit, Hits, Verdict, rule

_ONCE = frozenset({"__init__", "init", "setup", "startup"})


@rule(
    "MDC706",
    "one context for all requests",
    Verdict.CHANGE,
    """
A correlation context is the id and time of one request. Made in init, as an argument's default,
or at module level, it is the same for all requests of the process: outputs are joined to the
inputs of other requests, and all have the time of the start.
""",
)
def find(facts: Facts) -> Hits:
    """Yield collect calls whose context another function, or the module, has made."""
    for call in facts.modern_calls:
        for context in call.context.collectors:
            name = facts.function_names.get(context.function, "")
            is_once = context.function == 0 or name in _ONCE
            if is_once and context.function != call.function:
                where = f"in {name}" if name else "by the module"
                message = f"the context is made once, {where} (line {context.place.line}): "
                message += "all requests have its id"
                yield Hit(call.place, message, "make it in run")
                break
