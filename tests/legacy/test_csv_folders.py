"""The folders of CSV rows: arguments, boundaries, and the correlations that rows carry."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.legacy.memory_files import cells, csv_files

SCORED = {
    "$aml_dc_correlation_id": "loan-7-9b0126a1-a20d-47a6-bfff-c4431049e6c0",
    "$aml_dc_scoring_timestamp": "2026-11-18T23:59:59.999999",
    "$aml_dc_boundary": 1440,
    "$aml_workspace": "sub/rg/ws",
    "$aml_service_name": "loans",
    "$aml_model_name": "risk",
    "$aml_model_version": 3,
    "$aml_request_id": "00000000-0000-0000-0000-000000000000",
}
HOURLY = {**SCORED, "$aml_dc_boundary": 60, "$aml_dc_scoring_timestamp": "2026-11-19T05:00:00"}


def _today(correlations: dict[str, Any]) -> str:
    return str(correlations["$aml_dc_scoring_timestamp"])[:10].replace("-", "/")


def test_every_argument_is_a_folder() -> None:
    """Workspace in lower case, the other names as given, spaces included."""
    with collecting("legacy") as collected:
        correlations = ModelDataCollector(
            "My Model", "inputs", None, "Sub/RG/Work Space", "My Service", 7
        ).collect([1])
    assert correlations is not None
    folder = f"sub/rg/work space/My Service/My Model/7/inputs/{_today(correlations)}"
    assert list(csv_files(collected)) == [f"modeldata/{folder}/data.csv"]


def test_the_version_stays_an_integer_in_the_correlations() -> None:
    """The dict holds the arguments as they were given, the workspace in lower case."""
    with collecting("legacy"):
        correlations = ModelDataCollector(
            "m", "inputs", workspace="S/R/W", webservice_name="Svc", model_version=7
        ).collect([1])
    assert correlations is not None
    assert list(correlations.values())[2:7] == [1440, "s/r/w", "Svc", "m", 7]


def test_hour_boundary_adds_the_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """With `AML_MODEL_DC_BOUNDARY=hour` the folder ends in the hour and the boundary is 60."""
    monkeypatch.setenv("AML_MODEL_DC_BOUNDARY", "hour")
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs").collect([1])
        ModelDataCollector("m").collect([1])
    assert correlations is not None
    assert correlations["$aml_dc_boundary"] == 60
    hour = f"{_today(correlations)}/{correlations['$aml_dc_scoring_timestamp'][11:13]}"
    base = "modeldata/default/default/default/default/m/default"
    assert f"{base}/inputs/{hour}/data.csv" in csv_files(collected)
    assert all(path.count("/") == 12 for path in csv_files(collected))


@pytest.mark.parametrize(
    ("designation", "collection_name", "style", "file"),
    [
        ("inputs", "default", "data", "data.csv"),
        ("inputs", "default", "designation", "inputs.csv"),
        ("labels", "clicks", "designation", "labels.csv"),
        ("signals", "default", "data", "data.csv"),
        ("signals", "default", "designation", "default.csv"),
        ("signals", "clicks", "data", "clicks.csv"),
        ("default", "clicks", "designation", "clicks.csv"),
    ],
)
def test_file_name(
    designation: str,
    collection_name: str,
    style: str,
    file: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Signals and general data that were given a collection name have a file of that name."""
    monkeypatch.setenv("MDC_LEGACY_FILE_NAME", style)
    with collecting("legacy") as collected:
        ModelDataCollector("m", designation, collection_name=collection_name).collect([1])
    (path,) = csv_files(collected)
    assert path.rpartition("/")[2] == file


def _late_frame() -> Any:
    return pd.DataFrame([{"y": 1, **SCORED}, {"y": 0, **HOURLY}])


def _late_array() -> Any:
    return np.array([[1, *SCORED.values()], [0, *HOURLY.values()]], dtype=object)


