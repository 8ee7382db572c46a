"""MDC610: a file of conda or pip names another one that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from ...scripts.facts import Facts
from ..findings import Verdict
from ..installing import missing_files, of_each
from ..rule import Hit, Rule


def find(facts: Facts) -> Iterator[Hit]:
    """Yield what is named, and cannot be read."""
    for missing in of_each(facts, missing_files):
        yield Hit(missing.place, f"{missing.name} {missing.reason}: what it asks for is not known")


RULE = Rule(
    "MDC610",
    "a file that is named is not there",
    Verdict.UNSEEN,
    """
Files that -r and -c name are read as well, relative to the one that names them. Where one is not
there, or is a URL, what it pins is not known, so it is not said that mdc-bridge installs beside it.
Check the folder that has it.
""",
    find,
)
