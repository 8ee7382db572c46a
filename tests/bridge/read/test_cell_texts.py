"""A logged body as deep as its sender liked is a cell like others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.read.cell_texts import any_cell_json

DEPTH = 900
Event = Callable[..., dict[str, Any]]


def deep(inner: Any, depth: int = DEPTH) -> Any:
    for at in range(depth):
        inner = [1, inner] if at % 2 else {"a": None, "b\n": inner}
    return inner


@pytest.mark.parametrize("inner", [[], {}, "é\ud800", 1.5, None, [{"a": [True, 2**70]}]])
def test_deep_values_are_written_as_others_are(inner: Any) -> None:
    """What is written for the deep is what is written for the shallow, further in."""
    written = any_cell_json(deep(inner))
    shallow = any_cell_json(deep(inner, 2))
    prefix, suffix = any_cell_json(deep(0, 2)).split(b"0")
    for _ in range(DEPTH // 2 - 1):
        assert written.startswith(prefix)
        written = written[len(prefix) : -len(suffix)]
    assert written == shallow


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_one_deep_body_does_not_end_the_reading(
    write: Any, event: Event, tmp_path: Path, form: str
) -> None:
    """All rows are written, what is deep as its JSON."""
    body = json.loads("[" * DEPTH + "]" * DEPTH)
    line = json.dumps(event("BODY", "a")).replace('"BODY"', json.dumps(body)).encode() + b"\n"
    write(line, event([{"x": 1}], "b"), collection="request")
    out = tmp_path / "rows"
    assert run(["read", str(tmp_path / "collected"), "--format", form, "--out", str(out)]) == 0
    text = out.read_text()
    assert "[" * (DEPTH - 2) + "]" * (DEPTH - 2) in text
    assert ",b," in text or '"b"' in text
