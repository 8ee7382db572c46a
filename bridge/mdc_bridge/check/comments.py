"""Rules that a script switches off in its comments.

`# mdc-bridge: ignore` on a line switches off all rules for it, `# mdc-bridge: ignore=MDC304,MDC4`
those rules and groups; `ignore-file` in place of `ignore` does so for the whole file or cell.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from typing import NamedTuple

from ..scripts.facts import Place
from ..scripts.sources import Source

_NAME = "mdc-bridge"
_SWITCH = re.compile(r"mdc-bridge:\s*(ignore(?:-file)?)\b\s*(?:=\s*([\w,\s]*))?")
_EVERY_RULE = ""  # every id begins with it


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


def switches_of(source: Source) -> list[Switch]:
    """Return the comments of a source that switch rules off."""
    if _NAME not in source.text:
        return []
    found: list[Switch] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
            if token.type == tokenize.COMMENT and _NAME in token.string:
                found.extend(_switches_in(source, token))
    except (tokenize.TokenError, SyntaxError, ValueError):
        # What the parser has accepted the tokenizer may still refuse, at the end of the text.
        return found
    return found


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


def _switches_in(source: Source, token: tokenize.TokenInfo) -> Iterable[Switch]:
    for match in _SWITCH.finditer(token.string):
        word, given = match.groups()
        rules = tuple(part.upper() for part in re.split(r"[,\s]+", given or "") if part)
        line = token.start[0] + source.first_line - 1
        column = token.start[1] + match.start() + 1
        end = token.start[1] + match.end() + 1
        place = Place(source.path, source.cell, line, column, line, end)
        yield Switch(rules or (_EVERY_RULE,), word == "ignore-file", place)
