"""Reads trees with lines read many at once, where they can be, and one by one, and compares."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from mdc_bridge.collected.problems import Problems
from mdc_bridge.read import rows as rows_module
from mdc_bridge.read.batch import FrameSource, TableBatch
from mdc_bridge.read.reading import opened_rows
from mdc_bridge.read.truth_rows import RowsWithTruth
from mdc_bridge.read.writing import WRITERS
from mdc_core.errors import SettingsError


def write_tree(root: Path, files: dict[str, list[bytes]]) -> None:
    """Write lines to files by their paths below a deployment's folder."""
    for path, lines in files.items():
        target = root / "modelDataCollector/credit/blue" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"".join(lines))


def _result(
    root: Path, is_fast: bool, truth: Any = None, on: Any = None, **options: Any
) -> tuple[dict[str, Any], bool]:
    """Return all that is read and written, and whether any of it was read many lines at once."""
    problems = Problems()
    before = rows_module._regular
    rows_module._regular = before if is_fast else lambda *_: None  # type: ignore[assignment]
    try:
        with opened_rows(root, problems=problems, **options) as rows:
            result: dict[str, Any] = {"count": rows.count}

            def source_of_all() -> FrameSource:
                return rows if truth is None else RowsWithTruth(rows, truth, on)

            for form in ("csv", "json", "jsonl", "parquet"):
                stream = io.BytesIO()
                source = source_of_all()
                try:
                    WRITERS[form](source, stream)
                    result[form] = stream.getvalue()
                except SettingsError as error:
                    result[form] = str(error)
                result[f"unused in {form}"] = getattr(source, "unused", "")
            if isinstance(result["parquet"], bytes):
                result["parquet"] = pyarrow.parquet.read_table(io.BytesIO(result["parquet"]))
            source = source_of_all()
            try:
                # In a few frames, each of a few rows: to make one takes milliseconds.
                frames = list(source.frames(max(3, rows.count // 2), 10**6))
                result["frames"] = repr([frame.to_dict("list") for frame in frames])
                result["types"] = [frame.dtypes.astype(str).to_dict() for frame in frames]
            except SettingsError as error:
                result["frames"] = str(error)
            result["unused in frames"] = getattr(source, "unused", "")
            batches = []
            with contextlib.suppress(SettingsError):  # it is that of the formats
                batches = list(source_of_all().batches(10**6, 10**6))
            result["apart"] = (rows.apart, rows.example)
        has_tables = any(isinstance(batch, TableBatch) for batch in batches)
    finally:
        rows_module._regular = before
    return {**result, "problems": problems}, has_tables


def check_both_ways(
    root: Path,
    has_truth: bool = True,
    settings: Iterable[AbstractContextManager[Any]] = (contextlib.nullcontext(),),
    **options: Any,
) -> bool:
    """Compare what is read in both ways; return whether any of it was read many at once.

    Args:
        root: the tree.
        has_truth: whether any row has ground truth, if that is given.
        settings: in each of them lines are read many at once.
        options: see `opened_rows` and `RowsWithTruth`.
    """
    expected, _ = _result(root, is_fast=False, **options)
    for form in ("csv", "json", "jsonl", "frames"):
        assert bool(expected[f"unused in {form}"]) != has_truth, form
    any_tables = False
    for setting in settings:
        with setting:
            found, has_tables = _result(root, is_fast=True, **options)
        any_tables |= has_tables
        for name, value in expected.items():
            if name == "parquet" and not isinstance(value, str):
                assert found[name].schema.equals(value.schema)
                assert repr(found[name].to_pydict()) == repr(value.to_pydict())
            else:
                assert found[name] == value, name
    return any_tables
