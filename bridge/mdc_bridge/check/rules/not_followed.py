"""MDC316: a collector is used in a way that is not followed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..old_sdk import uses_new_sdk, uses_old_sdk
from ..rule import Hit, Rule

_WHY = {
    "collect": "what {by} is cannot be seen, so what becomes of its collect is not known",
    "add_correlations": "what {by} is cannot be seen, nor what add_correlations gives",
    "handed over": "a collector is handed to {by}, which is not followed",
    "run": "the text that {by} runs is not followed",
    "text": "{by}, so nothing of it is known",
    "made": "{by} is given a designation and seems to make a collector, but is not followed",
}
# What people call the class when they import it under another name.
_CLASSES = re.compile(r"collect|mdc|datacol", re.IGNORECASE)


def find(facts: Facts) -> Iterator[Hit]:
    """Yield what may be uses of collectors, in scripts of one of the SDKs."""
    is_sure = uses_old_sdk(facts) or uses_new_sdk(facts)
    for each in facts.unfollowed:
        if is_sure or each.what == "text" or (each.what == "made" and _CLASSES.search(each.by)):
            yield Hit(each.place, _WHY[each.what].format(by=each.by))


RULE = Rule(
    "MDC316",
    "a collector that is not followed",
    Verdict.UNSEEN,
    """
Scripts are read, not run. Where an object that is asked to collect comes from is mostly seen:
globals, attributes, dicts, lists, arguments, functions that return it. Where it is not (an object
of another module, a name that only running shows, a thread that is given the collector), nothing
is known of what it collects: look at the rules of group 3 for it yourself, and switch the finding
off with # mdc-bridge: ignore=MDC316.
""",
    find,
)
