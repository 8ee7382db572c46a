"""Rules that a script switches off in its comments.

`# mdc-bridge: ignore` on a line switches off all rules for it, `# mdc-bridge: ignore=MDC304,MDC4`
those rules and groups; `ignore-file` in place of `ignore` does so for the whole file or cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, Optional

from ..scripts.facts import Mention
from ..scripts.place import Place

_SWITCH = re.compile(r"mdc-bridge:\s*(ignore(?:-file)?)\b\s*(?:=\s*([\w,\s]*))?")
EVERY_RULE = ""  # every id begins with it


class Switch(NamedTuple):
    """A comment that switches rules off.

    Attributes:
        rules: ids, or beginnings of ids.
        is_for_file: it holds for the whole source, not its line alone.
        place: of the comment.
    """

    rules: tuple[str, ...]
    is_for_file: bool
    place: Place


def switches_of(comments: Iterable[Mention]) -> list[Switch]:
    """Return those of a program's comments that switch rules off."""
    return [
        Switch(_rules(match.group(2)), match.group(1) == "ignore-file", comment.place)
        for comment in comments
        for match in _SWITCH.finditer(comment.text)
    ]


def is_switched_off(rule: str, place: Place, switches: Iterable[Switch]) -> bool:
    """Return whether a comment switches a rule off for a place.

    A comment on any line of a statement that goes over several counts for it.
    """
    return any(
        (switch.is_for_file or place.line <= switch.place.line <= place.end_line)
        and (switch.place.path, switch.place.cell) == (place.path, place.cell)
        and rule.startswith(switch.rules)
        for switch in switches
    )


def _rules(given: Optional[str]) -> tuple[str, ...]:
    named = tuple(part.upper() for part in re.split(r"[,\s]+", given or "") if part)
    return named or (EVERY_RULE,)
