"""What a rule is: an id, what it means, and a function that reads facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Optional

from ..scripts.facts import Facts
from ..scripts.place import Place
from .findings import Verdict

# With all that most rules import.
__all__ = ["Facts", "Hit", "Hits", "Rule", "Verdict", "rule"]


class Hit(NamedTuple):
    """A place to which a rule applies.

    Attributes:
        place: where.
        message: what is there, and how it differs.
        advice: what to change it to, "" where nothing has to be.
    """

    place: Place
    message: str
    advice: str = ""


Hits = Iterator[Hit]


@dataclass(frozen=True)
class Rule:
    """One thing that scripts do with the old SDK, and what becomes of it.

    Attributes:
        id: stable; the first digit is the group: 1 imports, 2 collectors, 3 collecting, 4 the rest
            of SDK v1, 5 deployment, 6 files of conda and pip, 7 the new SDK, 9 the check itself.
        title: a few words.
        verdict: of each of its findings, under the bridge.
        explanation: a paragraph.
        find: returns the places it applies to.
        is_fallback: says only that something works, so it is left out where another rule speaks.
        on_endpoint: the verdict on an online endpoint, None where it is the same.
    """

    id: str
    title: str
    verdict: Verdict
    explanation: str
    find: Callable[[Facts], Hits]
    is_fallback: bool = False
    on_endpoint: Optional[Verdict] = None

    @property
    def endpoint(self) -> Verdict:
        """The verdict of each of its findings, on an online endpoint."""
        return self.verdict if self.on_endpoint is None else self.on_endpoint


def rule(
    id: str,
    title: str,
    verdict: Verdict,
    explanation: str,
    *,
    is_fallback: bool = False,
    on_endpoint: Optional[Verdict] = None,
) -> Callable[[Callable[[Facts], Hits]], Rule]:
    """Return a decorator that makes a `Rule` of the function that finds its places."""

    def decorate(find: Callable[[Facts], Hits]) -> Rule:
        return Rule(id, title, verdict, explanation, find, is_fallback, on_endpoint)

    return decorate
