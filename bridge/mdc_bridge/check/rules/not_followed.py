"""MDC316: a collector is used in a way that is not followed."""

from __future__ import annotations

import re

from ..old_sdk import uses_new_sdk, uses_old_sdk
from ..rule import Facts, Hit, Hits, Verdict, rule

_WHY = {
    "collect": "{by} is not known, so what its collect does is not known either",
    "add_correlations": "{by} is not known, nor what its add_correlations returns",
    "handed over": "a collector is passed to {by}, which is not followed",
    "run": "the text that {by} runs is not followed",
    "text": "{by}, so nothing is known about it",
    "made": "{by} gets a designation and may create a collector, but is not followed",
}
# What people call the class when they import it under another name.
_CLASSES = re.compile(r"collect|mdc|datacol", re.IGNORECASE)


@rule(
    "MDC316",
    "a collector that is not followed",
    Verdict.UNSEEN,
    """
Scripts are read, not run. A collector is followed through globals, attributes, dicts, lists,
arguments and functions that return it. Where it cannot be followed (an object of another module,
a name only known at run time, a thread that gets the collector), nothing is known about what it
collects: check it against the rules of group 3 yourself, then switch the finding off with #
mdc-bridge: ignore=MDC316.
""",
)
def find(facts: Facts) -> Hits:
    """Yield what may be uses of collectors, in scripts of one of the SDKs."""
    is_sure = uses_old_sdk(facts) or uses_new_sdk(facts)
    for each in facts.unfollowed:
        if is_sure or each.what == "text" or (each.what == "made" and _CLASSES.search(each.by)):
            yield Hit(each.place, _WHY[each.what].format(by=each.by))
