"""Collected rows come back as they were collected, with their ids, times and origin."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_bridge.read import Problems, iter_frames, read
from mdc_core.errors import MissingFileError, SettingsError

Event = Callable[..., dict[str, Any]]
ORIGIN = [
    "mdc_id",
    "mdc_line",
    "mdc_row",
    "mdc_time",
    "mdc_endpoint",
    "mdc_deployment",
    "mdc_collection",
    "mdc_version",
    "mdc_request",
]


def test_what_the_bridge_collected(collected: Path, finish: Callable[[], None]) -> None:
    """Numbers, texts and missing values of a legacy call, beside its correlation id."""
    frame = pd.DataFrame({"i": [1, 2], "f": [0.1, None], "t": ["a", "ü"], "b": [True, False]})
    correlations = ModelDataCollector("m", "inputs", webservice_name="credit").collect(frame)
    finish()

    found = read(str(collected), collections=["model_inputs"])
    pd.testing.assert_frame_equal(found[["i", "f", "t", "b"]], frame, check_dtype=True)
    assert list(found.columns[:9]) == ORIGIN
    assert correlations is not None
    assert set(found.mdc_id) == {correlations["$aml_dc_correlation_id"]}
    assert found.mdc_row.tolist() == [0, 1]
    assert found.mdc_time[0] == pd.Timestamp(correlations["$aml_dc_scoring_timestamp"], tz="UTC")
    assert (found.mdc_endpoint[0], found.mdc_deployment[0]) == ("credit", "m00")


def test_the_root_may_be_the_folder_itself(collected: Path, finish: Callable[[], None]) -> None:
    """Rows are the same from the folder above, the folder, and its URL."""
    Collector(name="model_inputs").collect(pd.DataFrame({"a": [1]}))
    finish()
    above = read(str(collected))
    for root in (str(collected / "modelDataCollector"), collected.as_uri()):
        pd.testing.assert_frame_equal(read(root), above)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2], "int64"),
        ([1, None], "Int64"),
        ([1, 2.5], "float64"),
        ([None, 2.5], "float64"),
        ([True, False], "bool"),
        ([True, None], "boolean"),
        ([2**63 + 1, 1], "object"),
        ([12345678901234567890123, 1], "object"),
        ([2**53 + 1, 0.5], "object"),
        ([[1, 2], {"a": 1}], "object"),
    ],
)
def test_types(write: Any, event: Event, tmp_path: Path, values: list[Any], dtype: str) -> None:
    """A column's type is the narrowest that keeps every value what it is."""
    write(event([{"x": value} for value in values]))
    column = read(str(tmp_path / "collected"))["x"]
    assert str(column.dtype) == dtype
    found = [None if pd.api.types.is_scalar(x) and pd.isna(x) else x for x in column]
    assert found == values


def test_a_time_before_all_times(write: Any, event: Event, tmp_path: Path) -> None:
    """The empty time of .NET is kept where pandas can hold it, else it is a gap."""
    write(event([{"n": 1}], time="0001-01-01T00:00:00Z"), event([{"n": 2}]))
    found = read(str(tmp_path / "collected"))
    assert found.n.tolist() == [1, 2]
    assert pd.isna(found.mdc_time[0]) or found.mdc_time[0].year == 1
    assert found.mdc_time[1] == pd.Timestamp("2026-11-21T09:16:25Z")


def test_rows_may_differ_in_their_columns(write: Any, event: Event, tmp_path: Path) -> None:
    """What a row lacks is a gap; a collected column that takes our name gets a suffix."""
    write(event([{"a": 1}, {"b": "x", "mdc_id": 7}]))
    found = read(str(tmp_path / "collected"))
    assert str(found["a"].dtype) == "Int64"
    assert found["a"].isna().tolist() == [False, True]
    assert found["mdc_id"].tolist() == ["test", "test"]
    assert found["mdc_id_1"].tolist()[1] == 7


