"""What the bridge writes in both formats at once is found equal, whatever was collected."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.compare import Dataset, Report, compare
from mdc_core.errors import SettingsError
from tests.bridge.compare.conftest import Collected

UTC = dt.timezone.utc
VALUES: dict[str, Any] = {
    "float64": np.array([[0.1, 1 / 3], [5e-324, 1.7976931348623157e308], [np.nan, np.inf]]),
    "float32": np.array([[0.1, 1 / 3], [1e-45, 3.4e38]], np.float32),
    "float16": np.array([[0.1, 1 / 3], [6e-8, 65504], [2.5, 1000.5]], np.float16),
    "uint64": np.array([[2**64 - 1, 0]], np.uint64),
    "bool": np.array([[True, False]]),
    "objects": np.array(
        [
            [True, None, float("nan"), "s"],
            [pd.Timestamp(2020, 1, 2, 3, 4, 5).to_pydatetime(), 1e300, 10**20, -0.0],
            [dt.datetime(2020, 1, 2, tzinfo=UTC), dt.timedelta(1, 3), b"x\xff", {1, 2}],
            [decimal.Decimal("1.50"), 1 + 2j, {"a": [1, (2, 3)]}, dt.date(2020, 1, 2)],
        ],
        dtype=object,
    ),
    "times": np.array([["2020-01-01", "2020-01-02T03:04:05"]], dtype="datetime64[s]"),
    "durations": np.array([[1, 2]], dtype="timedelta64[s]"),
    "3-D": np.arange(12).reshape(2, 2, 3) / 7,
    "3-D, shortened by numpy": np.random.default_rng(1).random((1, 2, 2000)),
    "1-D": np.array([1.5, 2]),
    "one number": np.array(3),
    "nothing": np.array([]),
    "structured": np.array([(1, 2.5), (3, 4.5)], dtype=[("a", int), ("b", float)]),
    "masked": np.ma.array([[1.5, 2]], mask=[[False, True]]),
    "list": [1, "x,y", None, True, 2.5],
    "list of lists": [[1, 2], [3, 4]],
    "list of one list": [[1, 2, 3]],
    "texts that begin with a bracket": ["[1, 2]", "[x", "(y"],
    "frame of such texts": pd.DataFrame({"a": ["[1]", "(x", "[1, 2]"]}),
    "frame whose labels are dates": pd.DataFrame({dt.date(2020, 1, 1): [1], "2020-01-02": [3.5]}),
    "frame whose labels are times": pd.DataFrame({pd.Timestamp(2020, 1, 2, 3): [1, 2]}),
    "list of texts": ["it's", '"q"'],
    "list of lists of texts": [["it's", '"q"'], ["a", "b"]],
    "nested": [{"a": 1}, [1, [2, "x"]], b"by", np.float64(1.5), np.float32(0.1)],
    "numpy in lists": [
        [np.float64(1.5), np.int64(2)],
        {"k": pd.Timestamp(2020, 1, 2).to_pydatetime()},
    ],
    "arrays in a list": [np.array([1.5, 2.25]), np.array([[1, 2], [3, 4]])],
    "frame": pd.DataFrame(
        {
            "f": [0.1, float("inf"), None],
            "i": [1, 2, 3],
            "t": pd.date_range("2020-01-01", periods=3, freq="36min"),
            "d": pd.date_range("2020-01-01", periods=3),
            "z": pd.date_range("2020-01-01", periods=3, tz="Europe/Berlin"),
            "td": pd.to_timedelta(["1s", "-1D", None]),
            "c": pd.Categorical(["a", "b", None]),
            "o": [None, [1, 2], {"a": 1.5}],
            "n": pd.array([1, None, 3], "Int64"),
            "s": ['q"t', "crlf\r\n,", "ü\u2028"],
            "big": [10**30, 10**400, 2**64],
        }
    ),
    "frame of one column": pd.DataFrame({"a": [np.nan, 1, np.nan]}),
    "frame, names twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "frame, no names": pd.DataFrame([[1, 2], [3, 4]]),
    "frame, no columns": pd.DataFrame(index=[0, 1]),
}

Find = Callable[[Report, str], Dataset]


@pytest.mark.parametrize("designation", ["inputs", "general"])
def test_everything_that_can_be_collected(collected: Collected, designation: str) -> None:
    """With a correlation id in the CSV, and without one."""
    for name, value in VALUES.items():
        ModelDataCollector(name, designation, webservice_name="credit").collect(value)
    collected.finish()
    report = collected.compare()
    assert [sample for each in report.datasets for sample in each.samples] == []
    assert (report.differences, report.unreadable) == (0, 0)
    assert report.total.left == report.total.right > 40


ONE_NAME: dict[str, Any] = {
    "a row of a list": [[1.5]],
    "rows of a list": [[1.5], [2]],
    "a text in a list": [["x"]],
    "a list in it": [[[1.5, 2]]],
    "an array": np.array([[1.5], [2]]),
    "a text that begins with a bracket": ["[1, 2]"],
}


@pytest.mark.parametrize("designation", ["inputs", "predictions"])
def test_everything_under_one_name(collected: Collected, designation: str) -> None:
    """Where one cell is the whole row, a list of it and the value are the same."""
    for name, value in ONE_NAME.items():
        ModelDataCollector(name, designation, ["a"], webservice_name="credit").collect(value)
    collected.finish()
    report = collected.compare()
    assert [sample for each in report.datasets for sample in each.samples] == []


FOLLOWING: dict[str, tuple[Any, Any, list[str]]] = {
    "columns": (np.zeros((3, 2)), [["it's", "b", None], [0.1, 0.2, np.float64(0.3)]], ["l", "p"]),
    "arrays": (np.zeros((3, 2)), [np.array(["a", "b", "c"]), np.arange(3) / 7], ["l", "p"]),
    "one column": (np.zeros((3, 2)), [[0.1, 0.2, 0.3]], ["p"]),
    "rows": (np.zeros((3, 2)), [["a", 0.1], ["b", 0.2], ["c", 0.3]], ["l", "p"]),
    "as many columns as rows": (np.zeros((2, 2)), [["a", "b"], [0.1, 0.2]], ["l", "p"]),
    "texts": (["one", "three", "seven"], np.array([3.0, 5.0, 5.0]), ["p"]),
    "an array of texts": (np.array(["one", "three"]), ["a", "b"], []),
}


@pytest.mark.parametrize("form", FOLLOWING)
def test_outputs_that_have_the_rows_of_their_inputs(collected: Collected, form: str) -> None:
    """One CSV row of several lists is the columns of a line; texts are rows."""
    inputs, outputs, names = FOLLOWING[form]
    i = ModelDataCollector("m", "inputs", webservice_name="credit")
    p = ModelDataCollector("m", "predictions", names, webservice_name="credit")
    for _ in range(2):
        i.collect(inputs)
        p.collect(outputs)
    collected.finish()
    report = collected.compare()
    assert [sample for each in report.datasets for sample in each.samples] == []
    assert (report.differences, report.total.left) == (0, 4 * len(inputs))


@pytest.mark.parametrize(
    "columns", [[0], [0, 1], [0, 1.5], [2020, 2021], [True, False], ["1e3", ""]]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_columns_that_do_not_look_like_names(
    collected: Collected, columns: list[Any], rows: int
) -> None:
    """Their header is not a row, whatever it looks like."""
    frame = pd.DataFrame(np.arange(rows * len(columns)).reshape(rows, -1) + 0.5, columns=columns)
    ModelDataCollector("m", designation="predictions").collect(frame)
    collected.finish()
    report = collected.compare()
    assert (report.total.left, report.total.right, report.differences) == (rows, rows, 0)


def test_columns_that_differ(collected: Collected, dataset: Find) -> None:
    """The column that differs is named, with all of its values."""
    i = ModelDataCollector("m", "inputs", webservice_name="credit")
    p = ModelDataCollector("m", "predictions", ["l", "p"], webservice_name="credit")
    i.collect(np.zeros((3, 2)))
    p.collect([["a", "b", "c"], [0.1, 0.2, 0.3]])
    collected.finish()
    path = collected.csv("predictions")
    path.write_text(path.read_text().replace("0.2", "0.9"))
    outputs = dataset(collected.compare(), "model_outputs")
    (sample,) = outputs.samples
    assert outputs.total.differing == 1
    assert "0.9" in str(sample)


def test_requests(requests: Collected, dataset: Find) -> None:
    """Rows are counted by hour; one CSV row of n predictions is n rows."""
    report = requests.compare()
    inputs, outputs = dataset(report, "model_inputs"), dataset(report, "model_outputs")
    assert report.differences == report.unreadable == 0
    assert (inputs.total.left, inputs.total.right, inputs.matched_without_id) == (50, 50, 0)
    assert (outputs.total.left, outputs.total.right, outputs.matched_without_id) == (50, 50, 50)
    assert outputs.folded == 15
    assert (inputs.endpoint, inputs.deployment, inputs.version) == ("credit", "m00", "default")
    assert inputs.folders == ["credit/m/default/inputs"]
    assert inputs.without_outputs is not None
    assert (inputs.without_outputs.left, inputs.without_outputs.right) == (None, 0)
    hour = report.to_json()["datasets"][0]["hours"].popitem()[0]
    assert dt.datetime.fromisoformat(hour).replace(tzinfo=UTC) <= dt.datetime.now(UTC)


def test_equal_rows_without_ids(collected: Collected) -> None:
    """The same prediction many times is matched as often."""
    outputs = ModelDataCollector("m", "predictions", ["p"])
    for _ in range(5):
        outputs.collect(np.array([0.5, 0.5]))
        outputs.collect(np.array([[0.5], [0.5]]))
    collected.finish()
    report = collected.compare()
    assert (report.differences, report.total.left, report.total.right) == (0, 20, 20)


def test_outputs_and_labels_that_carry_correlations(collected: Collected, dataset: Find) -> None:
    """Rows are joined by the id they carry, and ids without outputs are found on both sides."""
    inputs = ModelDataCollector("m", "inputs", ["x"])
    outputs = ModelDataCollector("m", "predictions", ["p"])
    labels = ModelDataCollector("m", "labels", ["y"])
    for number in range(5):
        correlations = inputs.collect(np.array([[number], [-number]]))
        if number:
            rows = np.array([[0.5], [number]])
            outputs.collect(outputs.add_correlations(rows, correlations))
        labels.collect(labels.add_correlations(pd.DataFrame({"y": ["a", "b"]}), correlations))
    collected.finish()
    report = collected.compare()
    assert report.differences == 0
    assert {each.matched_without_id for each in report.datasets} == {0}
    found = dataset(report, "model_inputs").without_outputs
    assert found is not None
    assert (found.left, found.right) == (1, 1)
    assert [side for _, side, _ in found.ids] == ["both"]


def test_names_and_collections(collected: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths that variables changed are found when the comparison gets them."""
    monkeypatch.setenv("MDC_ENDPOINT", "e1")
    monkeypatch.setenv("MDC_DEPLOYMENT", "blue")
    monkeypatch.setenv("MDC_COLLECTIONS", "predictions=scores")
    ModelDataCollector("m", "predictions", ["p"], model_version=4).collect([0.5])
    ModelDataCollector("m", "signals", ["s"], collection_name="clicks").collect([1])
    ModelDataCollector("m", "general", ["g"]).collect([2])
    collected.finish()
    assert collected.compare().differences == 6
    names = {"endpoint": "e1", "deployment": "blue", "collections": {"predictions": "scores"}}
    report = collected.compare(**names)
    assert report.differences == 0
    assert {each.collection for each in report.datasets} == {"scores", "clicks", "general"}


