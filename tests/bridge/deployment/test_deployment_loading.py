"""What is made is accepted by the loader of azure-ai-ml, and means there what it meant."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from mdc_bridge.deployment import DeploymentOptions, deployment, write_files
from tests.bridge.deployment import old_deployments as old
from tests.forked_python import ForkedPython

pytestmark = pytest.mark.newest_only

OPTIONS = {
    "managed": DeploymentOptions(
        instance_type="Standard_F2s_v2", rolling_rate="day", sampling_rate=0.25
    ),
    "kubernetes": DeploymentOptions(kind="kubernetes", rolling_rate="minute"),
    "dual": DeploymentOptions(
        instance_type="Standard_F2s_v2", mode="dual", storage="https://mine.blob.core.windows.net"
    ),
    "filled": DeploymentOptions(endpoint="churn", compute="azureml:aks", kind="kubernetes"),
    "configs": DeploymentOptions(
        kind="kubernetes", endpoint="churn", model="azureml:m:1", compute="azureml:c"
    ),
    "arguments": DeploymentOptions(
        endpoint="churn", environment="azureml:env:1", instance_type="X"
    ),
}


@pytest.fixture(scope="module")
def loaded(with_azure_ai_ml: ForkedPython, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What azure-ai-ml read in each deployment, by name."""
    root = tmp_path_factory.mktemp("deployments")
    code = [old.write(root, old.COMPLETE)]
    sources = {"configs": old.write_configs(root), "arguments": []}
    for name, options in OPTIONS.items():
        write_files(deployment(sources.get(name, code), options, root / name), str(root / name))
    script = Path(__file__).with_name("load_with_sdk.py")
    folders = [str(root / name) for name in OPTIONS]
    ended = with_azure_ai_ml.run([str(script), *folders], root, os.environ)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_kinds(loaded: Any) -> None:
    """The loader tells the kinds apart by what the files say."""
    managed = ["ManagedOnlineDeployment", "ManagedOnlineEndpoint"]
    kubernetes = ["KubernetesOnlineDeployment", "KubernetesOnlineEndpoint"]
    assert {name: each["kinds"] for name, each in loaded.items()} == {
        name: kubernetes if options.kind == "kubernetes" else managed
        for name, options in OPTIONS.items()
    }


def test_managed(loaded: Any) -> None:
    read = loaded["managed"]["deployment"]
    assert read["data_collector"] == {
        "collections": {
            name: {"enabled": "true"} for name in ("model_inputs", "model_outputs", "sal_inputs")
        },
        "rolling_rate": "day",
        "sampling_rate": 0.25,
    }
    assert read["request_settings"]["request_timeout_ms"] == 20000
    assert read["liveness_probe"]["period"] == 20
    assert read["environment"]["conda_file"]["dependencies"][-1]["pip"][:2] == [
        "azureml-inference-server-http",
        "mdc-bridge",
    ]
    assert read["environment_variables"]["MDC_BRIDGE_MODE"] == "modern"
    assert (read["instance_type"], read["instance_count"]) == ("Standard_F2s_v2", 3)


def test_kubernetes(loaded: Any) -> None:
    read = loaded["configs"]["deployment"]
    assert read["resources"]["requests"] == {"cpu": "0.5", "memory": "1Gi", "gpu": "1"}
    assert read["scale_settings"]["max_instances"] == 3
    assert loaded["configs"]["endpoint"]["compute"] == "azureml:c"
    assert loaded["kubernetes"]["deployment"]["data_collector"]["rolling_rate"] == "minute"


def test_arguments(loaded: Any) -> None:
    assert loaded["arguments"]["deployment"]["environment"] == "azureml:env:1"
    dual = loaded["dual"]["deployment"]["environment_variables"]
    assert dual["AML_MODEL_DC_STORAGE"] == "https://mine.blob.core.windows.net"
