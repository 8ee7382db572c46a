"""`model_config_map.json`, in which AKS images describe versions, folders and the workspace."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any, Callable

import pytest

import mdc_legacy.model_data_collector
from azureml.monitoring import ModelDataCollector
from mdc_core.model_config import MODEL_CONFIG_PATH, ModelConfig, read_model_config
from mdc_core.testing import collecting

FULL = {
    "modelsInfo": {
        "risk": {
            "2": {"internalId": "risk:2", "dataCollectorStoragePath": "/two/{webservice_name}/"},
            "10": {"internalId": "risk:10", "dataCollectorStoragePath": "ten/{webservice_name}"},
        }
    },
    "accountContext": {
        "subscriptionId": "Sub",
        "resourceGroupName": "RG",
        "accountName": "WS",
        "workspaceId": "1b2c",
    },
}

Write = Callable[[Any], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes the file and has collectors read it."""
    path = tmp_path / "model_config_map.json"
    monkeypatch.setattr(
        mdc_legacy.model_data_collector,
        "read_model_config",
        partial(read_model_config, path=path),
    )

    def put(content: Any) -> Path:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return put


def test_it_is_read_where_images_have_it() -> None:
    """The path is that of the images, and a missing file says nothing."""
    assert str(MODEL_CONFIG_PATH) == "/var/azureml-app/model_config_map.json"
    assert read_model_config("risk", path=Path("/nowhere/model_config_map.json")) == ModelConfig()


def test_the_highest_version_is_the_default(write: Write) -> None:
    """Versions are compared as numbers: 10 is higher than 2."""
    path = write(FULL)
    folders = {
        ("risk", "2"): "two/{webservice_name}",
        ("risk", "10"): "ten/{webservice_name}",
    }
    assert read_model_config("risk", path=path) == ModelConfig("10", folders, "Sub/RG/WS")


@pytest.mark.parametrize(
    ("model", "version", "folder"),
    [
        ("risk", "2", "two/loans"),
        ("risk", "7", "a/b/c/loans/risk/7"),
        ("x", "2", "a/b/c/loans/x/2"),
    ],
)
def test_a_version_has_its_own_folder(model: str, version: str, folder: str, write: Write) -> None:
    """The folder is that of the version the script names; the usual one where the file has none."""
    write(FULL)
    with collecting("legacy") as collected:
        ModelDataCollector(model, "labels", None, "a/b/c", "loans", version).collect([1])
    (path,) = collected.files
    assert path.startswith(f"modeldata/{folder}/labels/20")


@pytest.mark.parametrize(
    ("service", "model", "version", "folder"),
    [
        ("scoring", "risk", "2", "two/scoring"),
        ("feedback", "risk", 10, "ten/feedback"),
        ("scoring", "risk", "3", "sub/rg/ws/scoring/risk/3"),
        ("scoring", "other", "1", "sub/rg/ws/scoring/other/1"),
    ],
)
def test_rows_lie_in_the_folder_of_their_own_service_and_version(
    service: str, model: str, version: Any, folder: str, write: Write
) -> None:
    """Labels that carry correlations of another service or version go where its inputs are."""
    write(FULL)
    with collecting("legacy"):
        correlations = ModelDataCollector(
            model, "inputs", webservice_name=service, model_version=version
        ).collect([1])
    with collecting("legacy") as collected:
        labels = ModelDataCollector("risk", "labels", ["y"], webservice_name="feedback")
        labels.collect(labels.add_correlations([1], correlations))
    (path,) = collected.files
    assert path.startswith(f"modeldata/{folder}/labels/20")


def test_an_unknown_model_has_no_version(write: Write) -> None:
    """A model that the file does not list keeps its own; the workspace is that of all models."""
    config = read_model_config("other", path=write(FULL))
    assert (config.version, config.workspace) == (None, "Sub/RG/WS")


BROKEN: list[Any] = [
    "{",
    "[" * 100_000,
    "[]",
    {"modelsInfo": []},
    {"modelsInfo": {"risk": []}},
    {"modelsInfo": {"risk": {"1": "x"}}},
    {"modelsInfo": {"risk": None}},
    {"accountContext": 5},
]


@pytest.mark.parametrize("content", BROKEN, ids=lambda content: str(content)[:30])
def test_a_broken_file_is_logged_and_says_nothing(
    content: Any, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with the file, the script runs and the log names it."""
    path = write(content)
    assert read_model_config("risk", path=path) == ModelConfig()
    assert [str(path) in record.getMessage() for record in caplog.records] == [True]


def test_a_collector_takes_version_folder_and_workspace_from_it(write: Write) -> None:
    """The version fills a default one, the service its place in the path, the account the rest."""
    write(FULL)
    with collecting() as collected:
        correlations = ModelDataCollector("risk", "inputs", webservice_name="loans").collect([1])
    assert correlations is not None
    assert correlations["$aml_model_version"] == "10"
    assert correlations["$aml_workspace"] == "sub/rg/ws"
    (path,) = (path for path in collected.files if path.endswith(".csv"))
    assert path.startswith("modeldata/ten/loans/inputs/20")
    (line,) = collected.lines("model_inputs")
    assert line["modelversion"] == "10"
    assert "/subscriptions/Sub/resourceGroups/RG/" in line["source"]


def test_arguments_come_before_the_file(write: Write) -> None:
    """What the script names itself, the file does not replace."""
    write(FULL)
    with collecting():
        collector = ModelDataCollector("risk", "inputs", workspace="a/b/c", model_version=2)
        correlations = collector.collect([1])
    assert correlations is not None
    assert correlations["$aml_model_version"] == 2
    assert correlations["$aml_workspace"] == "a/b/c"


def test_a_folder_from_the_file_stays_inside_the_root(write: Write) -> None:
    """Dots in the path of the file are names, not ways up."""
    write({"modelsInfo": {"m": {"1": {"dataCollectorStoragePath": "../../{webservice_name}"}}}})
    with collecting("legacy") as collected:
        ModelDataCollector("m", webservice_name="../s").collect([1])
    (path,) = collected.files
    assert ".." not in path.split("/")
    assert path.startswith("modeldata/")
