"""The CSV of `read` is what every reader of CSV takes for the same rows and cells."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas
import pytest

from mdc_bridge.cli.app import run

SPECIAL = [*"\",\r\n\t' \x0b\x0c\x1c\x85\u2028", "\r\n", ""]


@pytest.mark.parametrize("odd", [[], [[1]]], ids=["tables", "lists"])
@pytest.mark.parametrize("name", ["x", "a\rb", 'a"b', "a,b", "a\nb"], ids=ascii)
def test_each_cell_is_read_back(
    odd: list[Any], name: str, write: Any, event: Any, tmp_path: Path
) -> None:
    """Wherever a character stands in a cell that CSV or a reader gives a meaning to."""
    cells = [form.format(mark) for mark in SPECIAL for form in ("{}", "{}x", "x{}", "x{}y")]
    write(event([{name: cell, "n": 1} for cell in [*cells, *odd]]))
    target = tmp_path / "rows.csv"
    arguments = ["read", str(tmp_path / "collected"), "--format", "csv", "--out", str(target)]
    assert run(arguments) == 0
    content = target.read_bytes().decode()
    expected = [*cells, *("[1]" for _ in odd)]
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    assert [row[name] for row in rows] == expected
    assert {row["n"] for row in rows} == {"1"}
    frame = pandas.read_csv(target, dtype=str, keep_default_na=False)
    assert frame[name].tolist() == expected


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udc00\ud800"], ids=ascii)
def test_half_of_a_pair_of_surrogates_is_shown(
    text: str, write: Any, event: Any, tmp_path: Path
) -> None:
    """As the JSON of these rows shows it: a question mark would be another text."""
    write(event([{"x": text, text: 1}]))
    shown = text.encode("utf-8", "backslashreplace").decode()
    target = tmp_path / "rows.csv"
    arguments = ["read", str(tmp_path / "collected"), "--format", "csv", "--out", str(target)]
    assert run(arguments) == 0
    (row,) = csv.DictReader(io.StringIO(target.read_bytes().decode(), newline=""))
    assert (row["x"], row[shown]) == (shown, "1")
