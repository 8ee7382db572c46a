"""What the bridge collects in both formats at once, and what `migrate` makes of its CSV, agree."""

from __future__ import annotations

import contextvars
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.migrate import Plan, migrate, plan
from tests.bridge.migrate.migrated import lines_of
from tests.bridge.migrate.oracle import Digits


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the bridge collects."""
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "live"))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    return tmp_path / "live"


def both(root: Path, tmp_path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the live lines and the migrated ones, by collection and time."""
    assert mdc_core.shutdown()
    report = migrate(str(root), str(tmp_path / "migrated"), jobs=1, skip_existing=False)
    assert report.is_complete, report
    found = []
    for folder in (root, tmp_path / "migrated"):
        lines = lines_of(folder)
        found.append(sorted(lines, key=lambda line: (line["type"], line["time"], line["id"])))
    return found[0], found[1]


def plain(value: Any) -> Any:
    """Return a value with its numbers as what they are, not as they are written."""
    if isinstance(value, Digits):
        return Decimal(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value


def as_float32(rows: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Return rows with their numbers in single precision."""
    return [{name: float(np.float32(value)) for name, value in row.items()} for row in rows]


FEATURES = ["a", "b"]
PLACE = {
    "workspace": "11111111-2222-3333-4444-555555555555/group/space",
    "webservice_name": "svc",
    "model_version": 3,
}
DATA: dict[str, Any] = {
    "floats": np.array([[0.1, 1 / 3], [1e300, -5e-324], [1e16, 123456789.0]]),
    "missing": np.array([[0.1, np.nan], [np.inf, 2.0]]),
    "float32": np.array([[0.1, 1e-7], [3.0, 16777216.0]], np.float32),
    "integers": np.array([[2**63 - 1, -1], [0, 5]]),
    "booleans": np.array([[True, False]]),
    "texts": np.array([["x", 'a,"b"\né'], ["z", "日"]], dtype=object),
    "list": [1.5, 2],
    "list of texts": ["x", "y, z"],
    "frame": pd.DataFrame({"c": [0.1, 2.0], "d": [3, 4], "e": ["x", None], "f": [True, False]}),
    "frame of texts": pd.DataFrame({"c": ["1", "x"], "d": ["x\r\ny", 'q"']}),
    "dates": pd.DataFrame({"c": ["x"], "d": ["2019-06-01"]}),
    "one column": np.array([[1.5], [2.5]]),
}


@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("designation", ["inputs", "predictions"])
def test_data_agree(root: Path, tmp_path: Path, kind: str, designation: str) -> None:
    """Values, ids and times of one call; without correlation there is one line for each row."""
    names = ["p"] if kind == "one column" else FEATURES
    collector = ModelDataCollector("credit", designation, names, **PLACE)
    # No request before it tells how many rows 1-D data are.
    contextvars.Context().run(collector.collect, DATA[kind])
    live, migrated = both(root, tmp_path)
    if designation == "inputs":
        keys = ("data", "correlationid", "xrequestid", "time", "modelversion", "source", "type")
    else:
        # A row without correlation says nothing of its call: its id is of its place, its time that
        # of its folder, and each row is a line.
        keys = ("modelversion", "source", "type")
        rows = [row for line in live for row in line["data"]]
        assert [plain(line["data"]) for line in migrated] == [[plain(row)] for row in rows]
        assert {line["time"][:10] for line in migrated} == {live[0]["time"][:10]}
        live = live * len(migrated)
    if kind == "float32" and designation == "inputs":
        # Beside correlations the CSV has the text of a double; the number is the same.
        migrated = [{**line, "data": as_float32(line["data"])} for line in migrated]
        live = [{**line, "data": as_float32(line["data"])} for line in live]
    for key in keys:
        assert [plain(line[key]) for line in migrated] == [plain(line[key]) for line in live], key


def test_a_request_with_correlated_predictions(root: Path, tmp_path: Path) -> None:
    """Inputs and outputs of several requests find each other in the migrated lines too."""
    inputs = ModelDataCollector("credit", "inputs", FEATURES, **PLACE)
    outputs = ModelDataCollector("credit", "predictions", ["p"], **PLACE)
    for rows in (1, 3, 2):
        correlations = inputs.collect(np.arange(2.0 * rows).reshape(rows, 2), f"client {rows}")
        predictions = pd.DataFrame({"p": np.arange(rows) / 4})
        outputs.collect(outputs.add_correlations(predictions, correlations))
    live, migrated = both(root, tmp_path)
    assert len(live) == len(migrated) == 6
    keys = ("data", "correlationid", "xrequestid", "time", "modelversion", "source", "type")
    for one, other in zip(live, migrated):
        assert {key: plain(one[key]) for key in keys} == {key: plain(other[key]) for key in keys}
    ids = [line["correlationid"] for line in migrated]
    assert ids[:3] == ids[3:]


def test_one_dimensional_predictions(root: Path, tmp_path: Path) -> None:
    """`model.predict(X)` for many rows is rows in both."""
    inputs = ModelDataCollector("credit", "inputs", FEATURES, **PLACE)
    outputs = ModelDataCollector("credit", "predictions", ["p"], **PLACE)
    inputs.collect(np.ones((3, 2)))
    outputs.collect(np.array([0.25, 0.5, 0.75]))
    live, migrated = both(root, tmp_path)
    assert [plain(line["data"]) for line in migrated] == [plain(line["data"]) for line in live]
    assert len(migrated[1]["data"]) == 3


def test_what_a_csv_cannot_say(root: Path, tmp_path: Path) -> None:
    """An empty text is a missing one, and digits are a number, unless the plan calls them texts."""
    collector = ModelDataCollector("credit", "inputs", FEATURES, **PLACE)
    collector.collect(pd.DataFrame({"a": ["", "x"], "b": ["00123", "7"]}))
    collector.collect(pd.DataFrame({"a": ["y"], "b": ["8"]}))
    live, migrated = both(root, tmp_path)
    assert live[0]["data"] == [{"a": "", "b": "00123"}, {"a": "x", "b": "7"}]
    assert migrated[0]["data"] == [{"a": None, "b": "00123"}, {"a": "x", "b": "7"}]

    numbers = ModelDataCollector("other", "inputs", ["c"], **PLACE)
    numbers.collect(pd.DataFrame({"c": ["1", "2"]}))
    assert mdc_core.shutdown()
    made = plan(str(root), sample=None)
    (other,) = (each for each in made.datasets if each.source.model == "other")
    assert other.columns == {"c": "integer"}
    made = Plan((replace(other, columns={"c": "string"}),))
    migrate(str(root), str(tmp_path / "2"), made, jobs=1, skip_existing=False)
    assert [line["data"] for line in lines_of(tmp_path / "2")] == [[{"c": "1"}, {"c": "2"}]]
