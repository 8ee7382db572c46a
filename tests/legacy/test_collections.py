"""The collections that designations become, and their folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting


def _collections(collected: MemoryDestination) -> list[str]:
    return [
        path.split("/")[3] for path in collected.files if path.startswith("modelDataCollector/")
    ]


@pytest.mark.parametrize(
    ("designation", "collection"),
    [
        ("inputs", "model_inputs"),
        ("predictions", "model_outputs"),
        ("labels", "labels"),
        ("signals", "signals"),
        ("general", "general"),
        ("default", "general"),
    ],
)
def test_collection_of_a_designation(designation: str, collection: str) -> None:
    """Inputs and predictions are the collections that monitors know, others keep their name."""
    with collecting() as collected:
        ModelDataCollector("m", designation).collect([1])
    assert _collections(collected) == [collection]
    assert [line["type"] for line in collected.lines(collection)] == [
        f"azureml.inference.{collection}"
    ]


@pytest.mark.parametrize(
    ("designation", "collection"),
    [("signals", "clicks"), ("general", "clicks"), ("inputs", "model_inputs")],
)
def test_collection_name_names_signals_and_general_data(designation: str, collection: str) -> None:
    """The constructor's `collection_name` is the collection of what has no other name."""
    with collecting() as collected:
        ModelDataCollector("m", designation, collection_name="clicks").collect([1])
    assert _collections(collected) == [collection]


def test_chosen_collections(monkeypatch: pytest.MonkeyPatch) -> None:
    """`MDC_COLLECTIONS` overrides the collection of the designations it names, in JSONL only."""
    monkeypatch.setenv("MDC_COLLECTIONS", "predictions=scores, signals=events")
    with collecting() as collected:
        ModelDataCollector("m", "inputs").collect([1])
        ModelDataCollector("m", "predictions").collect([2])
        ModelDataCollector("m", "signals", collection_name="clicks").collect([3])
    assert _collections(collected) == ["model_inputs", "scores", "events"]
    assert collected.rows("predictions") == [["2"]]


def test_endpoint_and_deployment_come_from_service_and_model() -> None:
    """Without settings, the old names become legal names of an endpoint and a deployment."""
    with collecting() as collected:
        ModelDataCollector("2 Big_Models", "inputs", webservice_name="Loan Service").collect([1])
    (path,) = (path for path in collected.files if path.endswith(".jsonl"))
    assert path.startswith("modelDataCollector/Loan-Service/m-2-Big-Models/model_inputs/20")


def test_chosen_endpoint_deployment_and_workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    """`MDC_ENDPOINT`, `MDC_DEPLOYMENT` and `MDC_WORKSPACE` name the source of a line."""
    monkeypatch.setenv("MDC_ENDPOINT", "loans")
    monkeypatch.setenv("MDC_DEPLOYMENT", "blue")
    monkeypatch.setenv("MDC_WORKSPACE", "S/R/W")
    with collecting() as collected:
        ModelDataCollector("m", "inputs", workspace="a/b/c").collect([1])
    (line,) = collected.lines("model_inputs")
    assert line["source"] == (
        "/subscriptions/S/resourceGroups/R/providers/Microsoft.MachineLearningServices"
        "/workspaces/W/onlineEndpoints/loans/deployments/blue"
    )
    (path,) = (path for path in collected.files if path.endswith(".jsonl"))
    assert path.startswith("modelDataCollector/loans/blue/model_inputs/")


def test_source_keeps_the_case_of_the_collectors_workspace() -> None:
    """The workspace argument names the source as it was given; only CSV folders lower it."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", workspace="Sub/RG/WS").collect([1])
    (line,) = collected.lines("model_inputs")
    assert "/subscriptions/Sub/resourceGroups/RG/" in line["source"]
    assert "/workspaces/WS/" in line["source"]


def test_model_version_is_in_the_line() -> None:
    """The line's `modelversion` is the collector's, as text."""
    with collecting() as collected:
        ModelDataCollector("m", "inputs", model_version=7).collect([1])
    assert [line["modelversion"] for line in collected.lines("model_inputs")] == ["7"]


def test_a_collection_that_is_not_enabled_leaves_only_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The config file switches JSONL of a collection off with a warning; CSV goes on."""
    config = tmp_path / "mdc-config.json"
    config.write_text(json.dumps({"collections": {"model_inputs": {"enabled": True}}}))
    with collecting() as collected:
        monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
        ModelDataCollector("m", "inputs").collect([1])
        with pytest.warns(UserWarning, match="model_outputs is not enabled"):
            predictions = ModelDataCollector("m", "predictions")
        predictions.collect([2])
    assert _collections(collected) == ["model_inputs"]
    assert collected.rows("predictions") == [["2"]]
