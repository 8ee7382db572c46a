"""Data assets of collections: names, versions, paths, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from mdc_agent.assets import DataAsset, data_assets
from mdc_agent.cli.app import run
from mdc_agent.deployment import DeployedCollection, Deployment
from mdc_agent.reading import Reading
from mdc_core.errors import SettingsError

DEFAULT = "azureml://datastores/workspaceblobstore/paths/modelDataCollector/ep/blue"


def assets(*collections: DeployedCollection) -> list[DataAsset]:
    return data_assets(Reading("deployment.yaml", Deployment("ep", "blue", collections)))


def test_names_versions_and_paths() -> None:
    """The default of each, and what the deployment says instead."""
    mine = "azureml://datastores/Mine/paths/My Path/"
    assert assets(
        DeployedCollection("model_inputs", True),
        DeployedCollection("off", False, data_name="n"),
        DeployedCollection("c", True, data_version="v2", data_path=mine),
    ) == [
        DataAsset("model_inputs", "ep-blue-model_inputs", "1", f"{DEFAULT}/model_inputs"),
        DataAsset("off", "n", "1", f"{DEFAULT}/off"),
        DataAsset("c", "ep-blue-c", "v2", mine),
    ]


def test_an_asset_is_where_the_data_are() -> None:
    """Names that would leave their folder are escaped there, so also here."""
    up, path = assets(
        DeployedCollection("../x", True),
        DeployedCollection("c", True, data_path="azureml://datastores/d/paths/../x"),
    )
    assert up.path == f"{DEFAULT}/..%2Fx"
    assert path.path == "azureml://datastores/d/paths/%2E%2E/x"


def test_a_path_that_is_none() -> None:
    with pytest.raises(SettingsError, match=r"deployment.yaml: '/data' is not a datastore path"):
        assets(DeployedCollection("c", True, data_path="/data"))


DEPLOYMENT = """\
name: blue
endpoint_name: ep
type: kubernetes
data_collector:
  collections:
    a: {enabled: 'true'}
    '1/2': {enabled: 'true', data: {version: '0010'}}
"""


@pytest.fixture
def deployment(tmp_path: Path) -> str:
    """The path of a deployment file."""
    path = tmp_path / "deployment.yaml"
    path.write_text(DEPLOYMENT)
    return str(path)


def test_printed(deployment: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One document for each; versions stay texts."""
    assert run(["assets", deployment]) == 0
    first, second = yaml.safe_load_all(capsys.readouterr().out)
    assert first == {
        "$schema": "https://azuremlschemas.azureedge.net/latest/data.schema.json",
        "type": "uri_folder",
        "name": "ep-blue-a",
        "version": "1",
        "path": f"{DEFAULT}/a",
    }
    assert second["version"] == "0010"
    assert run(["assets", deployment, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [each["file"] for each in printed["assets"]] == [first, second]
    assert printed["registered"] == []


def test_written(deployment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file for each, in the folder that was named and nowhere else."""
    assert run(["assets", deployment, "--out", str(tmp_path / "new" / "assets")]) == 0
    files = sorted((tmp_path / "new").rglob("*.yaml"))
    assert [path.name for path in files] == ["1%2F2.yaml", "a.yaml"]
    assert yaml.safe_load(files[1].read_text())["name"] == "ep-blue-a"
    assert capsys.readouterr().out == ""
    assert run(["assets", deployment, "--out", deployment]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_registering_without_the_extra(
    deployment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to install."""
    (tmp_path / "agent.yaml").write_text("workspace: S/G/W\n")
    settings = ["--settings", str(tmp_path / "agent.yaml")]
    assert run(["assets", deployment, "--register", *settings]) == 2
    assert "pip install 'mdc-bridge[agent,azure]'" in capsys.readouterr().err
    assert run(["assets", deployment, "--register"]) == 2
    assert "names no workspace" in capsys.readouterr().err
