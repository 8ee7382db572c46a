"""What the new files say, from code, notebooks, configurations and arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mdc_bridge.deployment import DeploymentOptions, Kind, NewDeployment, deployment
from tests.bridge.deployment import old_deployments as old

MANAGED = DeploymentOptions(instance_type="Standard_F2s_v2")
KUBERNETES = DeploymentOptions(kind="kubernetes")


def _content(made: NewDeployment, name: str = "deployment.yml") -> Any:
    return yaml.safe_load(made.files[name])


def _keys(made: NewDeployment, kind: Kind) -> list[str]:
    return [remark.key for remark in made.remarks if remark.kind is kind]


def _with_packages(code: str) -> str:
    """Return the complete deployment with other code where it names its packages."""
    start = old.COMPLETE.index("env.python.conda")
    return old.COMPLETE[:start] + code + old.COMPLETE[old.COMPLETE.index("env.environment_v") :]


def test_complete_deployment(tmp_path: Path) -> None:
    """All constants are carried over, and there is nothing left to do."""
    made = deployment([old.write(tmp_path, old.COMPLETE)], MANAGED, tmp_path / "new")
    assert made.is_complete, made.remarks
    assert _content(made) == {
        "$schema": "https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json",
        "name": "blue",
        "endpoint_name": "churn",
        "tags": {"team": "growth"},
        "description": "who leaves",
        "app_insights_enabled": True,
        "model": "azureml:churn:7",
        "code_configuration": {"code": "../src", "scoring_script": "score.py"},
        "environment": {
            "image": "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04",
            "conda_file": "conda.yml",
        },
        "environment_variables": {"THRESHOLD": "0.5", "MDC_BRIDGE_MODE": "modern"},
        "instance_type": "Standard_F2s_v2",
        "instance_count": 3,
        "request_settings": {
            "request_timeout_ms": 20000,
            "max_concurrent_requests_per_instance": 4,
        },
        "liveness_probe": {"period": 20, "failure_threshold": 5},
        "data_collector": {
            "collections": {
                name: {"enabled": "True"}
                for name in ("model_inputs", "model_outputs", "sal_inputs")
            }
        },
    }
    assert _content(made, "endpoint.yml")["auth_mode"] == "key"
    assert _content(made, "conda.yml") == {
        "name": "scoring",
        "channels": ["conda-forge"],
        "dependencies": [
            "python=3.9",
            "scikit-learn",
            "pip",
            {"pip": ["azureml-inference-server-http", "mdc-bridge", "azureml-core"]},
        ],
    }


def test_kubernetes(tmp_path: Path) -> None:
    made = deployment([old.write(tmp_path, old.COMPLETE)], KUBERNETES, tmp_path)
    content = _content(made)
    assert made.is_complete, made.remarks
    assert content["type"] == "kubernetes"
    assert content["resources"] == {"requests": {"cpu": "1", "memory": "2Gi"}}
    assert content["instance_count"] == 3
    assert _content(made, "endpoint.yml")["compute"] == "azureml:aks-prod"


def test_defaults_of_aks_are_written_out(tmp_path: Path) -> None:
    """Where endpoints have others, the service would behave differently."""
    content = _content(deployment([old.write(tmp_path, old.MINIMAL)], KUBERNETES, tmp_path))
    assert content["scale_settings"] == {
        "type": "target_utilization",
        "min_instances": 1,
        "max_instances": 10,
        "target_utilization_percentage": 70,
    }
    assert content["request_settings"] == {"request_timeout_ms": 60000}
    assert content["resources"]["requests"] == {"cpu": "0.1", "memory": "0.5Gi"}


def test_minimal_deployment_says_what_it_lacks(tmp_path: Path) -> None:
    made = deployment([old.write(tmp_path, old.MINIMAL)], None, tmp_path)
    assert _keys(made, Kind.VALUE) == [
        "instance_type",
        "data_collector.collections",
        "conda.yml",
    ]
    assert _keys(made, Kind.LOST) == ["autoscale_*"]
    content = _content(made)
    assert (content["instance_type"], content["instance_count"]) == ("FILL_IN", 1)
    assert content["model"] == "azureml:sentiment@latest"
    assert made.files["deployment.yml"].startswith("# needs a value: instance_type: managed")


def test_configuration_files(tmp_path: Path) -> None:
    """The files of `az ml model deploy` do as well as code."""
    options = DeploymentOptions(
        kind="kubernetes", endpoint="churn", model="azureml:m:1", compute="azureml:c"
    )
    made = deployment(old.write_configs(tmp_path), options, tmp_path)
    content = _content(made)
    assert made.is_complete, made.remarks
    assert content["scale_settings"]["max_instances"] == 3
    assert content["resources"] == {
        "requests": {"cpu": "0.5", "memory": "1Gi", "nvidia.com/gpu": "1"},
        "limits": {"nvidia.com/gpu": "1"},
    }
    assert "xgboost" in _content(made, "conda.yml")["dependencies"][-1]["pip"]


def test_notebook_that_writes_its_files(tmp_path: Path) -> None:
    """Scoring script and conda file need not be on the disk."""
    notebook = old.write_notebook(
        tmp_path,
        f"%%writefile score.py\n{old.SCORE}",
        f"{old.IMPORTS}\nmyenv = CondaDependencies.create(conda_packages=['numpy==1.16.2'])\n"
        "myenv.add_pip_package('azureml-monitoring')\n"
        "with open('env.yml', 'w') as file:\n    file.write(myenv.serialize_to_string())",
        "!pip list\n" + old.MINIMAL,
    )
    made = deployment([notebook], MANAGED, tmp_path)
    assert _keys(made, Kind.VALUE) == []
    assert "sal_inputs" in _content(made)["data_collector"]["collections"]
    assert "numpy>=1.18" in _content(made, "conda.yml")["dependencies"]


def test_arguments_alone(tmp_path: Path) -> None:
    old.write(tmp_path, "")
    options = DeploymentOptions(
        endpoint="churn",
        deployment="green",
        model="azureml:churn:1",
        script=str(tmp_path / "src" / "score.py"),
        environment="azureml:churn-env:3",
        instance_type="Standard_F2s_v2",
        instance_count=2,
        collections="sal_inputs=salaries",
        sampling_rate=0.5,
        rolling_rate="day",
    )
    made = deployment((), options, tmp_path)
    content = _content(made)
    assert made.is_complete, made.remarks
    assert "conda.yml" not in made.files
    assert list(content["data_collector"]["collections"])[2] == "salaries"
    assert content["data_collector"]["sampling_rate"] == 0.5
    assert content["data_collector"]["rolling_rate"] == "day"
    assert content["environment_variables"] == {
        "MDC_BRIDGE_MODE": "modern",
        "MDC_COLLECTIONS": "sal_inputs=salaries",
    }


@pytest.mark.parametrize("value", ["True", "False", "flag"])
def test_data_collection_as_it_was(value: str, tmp_path: Path) -> None:
    code = old.COMPLETE.replace("collect_model_data=True", f"collect_model_data={value}")
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    enabled = {each["enabled"] for each in _content(made)["data_collector"]["collections"].values()}
    assert enabled == {"False" if value == "False" else "True"}
    assert ("data_collector" in _keys(made, Kind.VALUE)) == (value == "flag")


def test_data_collection_switched_on_afterwards(tmp_path: Path) -> None:
    code = old.COMPLETE.replace("collect_model_data=True,", "")
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert "data_collector" in _keys(made, Kind.CHANGED)
    code += "service.update(collect_model_data=True)\n"
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert "data_collector" not in _keys(made, Kind.CHANGED)


@pytest.mark.parametrize(
    ("argument", "key"),
    [
        ("primary_key='s3cr3t'", "primary_key"),
        ("namespace='scoring'", "namespace"),
        ("auth_enabled=False", "auth_enabled"),
        ("max_request_wait_time=900", "max_request_wait_time"),
        ("autoscale_max_replicas=9", "autoscale_max_replicas"),
        ("scoring_timeout_ms=999999", "scoring_timeout_ms"),
        ("blobfuse_enabled=True", "blobfuse_enabled"),
        ("invented=1", "invented"),
    ],
)
def test_what_has_no_counterpart_is_listed(argument: str, key: str, tmp_path: Path) -> None:
    code = old.COMPLETE.replace("scoring_timeout_ms=20000", argument)
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert _keys(made, Kind.LOST) == [key]
    assert f"# no counterpart: {key}: " in made.files["deployment.yml"]
    assert "s3cr3t" not in str(made)


def test_endpoint_with_a_version(tmp_path: Path) -> None:
    """`AksEndpoint` names its version, and what part of the traffic goes there."""
    code = old.COMPLETE.replace("AksWebservice.d", "AksEndpoint.d").replace(
        "cpu_cores=1", "cpu_cores=1, version_name='v_2', traffic_percentile=20"
    )
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert _content(made)["name"] == "v-2"
    (lost,) = [remark for remark in made.remarks if remark.kind is Kind.LOST]
    assert '--traffic "v-2=20"' in lost.text


def test_token_authentication(tmp_path: Path) -> None:
    code = old.COMPLETE.replace("cpu_cores=1", "token_auth_enabled=True, auth_enabled=False")
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert _content(made, "endpoint.yml")["auth_mode"] == "aml_token"


def test_several_models_and_a_registered_environment(tmp_path: Path) -> None:
    code = _with_packages("").replace("[Model(", "[Model(ws, 'a'), Model(")
    code = code.replace('Environment("churn-env")', 'Environment.get(ws, "churn-env", version=4)')
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert _keys(made, Kind.LOST) == ["models"]
    assert _keys(made, Kind.VALUE) == ["model", "environment"]
    assert _content(made)["environment"] == "azureml:churn-env:4"


def test_secrets_are_not_copied(tmp_path: Path) -> None:
    """Neither from the code nor from the arguments."""
    storage = f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={'Zm9v' * 21}YQ=="
    variables = f'{{"STORE": "{storage}", "API_KEY": "s3cr3t"}}'
    code = old.COMPLETE.replace('{"THRESHOLD": "0.5"}', variables)
    options = DeploymentOptions(instance_type="X", storage=storage)
    made = deployment([old.write(tmp_path, code)], options, tmp_path)
    assert "Zm9v" not in str(made)
    assert "s3cr3t" not in str(made)
    assert _content(made)["environment_variables"]["MDC_STORAGE"] == "FILL_IN"
    assert len(_keys(made, Kind.VALUE)) == 3


@pytest.mark.parametrize(
    ("value", "is_secret"),
    [
        ("'postgres://u:SEKRET@h/db'", True),
        ("'redis://:SEKRET@h:6379/0'", True),
        ("'mysql+pymysql://u:SEKRET/a#b?c@h/db'", True),
        ("'postgres://u:$SEKRET$@h/db'", True),
        ("'redis://a:6379,redis://:SEKRET@b:6379'", True),
        ("f'postgres://u:SEKRET@{host}/db'", True),
        ("'https://SEKRET@h/1'", True),
        ("'https://h:8080/@me?to=me@h'", False),
        ("'http://[::1]:8080/me@h'", False),
        ("'abfss://files@account.dfs.core.windows.net/x'", False),
        ("'postgres://u@h/db'", False),
    ],
)
def test_logins_in_variables_are_not_copied(value: str, is_secret: bool, tmp_path: Path) -> None:
    code = old.COMPLETE.replace('{"THRESHOLD": "0.5"}', f'{{"PLACE": {value}}}')
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    place = _content(made)["environment_variables"]["PLACE"]
    assert place == ("FILL_IN" if is_secret else value.strip("'"))
    assert ("environment_variables.PLACE" in _keys(made, Kind.VALUE)) == is_secret
    assert "SEKRET" not in str(made)


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ("cpu_cores=1, memory_gb=2", "cpu_cores=1, memory_gb=2"),
        ("memory_gb=2, gpu_cores=0", "memory_gb=2, gpu_cores=0"),
        ("gpu_cores=2", "gpu_cores=2"),
        ("gpu_cores=gpus", "gpu_cores=gpus (line 19)"),
        ("", ""),
    ],
)
def test_sizes_that_the_instance_type_decides(sizes: str, said: str, tmp_path: Path) -> None:
    """Managed endpoints have no sizes beside it."""
    code = old.COMPLETE.replace("cpu_cores=1, memory_gb=2,", f"{sizes}," if sizes else "")
    path = old.write(tmp_path, code)
    made = deployment([path], MANAGED, tmp_path)
    assert made.is_complete, made.remarks
    texts = [remark.text for remark in made.remarks if remark.key == "instance_type"]
    gpus = "; it must have GPUs" if sizes.startswith("gpu_cores") else ""
    expected = f"Standard_F2s_v2 replaces {said}{gpus}"
    assert texts == ([expected] if sizes else [])
    (asked,) = (
        remark.text for remark in deployment([path]).remarks if remark.key == "instance_type"
    )
    assert asked.endswith("with GPUs" if gpus else "such as Standard_DS3_v2")


@pytest.mark.parametrize(
    ("mode", "place"), [("dual", "AML_MODEL_DC_STORAGE"), ("modern", "MDC_STORAGE")]
)
def test_storage_of_your_own(mode: str, place: str, tmp_path: Path) -> None:
    url = "https://mine.blob.core.windows.net"
    options = DeploymentOptions(instance_type="X", storage=url, mode=mode)
    made = deployment([old.write(tmp_path, old.COMPLETE)], options, tmp_path)
    assert made.is_complete, made.remarks
    assert _content(made)["environment_variables"][place] == url


def test_image_of_2019(tmp_path: Path) -> None:
    """The image was made first, and deployed then."""
    code = (
        "from azureml.core.webservice import *\nfrom azureml.core.image import ContainerImage\n"
        "from azureml.core.compute import AksCompute\nfrom azureml.core.model import Model\n"
        "config = ContainerImage.image_configuration('src/score.py', 'python', 'src/env.yml')\n"
        "image = ContainerImage.create(ws, 'image', [Model(ws, 'm:4')], config)\n"
        "aks = AksWebservice.deploy_configuration(num_replicas=1, collect_model_data=True)\n"
        "Webservice.deploy_from_image(ws, 'svc', image, aks, AksCompute(ws, 'cluster'))\n"
    )
    path = old.write(tmp_path, code)
    (tmp_path / "src" / "env.yml").write_text("dependencies: [python=3.9]\n")
    made = deployment([path], KUBERNETES, tmp_path)
    content = _content(made)
    assert made.is_complete, made.remarks
    assert content["model"] == "azureml:m:4"
    assert content["code_configuration"] == {"code": "src", "scoring_script": "score.py"}
    assert _content(made, "endpoint.yml")["compute"] == "azureml:cluster"


def test_paths_are_of_the_current_folder_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code in a folder of its own is mostly run from that of the project."""
    old.write(tmp_path, "", "nothing.py")
    (tmp_path / "ops").mkdir()
    (tmp_path / "ops" / "deploy.py").write_text(old.COMPLETE)
    monkeypatch.chdir(tmp_path)
    made = deployment(["ops/deploy.py"], MANAGED, "new")
    assert made.is_complete, made.remarks
    assert _content(made)["code_configuration"]["code"] == "../src"


def test_curated_environment_with_packages_of_its_own(tmp_path: Path) -> None:
    """The packages are kept; those of the curated environment cannot be seen."""
    code = old.COMPLETE.replace(
        'env = Environment("churn-env")', "env = Environment.get(ws, 'AzureML-Minimal').clone('e')"
    )
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert "scikit-learn" in _content(made, "conda.yml")["dependencies"]
    assert _keys(made, Kind.LOST) == ["Environment.get"]


def test_packages_added_one_by_one(tmp_path: Path) -> None:
    code = _with_packages("env.python.conda_dependencies.add_pip_package('xgboost')\n")
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    assert made.is_complete, made.remarks
    assert "xgboost" in _content(made, "conda.yml")["dependencies"][-1]["pip"]
