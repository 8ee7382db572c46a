"""The CSV and the JSONL of one call tell the same story."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.equality.values import is_same, loads
from mdc_core.testing import collecting

FEATURES = ["a", "b"]
DATA: dict[str, Any] = {
    "2-D": np.array([[0.1, 1 / 3], [1e300, -5e-324]]),
    "1-D": np.array([0.1, 2.0]),
    "float32": np.array([[0.1, 1e-7], [3.0, 16777216.0]], np.float32),
    "integers": np.array([[2**63 - 1, -1]]),
    "list": [1.5, 2],
    "frame": pd.DataFrame({"a": [0.1, 2.0], "b": [3, 4]}),
}


@pytest.mark.parametrize("kind", DATA)
def test_rows_id_time_and_version_agree(kind: str) -> None:
    """Cells parse to the same numbers, and correlations say the same in both formats."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", FEATURES, model_version=3).collect(DATA[kind])
    header, *rows = collected.rows("inputs")
    (line,) = collected.lines("model_inputs")

    records = [dict(zip(header, row)) for row in rows]
    assert len(records) == len(line["data"])
    for record, row in zip(records, line["data"]):
        # Of one float32 the CSV shows more digits, as the original did beside correlations.
        assert [is_same(record[name], loads(json.dumps(row[name]).encode())) for name in FEATURES]
    assert {record["$aml_dc_correlation_id"] for record in records} == {line["correlationid"]}
    assert {record["$aml_dc_scoring_timestamp"] + "Z" for record in records} == {line["time"]}
    assert {record["$aml_model_version"] for record in records} == {line["modelversion"]}


def test_folders_agree() -> None:
    """Both files lie in folders of the same day."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect([1])
    csv_path, jsonl_path = sorted(collected.files, key=lambda path: path.endswith(".jsonl"))
    day = "/".join(csv_path.split("/")[-4:-1])
    assert f"/model_inputs/{day}/" in jsonl_path


def test_missing_values_agree() -> None:
    """What is an empty cell of a frame's CSV is null in its JSONL."""
    frame = pd.DataFrame({"a": [1.5, None], "b": [None, "x"]})
    with collecting() as collected:
        ModelDataCollector("m").collect(frame)
    assert collected.rows("general")[1:] == [["1.5", ""], ["", "x"]]
    assert [line["data"] for line in collected.lines("general")] == [
        [{"a": 1.5, "b": None}, {"a": None, "b": "x"}]
    ]


def test_what_the_script_changes_afterwards_is_in_neither() -> None:
    """Data mutated right after `collect` are collected as they were."""
    array = np.array([[1.0, 2.0]])
    frame = pd.DataFrame({"a": [1], "b": ["x"]})
    items: list[Any] = [1, [2, 3]]
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect(array)
        array[:] = -1
        ModelDataCollector("m", "general").collect(frame)
        frame.loc[0, "a"] = -1
        frame["c"] = -1
        ModelDataCollector("m", "signals").collect(items)
        items[1].append(-1)
        items.append(-1)
    assert "-1" not in repr([row[:4] for row in collected.rows("general")])
    assert collected.rows("inputs")[0][:2] == ["1.0", "2.0"]
    assert collected.rows("signals") == [["1", "[2, 3]"]]
    lines = [collected.lines(name)[0] for name in ("model_inputs", "general", "signals")]
    assert [line["data"] for line in lines] == [
        [{"column_0": 1.0, "column_1": 2.0}],
        [{"a": 1, "b": "x"}],
        [{"column_0": 1, "column_1": [2, 3]}],
    ]


@dataclasses.dataclass
class Score:
    """As a model's result."""

    label: str
    p: float


COLUMNS: dict[str, Any] = {
    "float32": np.array([0.1, 1 / 3, 1e10, 16777216, np.nan], "float32"),
    "float16": np.array([0.1, 1 / 3, 65504, np.nan], "float16"),
    "categories of numbers": pd.Categorical(np.array([0.1, None], "float32")),
    "sparse": pd.arrays.SparseArray(np.array([0.1, 0.5], "float32")),
    "complex": np.array([0.1 + 2j, -1j]),
    "single complex": np.array([0.1 + 2j], "complex64"),
    "dataclasses": pd.Series([Score("a", 0.5), [Score("b", float("nan"))], None], dtype=object),
    "uuids": pd.Series([uuid.UUID(int=9)], dtype=object),
    "numpy's scalars": pd.Series([np.float32(0.1), np.float16(0.1), np.int8(1)], dtype=object),
}
if hasattr(pd.arrays, "FloatingArray"):
    for precision in ("Float32", "Float64"):
        COLUMNS[precision] = pd.array([0.1, 1 / 3, 1e-7, 16777216, None], dtype=precision)


@pytest.mark.filterwarnings("ignore:The behavior of .astype from SparseDtype:FutureWarning")
@pytest.mark.parametrize("designation", ["inputs", "general"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_any_dtype_agree(kind: str, designation: str) -> None:
    """What one call writes in both formats, `compare` finds the same."""
    frame = pd.DataFrame({"a": COLUMNS[kind]})
    with collecting() as collected:
        ModelDataCollector("m", designation).collect(frame)
    rows = collected.rows(designation)[1:]
    (line,) = collected.lines("model_inputs" if designation == "inputs" else designation)
    assert len(rows) == len(line["data"]) == len(frame)
    values = [loads(json.dumps(row["a"]).encode()) for row in line["data"]]
    assert [is_same(row[0], value) for row, value in zip(rows, values)] == [True] * len(frame)


@pytest.mark.skipif(not hasattr(pd.arrays, "FloatingArray"), reason="pandas of that time had none")
def test_a_nullable_float_has_the_text_of_the_plain_one() -> None:
    """In both formats, and in both the same."""
    plain = pd.DataFrame({"a": np.array([0.1, 1 / 3, 1e-7, np.nan], "float32")})
    texts = []
    for frame in (plain, plain.astype("Float32")):
        with collecting() as collected:
            ModelDataCollector("m").collect(frame)
        csv, jsonl = sorted(collected.files, key=lambda path: path.endswith(".jsonl"))
        start = collected.files[jsonl].index(b'"data":')
        end = collected.files[jsonl].index(b"]", start)
        texts.append((collected.files[csv], collected.files[jsonl][start:end]))
    assert texts[0] == texts[1]
    assert b'[{"a":0.1},{"a":0.33333334},{"a":1e-7},{"a":null}' in texts[0][1]