def test_a_period(requests: Collected) -> None:
    """Rows outside are not compared; CSV rows whose hour nothing tells are in doubt."""
    assert requests.compare(until="2020-01-01").total.left == 0
    (time,) = {
        line[:13] for line in requests.jsonl("model_inputs").read_text().split('"time":"')[1:]
    }
    since = time
    until = (dt.datetime.fromisoformat(time) + dt.timedelta(hours=1)).isoformat()
    report = requests.compare(since=since, until=until)
    assert (report.differences, report.total.right) == (0, 100)
    report = requests.compare(until=since)
    assert (report.differences, report.total.left, report.total.right) == (0, 0, 0)
    assert sum(each.in_doubt for each in report.datasets) in (0, 50)


def test_a_part_of_the_csv(requests: Collected, tmp_path: Path) -> None:
    """One service, model or designation is compared with what became of it, and nothing else."""
    requests.jsonl("model_outputs").unlink()
    assert requests.compare().differences == 50
    report = requests.compare(designations=["inputs"])
    assert (report.differences, report.total.right) == (0, 50)
    assert requests.compare(service="credit").differences == 50
    with pytest.raises(SettingsError, match=r"it has the .* credit/m/inputs, credit/m/predictions"):
        requests.compare(service="other")
    requests.csv("predictions").unlink()
    requests.csv("inputs").unlink()
    ModelDataCollector("m2", "inputs", ["x"], webservice_name="credit").collect([1])
    requests.finish()
    assert requests.compare(model="m2").differences == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"MDC_LEGACY_FILE_NAME": "designation"},
        {"MDC_ROLLING_RATE": "minute"},
        {"MDC_ROLLING_RATE": "year", "AML_MODEL_DC_BOUNDARY": "hour"},
        {"SERVICE_NAME": "Ünï service", "MDC_WORKSPACE": "Sub/Group/Space"},
    ],
    ids=["file names", "by minute", "by year", "names"],
)
def test_other_settings(
    collected: Collected, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]
) -> None:
    """Whatever moves files about, both sides are found and equal."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    for designation in ("inputs", "predictions", "labels", "signals", "general"):
        collector = ModelDataCollector("my model/2", designation, ["x"], model_version=3)
        collector.collect(np.array([1.5, 2.5]))
    ModelDataCollector("m", "signals", ["s"], collection_name="clicks").collect([1])
    collected.finish()
    report = collected.compare()
    assert (report.differences, report.unreadable, report.total.right) == (0, 0, 11)
    assert {each.folders == [] for each in report.datasets} == {False}


def test_hourly_folders(collected: Collected, monkeypatch: pytest.MonkeyPatch) -> None:
    """They tell the hour of CSV rows that nothing else tells."""
    monkeypatch.setenv("AML_MODEL_DC_BOUNDARY", "hour")
    outputs = ModelDataCollector("m", "predictions", ["p"])
    outputs.collect(np.array([0.1]))
    outputs.collect(np.array([0.2, 0.3]))
    collected.finish()
    assert collected.compare().differences == 0
    collected.spoil("model_outputs", lambda lines: lines[:1])
    report = collected.compare()
    ((hour, counts),) = report.datasets[0].hours.items()
    assert (len(hour), counts.missing_right) == (len("2026-11-21T09"), 2)


def test_sampled_jsonl(
    collected: Collected, monkeypatch: pytest.MonkeyPatch, dataset: Find
) -> None:
    """CSV rows that were not to be kept are left out, and no others."""
    monkeypatch.setenv("AZUREML_MDC_SAMPLE_RATE", "50")
    monkeypatch.setenv("AZUREML_MDC_ENABLED", "true")
    inputs = ModelDataCollector("m", "inputs", ["x"])
    for number in range(100):
        inputs.collect([number])
    collected.finish()
    assert collected.compare().differences > 20
    report = collected.compare(sampled=50)
    assert (report.differences, report.sampled_out + report.total.right) == (0, 100)


def test_in_a_storage_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, azurite_place: Any
) -> None:
    """Both sides in one account, with a large event whose data are a blob of their own."""
    place = azurite_place.connection_string
    monkeypatch.setenv("MDC_STORAGE", place)
    monkeypatch.setenv("MDC_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    ModelDataCollector("m", "inputs", ["x"]).collect(np.arange(10.0).reshape(-1, 1))
    frame = pd.DataFrame({"t": ["x" * 1000] * 5000, "n": range(5000)})
    ModelDataCollector("m", "general").collect(frame)
    assert mdc_core.flush(60)  # an end waits five seconds at most, and leaves the rest in the spool
    assert mdc_core.shutdown()
    report = compare(place, place)
    assert (report.differences, report.unreadable, report.total.right) == (0, 0, 5010)
    assert "***" in report.left.place
