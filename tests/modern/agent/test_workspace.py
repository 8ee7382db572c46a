"""A workspace asked by Azure's own client: data assets registered, datastores found."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mdc_agent.cli.app import run as run_here
from tests.azure.identity_endpoint import IdentityEndpoint
from tests.forked_python import ForkedPython
from tests.modern.agent.workspace_endpoint import WORKSPACE, WorkspaceEndpoint

# Azure's client takes some seconds to be imported, more of them on a busy machine.
pytestmark = [pytest.mark.newest_only, pytest.mark.timeout(300)]

DEPLOYMENT = """\
name: blue
endpoint_name: ep
instance_type: Standard_F2s_v2
data_collector:
  collections:
    model_inputs:
      enabled: 'true'
    model_outputs:
      enabled: 'true'
      data:
        name: my_outputs
        path: azureml://datastores/theirs/paths/my/outputs
        version: '7'
"""
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[WorkspaceEndpoint]:
    """A workspace, empty."""
    with WorkspaceEndpoint(tmp_path) as workspace:
        yield workspace


@pytest.fixture
def run(
    with_azure_ai_ml: ForkedPython, workspace: WorkspaceEndpoint, tmp_path: Path
) -> Iterator[Run]:
    """Runs Python where Azure's client is installed, as a managed identity."""
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "agent.yaml").write_text(f"workspace: {WORKSPACE}\n")
    with IdentityEndpoint() as identity:
        environ = {**os.environ, **identity.environ, **workspace.environ}
        yield lambda code, *arguments: with_azure_ai_ml.run(
            ["-c", code, *arguments], tmp_path, environ
        )


MAIN = "from mdc_agent.cli import main; main()"
REGISTER = ("assets", "deployment.yaml", "--register", "--settings", "agent.yaml")


INPUTS = "ep-blue-model_inputs/versions/1"
OUTPUTS = "my_outputs/versions/7"
# What the client does before it creates a deployment, and nothing else.
THEIRS = f"""
import logging, sys
logging.disable(logging.CRITICAL)
from azure.ai.ml import MLClient, load_data, load_online_deployment
from azure.identity import DefaultAzureCredential

client = MLClient(DefaultAzureCredential(), *"{WORKSPACE}".split("/"))
client.online_deployments._register_collection_data_assets(
    load_online_deployment("deployment.yaml")
)
for path in sys.argv[1:]:
    data = load_data(path)
    print(data.name, data.version, data.type, data.path)
"""


def test_assets_are_those_of_azures_client(
    run: Run, workspace: WorkspaceEndpoint, tmp_path: Path
) -> None:
    """Names, versions, paths and types; what already exists differs from what lies elsewhere."""
    ended = run(MAIN, *REGISTER)
    assert ended.returncode == 0, ended.stderr
    ours, workspace.assets = workspace.assets, {}
    assert list(ours) == [INPUTS, OUTPUTS]
    assert ended.stdout.splitlines() == [
        f"{name.replace('/versions/', ':')} registered: {sent['properties']['dataUri']}"
        for name, sent in ours.items()
    ]
    written = ["assets", str(tmp_path / "deployment.yaml"), "--out", str(tmp_path / "assets")]
    assert run_here(written) == 0
    files = [f"assets/{name}.yaml" for name in ("model_inputs", "model_outputs")]
    theirs = run(THEIRS, *files)
    assert theirs.returncode == 0, theirs.stderr
    assert ours == workspace.assets
    assert theirs.stdout.splitlines() == [
        f"{name.replace('/versions/', ' ')} uri_folder {sent['properties']['dataUri']}"
        for name, sent in workspace.assets.items()
    ]
    workspace.assets[OUTPUTS]["properties"]["dataUri"] = "azureml://datastores/theirs/paths/other"
    again = run(MAIN, *REGISTER, "--json")
    assert again.returncode == 1, again.stderr
    assert [each["outcome"] for each in json.loads(again.stdout)["registered"]] == [
        "there",
        "elsewhere",
    ]


def test_an_asset_by_its_name_fails_when_a_deployment_is_created(run: Run, tmp_path: Path) -> None:
    """Azure's client loads `data: azureml:NAME:VERSION` and cannot register it, as we say."""
    text = DEPLOYMENT.partition("      data:")[0] + "      data: azureml:my_outputs:7\n"
    (tmp_path / "deployment.yaml").write_text(text)
    ended = run(THEIRS)
    assert ended.returncode == 1
    assert "AttributeError: 'str' object has no attribute 'name'" in ended.stderr


ASK = f"""
from mdc_agent.destinations.workspace import ask_datastore
from mdc_core.errors import SettingsError

for name in ("blobs", "lake", "files", "nothing"):
    try:
        print(ask_datastore("{WORKSPACE}", name))
    except SettingsError as error:
        print(error)
"""


def test_datastores_are_asked_for(run: Run, workspace: WorkspaceEndpoint) -> None:
    """Those with blobs are accounts and containers, with an identity; others are refused."""
    where = {"accountName": "account", "endpoint": "core.windows.net", "protocol": "https"}
    credentials = {"credentials": {"credentialsType": "None"}}
    workspace.datastores = {
        "blobs": {"datastoreType": "AzureBlob", "containerName": "logs", **where, **credentials},
        "lake": {"datastoreType": "AzureDataLakeGen2", "filesystem": "fs", **where, **credentials},
        "files": {"datastoreType": "AzureFile", "fileShareName": "share", **where, **credentials},
    }
    ended = run(ASK)
    assert ended.returncode == 0, ended.stderr
    blobs, lake, files, nothing = ended.stdout.splitlines()
    url = "storage=AccountUrl(url='https://account.blob.core.windows.net'), container="
    assert blobs == f"Datastore({url}'logs', client_id=None)"
    assert lake == f"Datastore({url}'fs', client_id=None)"
    assert files.endswith("is a AzureFileDatastore; valid: one of blobs")
    assert nothing.startswith("the datastore nothing cannot be read: ResourceNotFoundError: ")


def test_a_workspace_that_cannot_be_reached_is_one_line(
    run: Run, workspace: WorkspaceEndpoint, tmp_path: Path
) -> None:
    """Whatever the client makes of it."""
    (tmp_path / "agent.yaml").write_text("workspace: 22222222-2222-2222-2222-222222222222/g/w\n")
    ended = run(MAIN, *REGISTER)
    assert ended.returncode == 2
    assert "the data asset ep-blue-model_inputs:1 cannot be read" in ended.stderr
    assert "Traceback" not in ended.stderr
