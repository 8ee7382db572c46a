"""Lines of one form read by a pattern, which is faster than to parse and to pack them.

The pattern is made of a line: its keys and what stands between the values, as they are, around any
number, plain text, boolean or null. Fields that are of no use here stand as they are, too, until
they are seen to vary. What it does not match is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Optional

from ..collected.times import time_of
from .packed import PackedRow, Shapes

_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_TEXT = r'"[^"\\\x00-\x1f]*"'
_VALUE = f"{_NUMBER}|{_TEXT}|true|false|null"
_TOKEN = re.compile(rf"[ \t]*([{{}}\[\],:]|{_VALUE})")
_FIELDS = ("time", "correlationid", "xrequestid", "modelversion")
_ELSEWHERE = frozenset({"dataref", "datainblob"})
_KINDS = {'"': str, "t": bool, "f": bool, "n": type(None)}
_WORDS = {"true": "True", "false": "False", "null": ""}


class Fields(NamedTuple):
    """What a line says.

    Attributes:
        time_us: see `CollectedLine`.
        correlation_id: likewise.
        request_id: likewise.
        version: likewise.
        rows: packed.
    """

    time_us: Optional[int]
    correlation_id: str
    request_id: str
    version: str
    rows: list[PackedRow]


class LineTemplate:
    """Reads lines of the form of one.

    Args:
        pattern: of a line, with a group for each value.
        fields: number of the group of each of `_FIELDS`; 0 where the line has none.
        rows: of each row, its names and the number of its first group.
        others: the values of all other fields.
        varying: those of them that vary.
    """

    def __init__(
        self,
        pattern: str,
        fields: list[int],
        rows: list[tuple[tuple[str, ...], int]],
        others: dict[str, str],
        varying: set[str],
    ) -> None:
        self.others = others
        self.varying = varying
        self._match = re.compile(pattern).fullmatch
        self._fields = fields
        # With the numbers of shapes, by the kinds of their values.
        self._rows = [(*row, dict[tuple[type, ...], int]()) for row in rows]

    def read(self, raw: bytes, shapes: Shapes) -> Optional[Fields]:
        """Return what a line says; None if it is of another form.

        Args:
            raw: the line.
            shapes: the same for all lines.
        """
        try:
            found = self._match(raw.decode())
        except UnicodeDecodeError:
            return None
        if found is None:
            return None
        groups = ("", *found.groups())
        time, correlation_id, request_id, version = [groups[at] for at in self._fields]
        rows: list[PackedRow] = []
        for names, first, numbers in self._rows:
            cells = groups[first : first + len(names)]
            kinds = tuple([_KINDS.get(cell[0], bytes) for cell in cells])
            texts = [
                cell if kind is bytes else cell[1:-1] if kind is str else _WORDS[cell]
                for cell, kind in zip(cells, kinds)
            ]
            number = numbers.get(kinds)
            if number is None:
                number = numbers[kinds] = shapes.number(names, kinds)
            rows.append((number, tuple(texts)))
        return Fields(time_of(time), correlation_id or request_id, request_id, version, rows)


def template_of(raw: bytes, before: Optional[LineTemplate] = None) -> Optional[LineTemplate]:
    """Return a template for lines like one; None if its form is none for a pattern.

    Args:
        raw: the line.
        before: the template of one before it, for what varies.
    """
    try:
        tokens = list(_tokens(raw.decode()))
    except ValueError:
        return None
    pattern: list[str] = []
    places: dict[str, int] = {}
    others: dict[str, str] = {}
    varying = set() if before is None else set(before.varying)
    rows: list[tuple[tuple[str, ...], int]] = []
    open_ones = ""
    names: list[str] = []
    field = ""
    groups = 0
    for at, (space, token) in enumerate(tokens):
        pattern.append(re.escape(space))
        is_key = token[0] == '"' and tokens[at + 1 : at + 2] and tokens[at + 1][1] == ":"
        if is_key:
            pattern.append(re.escape(token))
            if open_ones == "{":
                field = token[1:-1]
                if field in places or field in _ELSEWHERE:
                    return None
                places[field] = 0
            else:
                names.append(token[1:-1])
        elif token in "{[":
            open_ones += token
            pattern.append(re.escape(token))
            if open_ones not in ("{", "{[", "{[{") or (len(open_ones) > 1 and field != "data"):
                return None
            names = []
        elif token in "]}":
            if open_ones == "{[{":
                if len(set(names)) < len(names):
                    return None
                rows.append((tuple(names), groups + 1 - len(names)))
            open_ones = open_ones[:-1]
            pattern.append(re.escape(token))
        elif token in ",:":
            pattern.append(token)
        elif open_ones == "{[{":
            groups += 1
            pattern.append(f"({_TEXT}|{_VALUE})" if token[0] == '"' else f"({_VALUE})")
        elif open_ones == "{" and field in _FIELDS:
            if token[0] != '"':
                return None
            groups += 1
            places[field] = groups
            pattern.append(f'"({_TEXT[1:-1]})"')
        elif open_ones == "{" and field != "data":
            others[field] = token
            if before is not None and before.others.get(field, token) != token:
                varying.add(field)
            pattern.append(f"(?:{_TEXT}|{_VALUE})" if field in varying else re.escape(token))
        else:
            return None
    if "data" not in places:
        return None
    fields = [places.get(name, 0) for name in _FIELDS]
    return LineTemplate("".join([*pattern, "\n"]), fields, rows, others, varying)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens of a line, and the space before each.

    Raises:
        ValueError: there is something else in it.
    """
    at, end = 0, len(text) - 1
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(text[at : at + 9])
        yield text[at : found.start(1)], found[1]
        at = found.end()
    if text[end:] != "\n":
        raise ValueError("it has no end")
