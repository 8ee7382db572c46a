"""Every version of an endpoint becomes a deployment, and its traffic is reported."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mdc_bridge.deployment import DeploymentOptions, NewDeployment, deployment
from tests.bridge.deployment import old_deployments as old

MANAGED = DeploymentOptions(instance_type="X")
FIRST = """
env = Environment("e")
config = InferenceConfig(entry_script="score.py", environment=env)
first = AksEndpoint.deploy_configuration(
    cpu_cores=1, version_name="version-a", traffic_percentile=80, collect_model_data=True)
endpoint = Model.deploy(ws, "shop", [Model(ws, "m", version=1)], config, first, None)
"""
SECOND = (
    'endpoint.create_version(version_name="version-b", inference_config=config, '
    'models=[Model(ws, "m", version=2)], traffic_percentile=20, scoring_timeout_ms=7000)\n'
)


def _made(folder: Path, code: str) -> NewDeployment:
    (folder / "score.py").write_text(old.SCORE)
    return deployment([old.write(folder, old.IMPORTS + code)], MANAGED, folder)


def _traffic(made: NewDeployment) -> list[str]:
    return [
        each.text.partition("--traffic ")[2] for each in made.remarks if "--traffic" in each.text
    ]


def test_two_versions(tmp_path: Path) -> None:
    """Both have their files, models and shares."""
    made = _made(tmp_path, FIRST + SECOND)
    assert list(made.files) == [
        "deployment.yml",
        "endpoint.yml",
        "conda.yml",
        "deployment-version-b.yml",
        "conda-version-b.yml",
    ]
    first = yaml.safe_load(made.files["deployment.yml"])
    second = yaml.safe_load(made.files["deployment-version-b.yml"])
    assert (first["name"], first["model"]) == ("version-a", "azureml:m:1")
    assert (second["name"], second["model"]) == ("version-b", "azureml:m:2")
    assert second["endpoint_name"] == first["endpoint_name"] == "shop"
    assert second["request_settings"]["request_timeout_ms"] == 7000
    assert second["environment"]["conda_file"] == "conda-version-b.yml"
    assert second["code_configuration"] == first["code_configuration"]
    assert _traffic(made) == ['"version-a=80 version-b=20"']
    assert any(each.key.startswith("deployment-version-b.yml: ") for each in made.remarks)


@pytest.mark.parametrize(
    ("call", "traffic"),
    [
        ("endpoint.update_version('version-b', traffic_percentile=50)", "version-b=50"),
        ("endpoint.update_version(version_name='version-a', traffic_percentile=5)", "version-a=5"),
        ("x.update_version(version_name='version-b', traffic_percentile=0)", "version-b=0"),
        (
            "AksEndpoint(ws, 'shop').update_version('version-b', traffic_percentile=9)",
            "version-b=9",
        ),
    ],
)
def test_updates_change_the_version(call: str, traffic: str, tmp_path: Path) -> None:
    """The last word counts."""
    made = _made(tmp_path, f"{FIRST}{SECOND}{call}\n")
    (found,) = _traffic(made)
    assert traffic in found
    assert "deployment-version-b.yml" in made.files


@pytest.mark.parametrize("holder", ["endpoint", "AksEndpoint(ws, 'shop')", "find()", "self.e"])
def test_versions_of_whatever_holds_the_endpoint(holder: str, tmp_path: Path) -> None:
    """None is passed over because its endpoint is not followed."""
    made = _made(tmp_path, FIRST + SECOND.replace("endpoint.", f"{holder}.", 1))
    assert "deployment-version-b.yml" in made.files


def test_versions_in_functions_and_variables(tmp_path: Path) -> None:
    """Names and settings from variables are followed as elsewhere."""
    code = SECOND.replace('"version-b"', "NAME").replace("traffic_percentile=20", "**more")
    before = "NAME = 'canary'\nmore = dict(traffic_percentile=20)\ndef add(endpoint):\n    "
    made = _made(tmp_path, FIRST + before + code)
    assert _traffic(made) == ['"version-a=80 canary=20"']


def test_three_versions_one_deleted(tmp_path: Path) -> None:
    """What the code deletes is not made."""
    third = SECOND.replace("version-b", "version-c")
    made = _made(tmp_path, f"{FIRST}{SECOND}{third}endpoint.delete_version('version-b')\n")
    assert "deployment-version-c.yml" in made.files
    assert "deployment-version-b.yml" not in made.files


def test_a_version_alone(tmp_path: Path) -> None:
    """Code that only adds a version to an endpoint makes that one."""
    code = 'config = InferenceConfig(entry_script="score.py", environment=Environment("e"))\n'
    made = _made(tmp_path, code + SECOND.replace("endpoint.", "AksEndpoint(ws, 'shop')."))
    found = yaml.safe_load(made.files["deployment.yml"])
    assert (found["name"], found["endpoint_name"], found["model"]) == (
        "version-b",
        "shop",
        "azureml:m:2",
    )


def test_versions_of_a_loop(tmp_path: Path) -> None:
    """A loop over what is written out is followed for each of its items."""
    call = SECOND.replace('"version-b"', "name").replace("=20", "=share")
    loop = "for name, share in {'version-b': 15, 'version-c': 5}.items():\n    "
    made = _made(tmp_path, FIRST + loop + call)
    assert {"deployment-version-b.yml", "deployment-version-c.yml"} <= made.files.keys()
    assert _traffic(made) == ['"version-a=80 version-b=15 version-c=5"']


def test_an_endpoint_that_is_deployed_to_twice(tmp_path: Path) -> None:
    """Two calls with two versions are two deployments."""
    second = FIRST.replace("version-a", "version-b").replace("=80", "=20")
    made = _made(tmp_path, FIRST + second.replace("version=1", "version=2"))
    models = {
        yaml.safe_load(text)["name"]: yaml.safe_load(text)["model"]
        for name, text in made.files.items()
        if name.startswith("deployment")
    }
    assert models == {"version-a": "azureml:m:1", "version-b": "azureml:m:2"}


def test_versions_of_another_endpoint(tmp_path: Path) -> None:
    """They are left out, with a word."""
    made = _made(tmp_path, FIRST + SECOND.replace("endpoint.", "AksEndpoint(ws, 'other')."))
    assert "deployment-version-b.yml" not in made.files
    assert any("another endpoint" in each.text for each in made.remarks)


def test_a_version_whose_name_is_not_known(tmp_path: Path) -> None:
    """It is asked for."""
    made = _made(tmp_path, FIRST.replace('"version-a"', "input()"))
    assert any(each.key == "name" and "not a constant" in each.text for each in made.remarks)
