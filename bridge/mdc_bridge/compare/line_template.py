"""Lines of one form read by a pattern, which is faster than to parse and to pack them.

The pattern is made of a line: its keys and what stands between the values, as they are, around any
number, plain text, boolean or null. Fields that are of no use here stand as they are, too, until
they are seen to vary. What it does not match is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Optional

from ..collected.period import time_of
from .packed import PackedRow, Shapes

_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_TEXT = r'"[^"\\\x00-\x1f]*"'
_VALUE = f"{_NUMBER}|{_TEXT}|true|false|null"
_TOKEN = re.compile(rf"[ \t]*([{{}}\[\],:]|{_VALUE})")
_FIELDS = ("time", "correlationid", "xrequestid", "modelversion")
_ELSEWHERE = frozenset({"dataref", "datainblob"})
_KINDS = {'"': str, "t": bool, "f": bool, "n": type(None)}
# Each number saves all groups before it: with the square of the groups, 100 ms for 3,000 of them.
_MOST_GROUPS = 100
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
    """Return a template for lines like one; None if a pattern cannot read its form.

    Args:
        raw: the line.
        before: the template of one before it, for what varies.
    """
    form = _Form(before)
    try:
        tokens = list(_tokens(raw.decode()))
        for at, (space, token) in enumerate(tokens):
            form.pattern.append(re.escape(space))
            if token[0] == '"' and tokens[at + 1 : at + 2] and tokens[at + 1][1] == ":":
                form.key(token)
            elif token in "{[":
                form.opened(token)
            elif token in "]}":
                form.closed(token)
            elif token in ",:":
                form.pattern.append(token)
            else:
                form.value(token)
        return form.template()
    except ValueError:
        return None


class _Form:
    """A template that grows by one token of a line after the other.

    Args:
        before: see `template_of`.

    Attributes:
        pattern: of the tokens so far.

    Raises:
        ValueError: by each method, if a pattern cannot read this.
    """

    def __init__(self, before: Optional[LineTemplate]) -> None:
        self.pattern: list[str] = []
        self._before = before
        self._varying = set() if before is None else set(before.varying)
        # The number of each field's group, or 0; and the values of some fields.
        self._fields: dict[str, int] = {}
        self._others: dict[str, str] = {}
        self._rows: list[tuple[tuple[str, ...], int]] = []
        self._groups = 0
        # Where the next token stands: what is open around it, in which field, behind which names.
        self._open = ""
        self._field = ""
        self._names: list[str] = []

    def key(self, token: str) -> None:
        """Add the name of a field, or of a value of a row."""
        self.pattern.append(re.escape(token))
        name = token[1:-1]
        if self._open != "{":
            self._names.append(name)
            return
        if name in self._fields or name in _ELSEWHERE:
            raise ValueError(name)
        self._field = name
        self._fields[name] = 0

    def opened(self, token: str) -> None:
        """Add the begin of the line, of its data, or of a row."""
        self._open += token
        self.pattern.append(re.escape(token))
        if self._open not in ("{", "{[", "{[{") or (self._open != "{" and self._field != "data"):
            raise ValueError(self._open)
        self._names = []

    def closed(self, token: str) -> None:
        """Add the end of what was opened last."""
        if self._open == "{[{":
            if len(set(self._names)) < len(self._names):
                raise ValueError(self._names)
            self._rows.append((tuple(self._names), self._groups + 1 - len(self._names)))
        self._open = self._open[:-1]
        self.pattern.append(re.escape(token))

    def value(self, token: str) -> None:
        """Add a value of a row, or of a field."""
        is_text = token[0] == '"'
        if self._open == "{[{":
            self._groups += 1
            self.pattern.append(f"({_TEXT}|{_VALUE})" if is_text else f"({_VALUE})")
        elif self._open != "{" or self._field == "data":
            raise ValueError(token)
        elif self._field not in _FIELDS:
            self.pattern.append(self._other(token))
        elif is_text:
            self._groups += 1
            self._fields[self._field] = self._groups
            self.pattern.append(f'"({_TEXT[1:-1]})"')
        else:
            raise ValueError(token)

    def template(self) -> LineTemplate:
        """Return the template of a line that is complete."""
        if "data" not in self._fields:
            raise ValueError("it has no data")
        if self._groups > _MOST_GROUPS:
            raise ValueError("it has too many values")
        groups = [self._fields.get(name, 0) for name in _FIELDS]
        pattern = "".join([*self.pattern, "\n"])
        return LineTemplate(pattern, groups, self._rows, self._others, self._varying)

    def _other(self, token: str) -> str:
        """Return the pattern of a field that is of no use here."""
        self._others[self._field] = token
        if self._before and self._before.others.get(self._field, token) != token:
            self._varying.add(self._field)
        is_varying = self._field in self._varying
        return f"(?:{_TEXT}|{_VALUE})" if is_varying else re.escape(token)


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
