"""The files of the new deployment, from the old one and the options."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Optional

from mdc_core.names import legal_deployment
from mdc_core.storage import parse_storage

from .old_service import OldDeployment
from .options import DeploymentOptions
from .remarks import FILL_IN, Remarks, described, is_unknown, without_secrets
from .scoring_script import BOUNDARY, ScriptFacts, data_collector
from .seen import Name
from .settings_map import MANAGED, SettingsMap

# Source: the deployment of "Collect production data from models for real-time inferencing".
IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
_NAME_KEY, _COMPUTE_KEY = "endpoint.yml: name", "endpoint.yml: compute"
_IMAGE_KEY = "environment.image"
_OLD_IMAGES = ("mcr.microsoft.com/azureml/", "continuumio/")
_DEFAULT_IMAGES = ("DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE")
_SCHEMAS = "https://azuremlschemas.azureedge.net/latest"
_SECRET = re.compile(r"(?i)key|secret|token|password|connection|(^|_)sas(_|$)")
_OLD_SDK = "AML_MODEL_DC_"


class NewFiles:
    """Makes the parts of one deployment.

    Args:
        old: what there was.
        options: arguments, which take precedence over that.
        script: what the scoring script asks for; None where there is none to be seen.
        remarks: takes what is missing, lost or different.
        base: folder that the new files are in.
        conda_file: name of the conda environment among them.

    Attributes:
        name: of the deployment.
        endpoint_name: of its endpoint.
    """

    def __init__(
        self,
        old: OldDeployment,
        options: DeploymentOptions,
        script: Optional[ScriptFacts],
        remarks: Remarks,
        base: Path,
        conda_file: str,
    ) -> None:
        self._old = old
        self._options = options
        self._script = script
        self._remarks = remarks
        self._base = base
        self._conda_file = conda_file
        self._map = SettingsMap(old.settings, options.kind, remarks)
        self.endpoint_name = options.endpoint or self._endpoint_name()
        self._settings = old.settings or {}
        version = remarks.known("name", self._settings.get("version_name"), None)
        self.name = legal_deployment(version) if isinstance(version, str) else options.deployment

    def deployment(self) -> dict[str, Any]:
        """Return the deployment's YAML."""
        options = self._options
        content: dict[str, Any] = {
            "$schema": f"{_SCHEMAS}/{options.kind}OnlineDeployment.schema.json",
            "name": self.name,
            "endpoint_name": self.endpoint_name,
            **({} if options.kind == MANAGED else {"type": options.kind}),
            **self._map.plain(),
            "model": options.model or self._model(),
            "code_configuration": self._code(),
            "environment": self._environment(),
            "environment_variables": self._variables(),
            **self._map.sizes(options.instance_type),
            **self._map.scale(options.instance_count),
            **self._map.requests(),
            **self._map.probes(),
            "data_collector": data_collector(self._old, options, self._script, self._remarks),
        }
        self._map.remark_on_lost()
        for key, text in self._old.notes:
            self._remarks.changed(key, text)
        for name, value in self._old.leftovers.items():
            self._remarks.lost(name, described(value))
        return content

    def endpoint(self) -> dict[str, Any]:
        """Return the endpoint's YAML."""
        content: dict[str, Any] = {
            "$schema": f"{_SCHEMAS}/{self._options.kind}OnlineEndpoint.schema.json",
            "name": self.endpoint_name,
            "auth_mode": self._map.auth_mode(),
        }
        if self._options.kind != MANAGED:
            content["compute"] = self._options.compute or self._compute()
        return content

    def _endpoint_name(self) -> str:
        name = self._remarks.known(_NAME_KEY, self._old.name)
        if name is None:
            self._remarks.needs_value(_NAME_KEY, "is not known: give --endpoint")
            return FILL_IN
        if name == FILL_IN:
            return FILL_IN
        legal = legal_deployment(str(name))
        if legal != name:
            self._remarks.changed(_NAME_KEY, f"{name} became {legal}")
        return legal

    def _model(self) -> str:
        models = self._old.models
        if len(models) > 1:
            text = f"an endpoint has one model, but there are {len(models)}"
            self._remarks.lost("models", f"{text}: register a folder with all of them")
        if len(models) != 1 or models[0][0] is None:
            self._remarks.needs_value("model", "is not known: give --model azureml:NAME:VERSION")
            return f"azureml:{FILL_IN}@latest"
        name, version = models[0]
        name = self._remarks.known("model", name)
        if version is None or is_unknown(version):
            if name != FILL_IN:
                self._remarks.changed("model", f"the latest version of {name} is used")
            return f"azureml:{name}@latest"
        return f"azureml:{name}:{version}"

    def _code(self) -> dict[str, str]:
        script = self._options.script or self._remarks.known(
            "code_configuration.scoring_script", self._old.script
        )
        if script is None:
            text = "the scoring script is not known: give --script"
            self._remarks.needs_value("code_configuration", text)
            return {"code": ".", "scoring_script": FILL_IN}
        if self._options.script:
            path = Path(script).resolve()
            return {"code": self._relative(path.parent), "scoring_script": path.name}
        source = self._remarks.known("code_configuration.code", self._old.source, None)
        if source is None:
            folder, name = os.path.split(str(script))
            return {"code": self._relative(self._old.folder / folder), "scoring_script": name}
        return {
            "code": self._relative(self._old.folder / source),
            "scoring_script": os.path.normpath(str(script)),
        }

    def _relative(self, folder: Path) -> str:
        return Path(os.path.relpath(folder.resolve(), self._base.resolve())).as_posix()

    def _environment(self) -> Any:
        given = self._options.environment
        if given is not None:
            return given
        if self._old.environment is not None and self._options.conda_file is None:
            name, version = self._old.environment
            name = self._remarks.known("environment", name)
            self._remarks.needs_value(
                "environment",
                f"{name} is registered in the workspace: register a version of it that has "
                "mdc-bridge in place of azureml-monitoring",
            )
            known = version is not None and not is_unknown(version)
            return f"azureml:{name}:{version}" if known else f"azureml:{name}@latest"
        return {"image": self._options.image or self._image(), "conda_file": self._conda_file}

    def _image(self) -> str:
        old = self._old.image
        if isinstance(old, Name) and old.dotted.endswith(_DEFAULT_IMAGES):
            text = f"{old.dotted.rpartition('.')[2]} became {IMAGE}"
            if old.dotted.endswith("GPU_IMAGE"):
                self._remarks.needs_value(_IMAGE_KEY, f"{text}: choose one with CUDA, --image")
            else:
                self._remarks.changed(_IMAGE_KEY, text)
            return IMAGE
        image = self._remarks.known(_IMAGE_KEY, old)
        if image is not None and not str(image).startswith(_OLD_IMAGES):
            return str(image)
        if image is not None:
            self._remarks.changed(_IMAGE_KEY, f"{image} became {IMAGE}")
        return IMAGE

    def _compute(self) -> str:
        name = self._remarks.known(_COMPUTE_KEY, self._old.compute)
        if name is None:
            text = "the cluster is not known: give --compute azureml:NAME"
            self._remarks.needs_value(_COMPUTE_KEY, text)
            name = FILL_IN
        text = f"{name} must be attached as Kubernetes compute: az ml compute attach"
        self._remarks.changed(_COMPUTE_KEY, text)
        return f"azureml:{name}"

    def _variables(self) -> dict[str, str]:
        options = self._options
        variables: dict[str, str] = {}
        for name, value in self._old.variables.items():
            if str(name).startswith(_OLD_SDK) and options.mode == "modern":
                into = "rolling_rate replaces it" if name == BOUNDARY else "no CSV is written"
                self._remarks.changed("environment_variables", f"removed {name}: {into}")
                continue
            key = f"environment_variables.{name}"
            known = str(self._remarks.known(key, value))
            pair = f"{name}={known}"
            if _SECRET.search(str(name)) or without_secrets(pair) != pair:
                self._remarks.needs_value(key, "holds a secret, which is not copied")
                known = FILL_IN
            variables[str(name)] = known
        variables["MDC_BRIDGE_MODE"] = options.mode
        if options.collections:
            variables["MDC_COLLECTIONS"] = options.collections
        place = "MDC_STORAGE" if options.mode == "modern" else "AML_MODEL_DC_STORAGE"
        if options.storage is not None:
            variables[place] = self._storage(place, options.storage)
            if options.mode == "modern":
                variables.update(MDC_ENDPOINT=self.endpoint_name, MDC_DEPLOYMENT=self.name)
        elif options.mode != "modern" and place not in variables:
            variables[place] = FILL_IN
            text = "where the CSV goes; an account URL for the endpoint's identity"
            self._remarks.needs_value(f"environment_variables.{place}", text)
        return variables

    def _storage(self, place: str, storage: str) -> str:
        if str(parse_storage(storage, "storage")) == storage or "=" not in storage:
            return storage
        self._remarks.needs_value(
            f"environment_variables.{place}",
            "holds a secret, which is not written: use an account URL and the endpoint's "
            f"identity, or az ml online-deployment create --set environment_variables.{place}=...",
        )
        return FILL_IN
