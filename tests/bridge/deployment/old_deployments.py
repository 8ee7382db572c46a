"""Deployments of AKS services, as people wrote them."""

from __future__ import annotations

import json
from pathlib import Path

SCORE = """
from azureml.core.model import Model
from azureml.monitoring import ModelDataCollector

def init():
    global inputs, predictions, sal
    inputs = ModelDataCollector("churn", designation="inputs", feature_names=["a"])
    predictions = ModelDataCollector("churn", designation="predictions", feature_names=["p"])
    sal = ModelDataCollector("churn", identifier="sal_inputs")
"""

IMPORTS = """
from azureml.core import Environment, Workspace
from azureml.core.compute import AksCompute, ComputeTarget
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.model import InferenceConfig, Model
from azureml.core.webservice import AciWebservice, AksEndpoint, AksWebservice, Webservice

ws = Workspace.from_config()
"""

COMPLETE = (
    IMPORTS
    + """
env = Environment("churn-env")
env.python.conda_dependencies = CondaDependencies.create(
    conda_packages=["scikit-learn"],
    pip_packages=["azureml-defaults", "azureml-monitoring"],
    python_version="3.9",
)
env.environment_variables = {"THRESHOLD": "0.5"}
inference_config = InferenceConfig(entry_script="score.py", source_directory="src", environment=env)
config = AksWebservice.deploy_configuration(
    autoscale_enabled=False, num_replicas=3, cpu_cores=1, memory_gb=2, collect_model_data=True,
    enable_app_insights=True, scoring_timeout_ms=20000, replica_max_concurrent_requests=4,
    tags={"team": "growth"}, description="who leaves", period_seconds=20, failure_threshold=5,
)
service = Model.deploy(ws, "churn", [Model(ws, "churn", version=7)], inference_config, config,
                       AksCompute(ws, "aks-prod"))
"""
)

MINIMAL = (
    IMPORTS
    + """
aks_target = ComputeTarget(workspace=ws, name="aks")
inference_config = InferenceConfig(entry_script="score.py", conda_file="env.yml", runtime="python")
model = Model.register(workspace=ws, model_path="m.pkl", model_name="sentiment")
Model.deploy(workspace=ws, name="sentiment", models=[model], inference_config=inference_config,
             deployment_config=AksWebservice.deploy_configuration(), deployment_target=aks_target)
"""
)

DEPLOYMENT_CONFIG = {
    "computeType": "AKS",
    "autoScaler": {
        "autoscaleEnabled": True,
        "minReplicas": 1,
        "maxReplicas": 3,
        "refreshPeriodInSeconds": 1,
        "targetUtilization": 60,
    },
    "dataCollection": {"storageEnabled": True},
    "authEnabled": True,
    "containerResourceRequirements": {"cpu": 0.5, "memoryInGB": 1.0},
    "gpuCores": 1,
}
INFERENCE_CONFIG = {
    "entryScript": "score.py",
    "sourceDirectory": "src",
    "runtime": "python",
    "condaFile": "env.yml",
}


def write(folder: Path, text: str, name: str = "deploy.py") -> str:
    """Write deployment code beside a scoring script, and return its path."""
    (folder / "src").mkdir(exist_ok=True)
    (folder / "src" / "score.py").write_text(SCORE)
    (folder / name).write_text(text)
    return str(folder / name)


def write_configs(folder: Path) -> list[str]:
    """Write the two JSON files of the CLI, and return their paths."""
    write(folder, "", "nothing.py")
    (folder / "src" / "env.yml").write_text("dependencies: [python=3.10, {pip: [xgboost]}]\n")
    paths = [folder / "deploymentconfig.json", folder / "inferenceconfig.json"]
    for path, content in zip(paths, (DEPLOYMENT_CONFIG, INFERENCE_CONFIG)):
        path.write_text(json.dumps(content))
    return list(map(str, paths))


def write_notebook(folder: Path, *cells: str) -> str:
    """Write a notebook and return its path."""
    path = folder / "deploy.ipynb"
    made = [{"cell_type": "code", "metadata": {}, "source": cell} for cell in cells]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4}))
    return str(path)
