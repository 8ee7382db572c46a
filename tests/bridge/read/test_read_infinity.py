"""Infinities, NaN and integers beyond every double: what each format holds of them."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pandas
import pyarrow.parquet
import pytest

from mdc_bridge.cli.app import run
from mdc_bridge.read import read

_LINE = (
    '{"time":"2026-11-21T09:00:00Z","correlationid":"i%d","modelversion":"1","data":[{"x":%s}]}\n'
)
CELLS: dict[str, tuple[float, Any]] = {
    "Infinity": (math.inf, None),
    "-Infinity": (-math.inf, None),
    "1e400": (math.inf, None),
    "-1e400": (-math.inf, None),
    "NaN": (math.nan, None),
    "1e308": (1e308, 1e308),
}


def _written(root: Path, cell: str, lines: int) -> Path:
    folder = root / "collected/modelDataCollector/e/d/c/2026/11/21/09"
    folder.mkdir(parents=True)
    cells = ["0.5"] * lines
    cells[-1] = cell
    text = "".join(_LINE % line for line in enumerate(cells))
    (folder / "a.jsonl").write_text(text)
    return root / "collected"


def _last(root: Path, form: str) -> Any:
    """Return the cell of the last row in a format."""
    out = root.parent / f"out.{form}"
    assert run(["read", str(root), "--format", form, "--out", str(out)]) == 0
    if form == "parquet":
        return pyarrow.parquet.read_table(out).column("x").to_pylist()[-1]
    text = out.read_text(encoding="utf-8")
    if form == "csv":
        return list(csv.reader(text.splitlines()))[-1][-1]
    return (json.loads(text)[-1] if form == "json" else json.loads(text.splitlines()[-1]))["x"]


# Line by line, and many lines at once.
@pytest.mark.parametrize("lines", [3, 300])
@pytest.mark.parametrize("cell", CELLS)
def test_numbers_that_json_may_not_have(tmp_path: Path, cell: str, lines: int) -> None:
    """CSV, Parquet and frames hold an infinity; JSON has none."""
    root = _written(tmp_path, cell, lines)
    held, in_json = CELLS[cell]
    is_missing = held != held
    text = _last(root, "csv")
    assert text == "" if is_missing else float(text) == held
    stored = _last(root, "parquet")
    assert pandas.isna(stored) if is_missing else stored == held
    found = read(root)["x"].iloc[-1]
    assert pandas.isna(found) if is_missing else found == held
    assert _last(root, "json") == _last(root, "jsonl") == in_json


@pytest.mark.parametrize("lines", [3, 300])
def test_integers_beyond_every_double(tmp_path: Path, lines: int) -> None:
    """All digits are there: as a text in JSON, where readers would make an infinity of them."""
    digits = f"1{'0' * 400}"
    root = _written(tmp_path, digits, lines)
    assert _last(root, "json") == _last(root, "jsonl") == digits
    assert _last(root, "csv") == digits
    assert read(root)["x"].iloc[-1] == 10**400