@pytest.mark.parametrize("designation", ["predictions", "labels", "signals"])
@pytest.mark.parametrize("data", [_late_frame(), _late_array()], ids=["frame", "array"])
def test_late_rows_lie_where_they_were_scored(designation: str, data: Any) -> None:
    """Row by row, the folder is that of the carried names and of the time of scoring."""
    with collecting("legacy") as collected:
        collector = ModelDataCollector("today's model", designation, ["y"])
        collector.add_correlations([0], SCORED)  # by which the original knows of arrays' cells
        collector.collect(data)

    base = f"modeldata/sub/rg/ws/loans/risk/3/{designation}"
    files = {path: cells(text) for path, text in csv_files(collected).items()}
    header = ["y", *SCORED]
    assert files == {
        f"{base}/2026/11/18/data.csv": [header, ["1", *map(str, SCORED.values())]],
        f"{base}/2026/11/19/05/data.csv": [header, ["0", *map(str, HOURLY.values())]],
    }


def test_a_late_list_lies_where_it_was_scored() -> None:
    """A list that ends in correlations is one row in their folder."""
    with collecting("legacy") as collected:
        labels = ModelDataCollector("m", "labels", ["y"])
        labels.collect(labels.add_correlations([1], SCORED))
    assert list(csv_files(collected)) == [
        "modeldata/sub/rg/ws/loans/risk/3/labels/2026/11/18/data.csv"
    ]


@pytest.mark.parametrize("names", [None, [], ["y"]])
@pytest.mark.parametrize(
    "data", [[1, *SCORED.values()], np.array([[1, *SCORED.values()]], dtype=object)], ids=type
)
def test_cells_that_no_header_names_leave_rows_with_the_call(data: Any, names: Any) -> None:
    """The original knew correlations by the header, to which its `add_correlations` adds them."""
    with collecting() as collected:
        ModelDataCollector("m", "labels", names).collect(data)
    (path,) = csv_files(collected)
    assert path.startswith("modeldata/default/default/default/default/m/default/labels/")
    header, row = csv_files(collected)[path].splitlines() if names is not None else ("", "1,")
    assert (header, row[:2]) == (",".join(names or []), "1,")
    (line,) = collected.lines("labels")
    assert (line["correlationid"], line["time"][:10]) == (
        SCORED["$aml_dc_correlation_id"],
        "2026-11-18",
    )


@pytest.mark.parametrize("names", [None, []])
def test_without_names_rows_stay_with_the_call(names: Any) -> None:
    """Also behind `add_correlations`; of no names the header is the eight."""
    with collecting("legacy") as collected:
        labels = ModelDataCollector("m", "labels", names)
        labels.collect(labels.add_correlations([1], SCORED))
    ((path, text),) = csv_files(collected).items()
    assert path.startswith("modeldata/default/default/default/default/m/default/labels/")
    assert text.startswith("1,loan-7-" if names is None else ",".join(SCORED) + "\r\n1,loan-7-")


PLACES = {
    "$aml_dc_scoring_timestamp": ("default/default/default/default/m/default", "2026/11/18"),
    "$aml_workspace": ("sub/rg/ws/default/m/default", ""),
    "$aml_service_name": ("default/default/default/loans/m/default", ""),
    "$aml_model_name": ("default/default/default/default/risk/default", ""),
    "$aml_model_version": ("default/default/default/default/m/3", ""),
}


@pytest.mark.parametrize("beside", [[], ["$aml_dc_correlation_id"]])
@pytest.mark.parametrize("kept", PLACES)
def test_any_name_of_a_folder_chooses_its_part(kept: str, beside: list[str]) -> None:
    """The other parts are the collector's; rows are then written one by one."""
    frame = pd.DataFrame([{"y": None, **SCORED}, {"y": "2.5", **SCORED}])[["y", *beside, kept]]
    with collecting("legacy") as collected:
        ModelDataCollector("m", "labels").collect(frame)
    ((path, text),) = csv_files(collected).items()
    folder, day = PLACES[kept]
    assert path.startswith(f"modeldata/{folder}/labels/{day}")
    header, *rows = text.splitlines(keepends=True)
    assert header == ",".join(["y", *beside, kept]) + "\r\n"
    assert [row[-2:] for row in rows] == ["\r\n"] * 2


@pytest.mark.parametrize("missing", SCORED)
def test_a_frame_may_lack_one_of_the_columns(missing: str) -> None:
    """The rows follow what is there."""
    frame = pd.DataFrame([{"y": 1, **SCORED}]).drop(columns=missing)
    with collecting("legacy") as collected:
        ModelDataCollector("m", "labels").collect(frame)
    (path,) = csv_files(collected)
    parts = {"$aml_workspace": "sub/rg/ws", "$aml_service_name": "loans"}
    parts.update({"$aml_model_name": "risk", "$aml_model_version": "3"})
    defaults = ("default/default/default", "default", "m", "default")
    folder = [
        default if name == missing else part
        for (name, part), default in zip(parts.items(), defaults)
    ]
    assert path.startswith(f"modeldata/{'/'.join(folder)}/labels/")
    assert ("/2026/11/18/" in path) == (missing != "$aml_dc_scoring_timestamp")


