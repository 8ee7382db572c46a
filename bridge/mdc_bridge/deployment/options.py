"""The arguments of `deployment`: what an old deployment does not say, or is to be replaced."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Optional

from mdc_core.errors import SettingsError
from mdc_core.settings import MODES
from mdc_core.storage import parse_storage

from ..arguments import AnyPath

KINDS = ("managed", "kubernetes")
# The service documents month and year too; azure-ai-ml refuses them.
ROLLING_RATES = ("minute", "hour", "day")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]")


@dataclass(frozen=True)
class DeploymentOptions:
    """Arguments of a new deployment; None leaves it to the old one.

    Attributes:
        kind: `managed` or `kubernetes`.
        service: name of the web service that is meant, where the code deploys several.
        endpoint: name of the endpoint.
        deployment: name of the deployment.
        model: such as `azureml:churn:3`.
        script: path of the scoring script.
        conda_file: path of the conda environment.
        image: base image of the environment.
        environment: registered environment, such as `azureml:churn-env:3`.
        instance_type: size of the virtual machine, or name of the cluster's instance type.
        instance_count: number of instances.
        compute: Kubernetes cluster, such as `azureml:cluster`.
        mode: `MDC_BRIDGE_MODE` of the deployment.
        storage: account or folder of your own: for the JSONL in mode `modern`, else for the CSV.
        collections: `MDC_COLLECTIONS`, such as `predictions=scores`.
        sampling_rate: part of the events that is collected, 0 to 1.
        rolling_rate: `minute`, `hour` or `day`.
    """

    kind: str = "managed"
    service: Optional[str] = None
    endpoint: Optional[str] = None
    deployment: str = "blue"
    model: Optional[str] = None
    script: Optional[AnyPath] = None
    conda_file: Optional[AnyPath] = None
    image: Optional[str] = None
    environment: Optional[str] = None
    instance_type: Optional[str] = None
    instance_count: Optional[int] = None
    compute: Optional[str] = None
    mode: str = "modern"
    storage: Optional[str] = field(default=None, repr=False)  # it may hold a key
    collections: str = ""
    sampling_rate: Optional[float] = None
    rolling_rate: Optional[str] = None

    def __post_init__(self) -> None:
        names = {"endpoint": self.endpoint, "deployment (--name)": self.deployment}
        for setting, name in names.items():
            if name is not None and not _NAME.fullmatch(name):
                raise SettingsError(
                    f"{setting} is {name!r}; valid: 3 to 32 letters (A to Z), digits and dashes, a "
                    "letter first and no dash last"
                )
        _check_reference("model", self.model, "azureml:NAME:VERSION")
        _check_reference("environment", self.environment, "azureml:NAME:VERSION")
        _check_reference("compute", self.compute, "azureml:NAME")
        _check("kind", self.kind, KINDS)
        _check("mode", self.mode, tuple(mode for mode in MODES if mode != "auto"))
        if self.rolling_rate is not None:
            _check("rolling_rate", self.rolling_rate, ROLLING_RATES)
        if self.sampling_rate is not None and not 0 <= self.sampling_rate <= 1:
            raise SettingsError(f"sampling_rate is {self.sampling_rate}; valid: 0 to 1")
        if self.storage is not None:
            parse_storage(self.storage, "storage")


def _check_reference(name: str, value: Optional[str], form: str) -> None:
    """Raise for what Azure's client would not read as the name of something in the workspace."""
    if value is not None and not value.startswith("azureml:"):
        raise SettingsError(f"{name} is {value!r}; valid: {form}")


def _check(name: str, value: str, valid: tuple[str, ...]) -> None:
    if value not in valid:
        raise SettingsError(f"{name} is {value!r}; valid: {', '.join(valid)}")