def test_period_and_filters(write: Any, event: Event, tmp_path: Path) -> None:
    """Folders outside of the period are not opened, lines outside are left out."""
    write(b"not opened", hour="2026/11/21/07")
    write(event([{"n": 1}], time="2026-11-21T09:10:00Z"), event([{"n": 2}]))
    write(event([{"n": 3}]), deployment="green")
    write(event([{"n": 4}]), collection="model_outputs")
    root = str(tmp_path / "collected")
    options: dict[str, Any] = {
        "since": "2026-11-21T09:15",
        "until": pd.Timestamp("2026-11-21 10:00"),
    }
    assert sorted(read(root, **options).n) == [2, 3, 4]
    assert read(root, deployment="green", **options).n.tolist() == [3]
    assert read(root, collections=["model_outputs"], **options).n.tolist() == [4]
    assert read(root, since="2026-11-21T10:15:00+01:00", deployment="green").n.tolist() == [3]
    earlier = {"endpoint": "credit", "deployment": "green", "collections": ["model_inputs"]}
    assert not len(read(root, until="2026-11-20", **earlier))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"endpoint": "nix"}, "no JSONL of endpoint 'nix'; it has"),
        ({"deployment": "nix"}, "no JSONL of deployment 'nix'; it has"),
        ({"collections": ["model_input"]}, "no JSONL of collection 'model_input'; it has"),
        ({"join": ("model_inputs", "nix")}, "no JSONL of collection 'nix'; it has"),
        (
            {"deployment": "green", "collections": ["model_inputs", "model_outputs"]},
            "no JSONL of deployment 'green', collection 'model_outputs'; it has",
        ),
    ],
)
def test_names_that_the_tree_never_held(
    names: dict[str, Any], told: str, write: Any, event: Event, tmp_path: Path
) -> None:
    """An error says what there is, before anything is opened."""
    write(b"not opened")
    write(event([{"n": 3}]), deployment="green")
    write(event([{"n": 4}]), collection="model_outputs")
    root = str(tmp_path / "collected")
    with pytest.raises(SettingsError) as error:
        read(root, **names)
    assert told in str(error.value)
    assert str(error.value).endswith(
        "collections credit/blue/model_inputs, credit/blue/model_outputs, credit/green/model_inputs"
    )
    (tmp_path / "empty").mkdir()
    with pytest.raises(MissingFileError, match="has no collected JSONL"):
        read(str(tmp_path / "empty"), **names)


def test_bounds_that_make_no_sense(write: Any, event: Event, tmp_path: Path) -> None:
    """An error says what is valid."""
    write(event([{"n": 1}]))
    root = str(tmp_path / "collected")
    with pytest.raises(SettingsError, match="since is 'yesterday'; valid: 2026-11-21"):
        read(root, since="yesterday")
    with pytest.raises(SettingsError, match="must be later"):
        read(root, since="2026-11-21", until="2026-11-20")


def test_a_tree_without_jsonl_is_an_error(tmp_path: Path) -> None:
    """A wrong folder is not an empty result."""
    (tmp_path / "other.txt").write_text("x")
    with pytest.raises(MissingFileError, match="has no collected JSONL; valid"):
        read(str(tmp_path))
    with pytest.raises(MissingFileError):
        read(str(tmp_path / "missing"))


def test_frames_of_bounded_size(write: Any, event: Event, tmp_path: Path) -> None:
    """Every row comes once, in frames that hold whole lines."""
    for hour in ("08", "09"):
        lines = [event([{"n": n}, {"n": n}], id=f"{hour}-{n}") for n in range(25)]
        write(*lines, hour=f"2026/11/21/{hour}")
    frames = list(iter_frames(str(tmp_path / "collected"), rows=20))
    assert [len(frame) for frame in frames] == [20, 20, 20, 20, 20]
    assert pd.concat(frames).n.sum() == 2 * 2 * sum(range(25))


def test_numbers_of_all_kinds_survive(collected: Path, finish: Callable[[], None]) -> None:
    """Arrays come back to the last bit."""
    array = np.array([[0.1, 1 / 3], [5e-324, 1.7976931348623157e308]])
    ModelDataCollector("m", "inputs", ["a", "b"]).collect(array)
    finish()
    problems = Problems()
    found = read(str(collected), problems=problems)
    assert (found[["a", "b"]].to_numpy() == array).all()
    assert (problems.unreadable, problems.torn) == (0, 0)
