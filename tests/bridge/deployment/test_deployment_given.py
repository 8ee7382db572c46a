"""What was given is found, however it was given, and never said to be missing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from mdc_bridge.deployment import (
    DeploymentError,
    DeploymentOptions,
    Kind,
    NewDeployment,
    deployment,
)
from mdc_bridge.deployment.config_files import configs_below
from mdc_core.errors import SettingsError, StoreError
from tests.bridge.deployment import old_deployments as old

MANAGED = DeploymentOptions(instance_type="X")
GIVEN = {"cpu_cores": 2, "collect_model_data": True, "auth_enabled": False, "num_replicas": 4}


def _made(folder: Path, before: str, arguments: str) -> NewDeployment:
    code = old.IMPORTS + f"{before}\nAksWebservice.deploy_configuration({arguments})\n"
    return deployment([old.write(folder, code)], MANAGED, folder)


def _said(made: NewDeployment, kind: Kind) -> str:
    return "\n".join(f"{each.key}: {each.text}" for each in made.remarks if each.kind is kind)


WAYS = [
    (f"C = {GIVEN}", "**C"),
    ("C = dict(cpu_cores=2, collect_model_data=True, auth_enabled=False, num_replicas=4)", "**C"),
    (f"A = {GIVEN}\nC = {{**A, 'memory_gb': 1}}", "**C"),
    (f"A = {GIVEN}\nC = dict(A, memory_gb=1)", "**C"),
    (f"A = {GIVEN}\nC = A.copy()\nC.update(memory_gb=1)", "**C"),
    (f"C = {{'aks': {GIVEN}}}", "**C['aks']"),
    (f"C = {{'aks': {GIVEN}}}", "**C.get('aks')"),
    (f"C = {GIVEN} | {{'memory_gb': 1}}", "**C"),
    (f"class C:\n    aks = {GIVEN}", "**C.aks"),
    (
        "class C:\n    cpu = 2\n    on = True\n    auth = False\n    n = 4",
        "cpu_cores=C.cpu, collect_model_data=C.on, auth_enabled=C.auth, num_replicas=C.n",
    ),
    (
        "class C:\n    cpu = 1\n    on = True\n    auth = False\n    n = 4\nc = C()\nc.cpu = 2",
        "cpu_cores=c.cpu, collect_model_data=c.on, auth_enabled=c.auth, num_replicas=c.n",
    ),
    (
        (
            "from dataclasses import dataclass\n@dataclass\nclass C:\n    cpu: int\n"
            "    on: bool = True\n    auth: bool = False\n    n: int = 4\nc = C(2)"
        ),
        "cpu_cores=c.cpu, collect_model_data=c.on, auth_enabled=c.auth, num_replicas=c.n",
    ),
    (
        "class C(Enum):\n    CPU = 2\n    ON = True\n    AUTH = False\n    N = 4",
        (
            "cpu_cores=C.CPU.value, collect_model_data=C.ON.value, auth_enabled=C.AUTH.value, "
            "num_replicas=C.N.value"
        ),
    ),
    (f"def given():\n    return {GIVEN}", "**given()"),
    (f"import types\nC = types.SimpleNamespace\nD = {GIVEN}\nC = D", "**C"),
]


@pytest.mark.parametrize(("before", "arguments"), WAYS)
def test_ways_to_give_settings(before: str, arguments: str, tmp_path: Path) -> None:
    """Dicts, classes, objects and functions of constants are constants."""
    made = _made(tmp_path, before, arguments)
    assert "was not given" not in _said(made, Kind.CHANGED)
    assert "no constant" not in _said(made, Kind.VALUE)
    assert "auth_enabled" in _said(made, Kind.LOST)
    content = yaml.safe_load(made.files["deployment.yml"])
    assert content["instance_count"] == 4
    assert content["data_collector"]["collections"]["model_inputs"] == {"enabled": "True"}


@pytest.mark.parametrize(
    ("before", "arguments"),
    [
        ("", "cpu_cores=2, **load()"),
        ("C = {}\nC.update(load())", "**C"),
        ("C = json.load(open('aks.json'))", "**C"),
        ("", "*load()"),
    ],
)
def test_what_may_be_given_is_not_said_to_be_missing(
    before: str, arguments: str, tmp_path: Path
) -> None:
    """Where a dict is only known when the code runs, nothing is taken for left out."""
    made = _made(tmp_path, before, arguments)
    changed = _said(made, Kind.CHANGED)
    assert "was not given" not in changed
    assert "the default of AKS" not in changed
    assert "on by default" not in _said(made, Kind.LOST)
    assert "has settings that cannot be read here" in _said(made, Kind.VALUE)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX has named pipes")
def test_pipes_are_not_opened(tmp_path: Path) -> None:
    """Beside code that deploys, whatever they are named: nobody may ever write to them."""
    for name in ("deploymentconfig.yml", "inferenceconfig.json"):
        os.mkfifo(tmp_path / name)
    assert configs_below([str(tmp_path)]) == []


def test_class_attributes_in_methods(tmp_path: Path) -> None:
    """A class that deploys knows its names by itself."""
    code = old.COMPLETE.replace("\n", "\n        ").replace('"churn", [', "self.NAME, [")
    text = f"class Deployer:\n    NAME = 'churn'\n    def deploy(self):\n{code}\n"
    made = deployment([old.write(tmp_path, text)], MANAGED, tmp_path)
    assert yaml.safe_load(made.files["endpoint.yml"])["name"] == "churn"
    assert made.is_complete, made.remarks


@pytest.mark.parametrize("suffix", [".json", ".yml", ".yaml"])
@pytest.mark.parametrize("is_folder", [False, True])
def test_files_of_az_ml_model_deploy(suffix: str, is_folder: bool, tmp_path: Path) -> None:
    """JSON and YAML are one, named or in a folder beside other files."""
    dump = json.dumps if suffix == ".json" else yaml.safe_dump
    paths = [tmp_path / f"deploymentconfig{suffix}", tmp_path / f"inferenceconfig{suffix}"]
    paths[0].write_text(dump(old.DEPLOYMENT_CONFIG))
    paths[1].write_text(dump(old.INFERENCE_CONFIG))
    (tmp_path / "train.py").write_text("print('trains')\n")
    (tmp_path / "data.json").write_text("[1, 2]")
    (tmp_path / "broken.yml").write_text("a: [")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "score.py").write_text(old.SCORE)
    (tmp_path / "src" / "env.yml").write_text("dependencies: [python=3.9, {pip: [x]}]")
    given = [tmp_path] if is_folder else paths
    content = yaml.safe_load(deployment(given, MANAGED, tmp_path).files["deployment.yml"])
    by_json = old.write_configs(tmp_path / "json") if (tmp_path / "json").mkdir() is None else []
    expected = yaml.safe_load(deployment(by_json, MANAGED, tmp_path).files["deployment.yml"])
    for name in ("instance_count", "request_settings", "liveness_probe", "tags"):
        assert content.get(name) == expected.get(name)
    assert content["code_configuration"] == {"code": "src", "scoring_script": "score.py"}


@pytest.mark.parametrize("is_folder", [False, True])
def test_configurations_beside_code(tmp_path: Path, is_folder: bool) -> None:
    """In a folder with both, the code says what is deployed, and each other file is named."""
    configs = old.write_configs(tmp_path)
    code = old.write(tmp_path, old.COMPLETE)
    alone = deployment([code], MANAGED, tmp_path)
    made = deployment([tmp_path] if is_folder else [code], MANAGED, tmp_path)
    unused = [each.key for each in made.remarks if "is not used, because code" in each.text]
    assert unused == (configs if is_folder else [])
    assert [yaml.safe_load(each) for each in made.files.values()] == [
        yaml.safe_load(each) for each in alone.files.values()
    ]


@pytest.mark.parametrize("name", ["deploymentconfig.json", "inferenceconfig.yml"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [("{KEY: aks,}}", "utf-8"), ('{"KEY": "aks", "x": [}', "utf-8"), ('{"KEY": "é"}', "latin-1")]
    + [('{"KEY": [}', "utf-16")],
)
def test_a_configuration_that_cannot_be_read(
    name: str, text: str, encoding: str, tmp_path: Path
) -> None:
    """In a folder it is refused as it is by itself; what else is broken there does not matter."""
    paths = map(Path, old.write_configs(tmp_path))
    (tmp_path / "chart.yaml").write_text("{{- if .Values.key }}\n")
    assert deployment([tmp_path], MANAGED, tmp_path).files
    for path in paths:
        if path.stem == Path(name).stem:
            path.unlink()
    key = "computeType" if name.startswith("deployment") else "entryScript"
    (tmp_path / name).write_bytes(text.replace("KEY", key).encode(encoding))
    for given in ([tmp_path], [tmp_path / name]):
        with pytest.raises(StoreError, match=name):
            deployment(given, MANAGED, tmp_path)


def test_several_configurations_in_a_folder(tmp_path: Path) -> None:
    """One is to be named."""
    for name in ("dev.json", "prod.yml"):
        (tmp_path / name).write_text('{"computeType": "aks"}')
    with pytest.raises(DeploymentError, match=r"several configurations; .*dev\.json, .*prod\.yml"):
        deployment([tmp_path], MANAGED, tmp_path)


def test_a_folder_with_nothing(tmp_path: Path) -> None:
    """The message names what is valid."""
    (tmp_path / "x.yml").write_text("a: 1")
    with pytest.raises(DeploymentError, match="no deployment to AKS in"):
        deployment([tmp_path], MANAGED, tmp_path)
    with pytest.raises(DeploymentError, match="valid: JSON or YAML with computeType"):
        deployment([tmp_path / "x.yml"], MANAGED, tmp_path)


def test_code_for_aci_is_said_to_be(tmp_path: Path) -> None:
    """It never collected; beside a service on AKS it is left out, with a word."""
    aci = "Model.deploy(ws, 'test', [], None, AciWebservice.deploy_configuration())\n"
    with pytest.raises(DeploymentError, match=r"service test .*Azure Container Instances \(ACI\)"):
        deployment([old.write(tmp_path, old.IMPORTS + aci)], MANAGED, tmp_path)
    alone = "AciWebservice.deploy_configuration(cpu_cores=1)\n"
    with pytest.raises(DeploymentError, match="Azure Container Instances"):
        deployment([old.write(tmp_path, old.IMPORTS + alone)], MANAGED, tmp_path)
    made = deployment([old.write(tmp_path, old.COMPLETE + aci)], MANAGED, tmp_path)
    assert made.is_complete
    assert "service test: (line" in _said(made, Kind.CHANGED)
    config = old.write(tmp_path, '{"computeType": "ACI"}', "config.json")
    with pytest.raises(DeploymentError, match="ACI"):
        deployment([config], MANAGED, tmp_path)


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        (["python=3.6.2", "scikit-learn==0.20.3"], "choose python=3.7"),
        (["python=3.8", "scikit-learn=0.21.3"], "choose python=3.7"),
        (["scikit-learn==0.24.2"], "choose python=3.9"),
        (["python=3.9", {"pip": ["scikit-learn<0.24"]}], "choose python=3.8"),
        (["python=3.8", "scikit-learn==0.18"], "no Python that mdc-bridge"),
        (["python=3.8", "scikit-learn==0.22.2"], ""),
        (["python=3.10", "scikit-learn>=0.22"], ""),
        (["python=3.10", "scikit-learn"], ""),
    ],
)
def test_scikit_learn_older_than_the_python(
    packages: list[object], said: str, tmp_path: Path
) -> None:
    """A pickle wants its scikit-learn, which has no wheel for every Python."""
    (tmp_path / "env.yml").write_text(yaml.safe_dump({"dependencies": packages}))
    made = deployment([old.write(tmp_path, old.MINIMAL)], MANAGED, tmp_path)
    remarks = [each.text for each in made.remarks if "has no wheel" in each.text]
    assert bool(remarks) is bool(said)
    assert all(said in remark for remark in remarks)


@pytest.mark.parametrize("name", ["env.yml", "./env.yml", "/dbfs/tmp/env.yml"])
def test_conda_file_of_a_cell(name: str, tmp_path: Path) -> None:
    """A notebook that writes it deploys with it."""
    conda = "dependencies:\n- python=3.8\n- pip: [lightgbm==3.3.2]\n"
    cells = [f"%%writefile {name}\n{conda}", old.MINIMAL.replace("env.yml", name)]
    made = [{"cell_type": "code", "source": cell} for cell in cells]
    path = old.write(tmp_path, json.dumps({"cells": made}), "deploy.ipynb")
    found = deployment([path], MANAGED, tmp_path).files["conda.yml"]
    assert "lightgbm==3.3.2" in found
    magic = "".join(f"# MAGIC {line}\n" for line in cells[0].splitlines())
    text = f"# Databricks notebook source\n{magic}\n# COMMAND ----------\n{cells[1]}"
    found = deployment([old.write(tmp_path, text, "nb.py")], MANAGED, tmp_path).files["conda.yml"]
    assert "lightgbm==3.3.2" in found


def test_the_last_word_of_an_update(tmp_path: Path) -> None:
    """What is switched afterwards is how it was left; that of another service does not count."""
    code = old.COMPLETE + "service.update(collect_model_data=False, enable_app_insights=False)\n"
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    content = yaml.safe_load(made.files["deployment.yml"])
    assert content["data_collector"]["collections"]["model_inputs"] == {"enabled": "False"}
    assert content["app_insights_enabled"] is False
    code = old.COMPLETE + "AksWebservice(ws, 'other').update(collect_model_data=False)\n"
    made = deployment([old.write(tmp_path, code)], MANAGED, tmp_path)
    content = yaml.safe_load(made.files["deployment.yml"])
    assert content["data_collector"]["collections"]["model_inputs"] == {"enabled": "True"}


def test_a_deployment_to_nothing_is_to_aci(tmp_path: Path) -> None:
    """Without configuration and target the old SDK took ACI."""
    code = "Model.deploy(ws, 'test', [Model(ws, 'm')], InferenceConfig('score.py'))\n"
    with pytest.raises(DeploymentError, match=r"service test .*Azure Container Instances"):
        deployment([old.write(tmp_path, old.IMPORTS + code)], MANAGED, tmp_path)


@pytest.mark.parametrize(("image", "kind"), [("CPU", Kind.CHANGED), ("GPU", Kind.VALUE)])
def test_images_that_the_sdk_names(image: str, kind: Kind, tmp_path: Path) -> None:
    """Its constants are known."""
    before = f"from azureml.core.environment import DEFAULT_{image}_IMAGE\n"
    chosen = f"env.docker.base_image = DEFAULT_{image}_IMAGE\nenv.environment_variables"
    code = old.COMPLETE.replace("env.environment_variables", chosen)
    made = deployment([old.write(tmp_path, before + code)], MANAGED, tmp_path)
    (said,) = (each for each in made.remarks if each.key == "environment.image")
    assert said.kind is kind


@pytest.mark.parametrize(
    ("option", "value", "valid"),
    [
        ("endpoint", "Größe 1", r"^endpoint is 'Größe 1'; valid: 3 to 32 letters"),
        ("endpoint", "churn-", "valid: 3 to 32 letters"),
        ("deployment", "b", r"^deployment \(--name\) is 'b'; valid: 3 to 32 letters"),
        ("model", "churn", "^model is 'churn'; valid: azureml:NAME:VERSION$"),
        ("environment", "env:1", "^environment is 'env:1'; valid: azureml:NAME:VERSION$"),
        ("compute", "aks1", "^compute is 'aks1'; valid: azureml:NAME$"),
    ],
)
def test_names_that_azure_refuses_are_refused(option: str, value: str, valid: str) -> None:
    """What the options name is checked before files are written."""
    with pytest.raises(SettingsError, match=valid):
        DeploymentOptions(**{option: value})
