"""Lines that are read by a pattern say what parsing them says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.collected.period import Period
from mdc_bridge.compare import jsonl_side
from mdc_bridge.compare.jsonl_side import JsonlSide
from mdc_bridge.compare.line_template import template_of
from mdc_bridge.compare.packed import Shapes
from mdc_bridge.compare.rows import Numbered
from mdc_bridge.compare.sides import Sides
from mdc_bridge.files.location import Location

_LINE = (
    b'{"specversion":"1.0","id":"1","time":"2026-11-21T09:16:25Z","data":'
    b'[{"a":1.5,"b":"t","n":7}],"correlationid":"x","xrequestid":"r","modelversion":"2"}\n'
)
# What stands in place of others in one line of several.
_ODD = [
    (b"1.5", new)
    for new in (
        b"1",
        b"-0",
        b"-0.0",
        b"1E5",
        b"1e-7",
        b"01",
        b"1.",
        b".5",
        b"+1",
        b"NaN",
        b"-Infinity",
    )
    + (b"1.50", b"9007199254740993", b"9" * 5000, b"null", b"true", b"false", b'"1.5"', b"[1]")
    + (b'{"c":1}', b"tru", b"1.5 ", b" 1.5", b'1.5,"a":2', b'1.5,"c":2')
]
_ODD += [
    (b'"t"', new)
    for new in (
        b'""',
        b"null",
        b'"\\u00e9"',
        b'"\\ud800"',
        b'"a\tb"',
        b'"\xff"',
        b'"a\\"b"',
        b"'t'",
    )
    + ('"é😀\u2028"'.encode(), b'"True"', b'"null"', b'"1"')
]
_ODD += [
    (b'"id":"1"', b'"id":"2"'),
    (b'"id":"1"', b'"id":{"a":[1]}'),
    (b'"id":"1"', b'"id":null'),
    (b'"id":"1"', b'"id":"1","id":"2"'),
    (b'"id":"1"', b'"dataref":"x"'),
    (b'"id":"1"', b'"datainblob":"true"'),
    (b'"1.0"', b'"2.0"'),
    (b'"x"', b"null"),
    (b'"x"', b'""'),
    (b'"x"', b"5"),
    (b'"x"', b'"x","correlationid":"y"'),
    (b'"r"', b'""'),
    (b'"2"', b"2"),
    (b'"xrequestid":"r",', b""),
    (b"T09:16:25Z", b"T10:16:25.5Z"),
    (b"T09:16:25Z", b"T08:16:25"),
    (b'"2026-11-21T09:16:25Z"', b"null"),
    (b'"2026-11-21T09:16:25Z"', b'"soon"'),
    (b'"b":"t","n":7', b'"n":7,"b":"t"'),
    (b'"n":7', b'"b":7'),
    (b'"n":7}', b'"n":7},{"a":1,"b":"u","n":8}'),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[]"),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[{}]"),
    (b'[{"a":1.5,"b":"t","n":7}]', b'{"a":1}'),
    (b'[{"a":1.5,"b":"t","n":7}]', b"[1,2]"),
    (b'[{"a":1.5,"b":"t","n":7}]', b'"text"'),
    (b"}\n", b"}"),
    (b"}\n", b"} \n"),
    (b"}\n", b"}\r\n"),
    (b"}\n", b"}}\n"),
    (b"}\n", b"\n"),
    (b"}\n", b"}\n\n"),
    (b'{"spec', b' {"spec'),
    (b'{"spec', b'\xef\xbb\xbf{"spec'),
]


def _found(root: Path, is_fast: bool, since: Optional[str]) -> tuple[Any, ...]:
    """Return all that is read of a tree, and how many templates were made."""
    place = Location.of(root, "RIGHT", "")
    streams, shapes = Numbered(), Shapes()
    side = JsonlSide(Sides(place, place, period=Period.of(since, None)), streams, shapes)
    before = jsonl_side._MOST_TEMPLATES
    jsonl_side._MOST_TEMPLATES = before if is_fast else 0
    try:
        files = side.find({("credit", "blue", "model_inputs")})
        lines = list(side.lines(files, lambda _: None))
    finally:
        jsonl_side._MOST_TEMPLATES = before
    rows = [list(map(shapes.unpack, line[-1])) for line in lines]
    texts = [repr(list(row.items())) for each in rows for row in each]
    problems, unreadable = side.found.problems, +side.found.unreadable
    return lines, texts, streams.items, problems, unreadable, len(side._templates)


def _check(root: Path, lines: list[bytes], since: Optional[str] = None) -> int:
    target = root / "modelDataCollector/credit/blue/model_inputs/2026/11/21/09/a.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(b"".join(lines))
    *found, templates = _found(root, True, since)
    *expected, _ = _found(root, False, since)
    assert found == expected
    return int(templates)


@pytest.mark.parametrize("since", [None, "2026-11-21T09:00"])
@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize(("old", "new"), _ODD, ids=[f"{one!r} {two!r}"[:60] for one, two in _ODD])
def test_one_odd_line(
    tmp_path: Path, old: bytes, new: bytes, place: int, since: Optional[str]
) -> None:
    """A line that differs in one thing, before, among and after others."""
    lines = [_LINE.replace(b'"x"', b'"%d"' % at) for at in range(5)]
    lines[place] = _LINE.replace(old, new)
    assert lines[place] != _LINE
    assert _check(tmp_path, lines, since) == 1


_CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
)
_NAMES = st.sampled_from(["a", "b", 'c"', "d\n", "é", ""])


@given(
    rows=st.lists(st.lists(st.dictionaries(_NAMES, _CELLS, max_size=3), max_size=2), max_size=6),
    fields=st.lists(st.dictionaries(_NAMES, _CELLS, max_size=2), min_size=6, max_size=6),
    is_dense=st.booleans(),
)
def test_any_lines(
    tmp_path_factory: pytest.TempPathFactory, rows: Any, fields: Any, is_dense: bool
) -> None:
    """Rows and fields of any values."""
    lines = [
        json.dumps(
            {**more, "time": "2026-11-21T09:16:25Z", "data": data, "xrequestid": "r"},
            separators=(",", ":") if is_dense else None,
            ensure_ascii=is_dense,
        ).encode()
        + b"\n"
        for data, more in zip(rows, fields)
    ]
    _check(tmp_path_factory.mktemp("lines"), lines)


def test_lines_of_one_form_need_no_other_template() -> None:
    """What varies from line to line, and is of no use, is learned from two of them."""
    lines = [_LINE.replace(b'"id":"1"', b'"id":"%d"' % at) for at in range(3)]
    first = template_of(lines[0])
    assert first is not None
    assert first.read(lines[1], Shapes()) is None
    second = template_of(lines[1], first)
    assert second is not None
    assert second.read(lines[2], Shapes()) is not None


@pytest.mark.parametrize("values", [50, 90, 200, 3000])
def test_many_values(values: int) -> None:
    """Beyond a hundred a pattern takes longer than to parse, and with the square of them."""
    row = json.dumps({f"c{at}": at for at in range(values)})
    assert (template_of(_LINE.replace(b'{"a":1.5,"b":"t","n":7}', row.encode())) is None) == (
        values > 100
    )
