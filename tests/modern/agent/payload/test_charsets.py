"""A body's text is the same in its line and in the rows that are read of it."""

from __future__ import annotations

import orjson
import pytest

from mdc_agent.payload.bodies import body_of
from mdc_core.payload_rows import rows_of_body

_CHARSETS = [
    "utf-8",
    "utf8",
    "us-ascii",
    "iso-8859-1",
    "latin-1",
    "windows-1252",
    "utf-16",
    "utf-32",
]


@pytest.mark.parametrize("charset", _CHARSETS)
@pytest.mark.parametrize("form", ["text/csv; charset={}", 'text/csv; header=present; charset="{}"'])
def test_one_table_of_charsets(charset: str, form: str) -> None:
    """What rows can be read in, lines hold as text."""
    text = "name,x\ncafe,1\n" if charset == "us-ascii" else "name,x\ncaf\u00e9,1\n"
    content, content_type = text.encode(charset), form.format(charset)
    body = body_of(content, content_type, True)
    assert body.raw is None
    assert orjson.loads(body.data) == text
    rows = rows_of_body(content, content_type).rows
    assert rows == [{"name": text.split("\n")[1].split(",")[0], "x": 1}]


def test_a_byte_order_mark() -> None:
    """A line keeps the mark of UTF-8, which is a part of the text; names of columns have none."""
    content = "\ufeffx\n1\n".encode()
    assert orjson.loads(body_of(content, "text/csv", True).data) == "\ufeffx\n1\n"
    assert rows_of_body(content, "text/csv; header=present").rows == [{"x": 1}]