@pytest.mark.parametrize(
    "kept", [["$aml_dc_correlation_id"], ["$aml_dc_boundary", "$aml_request_id"]]
)
def test_other_columns_choose_no_folder(kept: list[str]) -> None:
    """Id, boundary and request alone leave a frame's rows as those of any frame."""
    frame = pd.DataFrame([{"y": None, **SCORED}, {"y": 2.5, **SCORED}])[["y", *kept]]
    with collecting("legacy") as collected:
        ModelDataCollector("m", "labels").collect(frame)
    ((path, text),) = csv_files(collected).items()
    assert path.startswith("modeldata/default/default/default/default/m/default/labels/")
    rows = text.splitlines(keepends=True)[1:]
    assert [row[:1] for row in rows] == [",", "2"]
    assert not any(row.endswith("\r\n") for row in rows)


def test_rows_read_back_from_an_archive_lie_where_they_were_scored() -> None:
    """Labels joined to a frame that pandas read from the inputs' CSV find the inputs' day."""
    with collecting("legacy") as collected:
        inputs = ModelDataCollector("m", "inputs", ["a"], model_version=3)
        inputs.collect(np.array([[1.5], [2.5]]))
    ((path, content),) = collected.files.items()
    archived = pd.read_csv(io.BytesIO(content)).rename(columns={"a": "label"})
    with collecting("legacy") as later:
        ModelDataCollector("m", "labels", model_version=99).collect(archived)
    assert list(csv_files(later)) == [path.replace("/inputs/", "/labels/")]


def test_a_row_without_correlations_stays_with_the_call() -> None:
    """In a frame whose join found no inputs for a row, that row lies in today's folder."""
    unmatched = dict.fromkeys(SCORED)
    frame = pd.DataFrame([{"y": 1, **SCORED}, {"y": 2, **unmatched}], dtype=object)
    with collecting("legacy") as collected:
        ModelDataCollector("m", "labels").collect(frame)
    rows = {path: cells(text)[1][0] for path, text in csv_files(collected).items()}
    assert rows.pop("modeldata/sub/rg/ws/loans/risk/3/labels/2026/11/18/data.csv") == "1"
    ((path, row),) = rows.items()
    assert path.startswith("modeldata/default/default/default/default/m/default/labels/")
    assert row == "2"


def test_general_rows_stay_with_the_call_whatever_they_carry() -> None:
    """Only predictions, labels and signals follow their rows."""
    with collecting("legacy") as collected:
        ModelDataCollector("m").collect(pd.DataFrame([{"y": 1, **SCORED}]))
    (path,) = csv_files(collected)
    assert path.startswith("modeldata/default/default/default/default/m/default/general/")


@pytest.mark.parametrize(
    ("given", "start"), [(0, "0-"), (5, "5-"), (None, "None-"), (False, "False-"), ("a b", "a b-")]
)
def test_a_user_correlation_id_of_any_kind_is_its_text(given: Any, start: str) -> None:
    """A row number of 0 is one too; only an empty text is none."""
    with collecting("legacy"):
        collector = ModelDataCollector("m", "inputs")
        correlations = collector.collect([1], user_correlation_id=given)
        plain = collector.collect([1], user_correlation_id="")
    assert correlations is not None
    assert plain is not None
    assert correlations["$aml_dc_correlation_id"][:-36] == start
    assert len(plain["$aml_dc_correlation_id"]) == 36


def test_user_correlation_id_stands_before_the_uuid() -> None:
    """The id of the rows is the user's, a dash, and a uuid."""
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs").collect([1], user_correlation_id="loan-7")
    assert correlations is not None
    identifier = correlations["$aml_dc_correlation_id"]
    assert identifier.startswith("loan-7-")
    assert len(identifier) == len("loan-7-") + 36
    assert collected.rows("inputs") == [["1", *map(str, correlations.values())]]
