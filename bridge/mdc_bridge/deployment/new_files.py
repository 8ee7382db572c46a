"""The files of the new deployment, from the old one and the options."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Optional

from mdc_core.names import legal_deployment
from mdc_core.settings import Settings
from mdc_core.storage import parse_storage

from .old_service import OldDeployment
from .options import DeploymentOptions
from .remarks import FILL_IN, Kind, Remarks, described, is_unknown, without_secrets
from .scoring_script import AUTOMATIC, ScriptFacts
from .seen import Name
from .settings_map import MANAGED, SettingsMap

# Source: the deployment of "Collect production data from models for real-time inferencing".
IMAGE = "mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04"
_OLD_IMAGES = ("mcr.microsoft.com/azureml/", "continuumio/")
_DEFAULT_IMAGES = ("DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE")
_SCHEMAS = "https://azuremlschemas.azureedge.net/latest"
_SECRET = re.compile(r"(?i)key|secret|token|password|connection|(^|_)sas(_|$)")
_OLD_SDK = "AML_MODEL_DC_"
_BOUNDARY = "AML_MODEL_DC_BOUNDARY"


class NewFiles:
    """Makes the parts of one deployment.

    Args:
        old: what there was.
        options: arguments, which take precedence over that.
        script: what the scoring script asks for; None where there is none to be seen.
        remarks: takes what is missing, lost or different.
        base: folder that the new files are in.
        conda_file: name of the conda environment among them.
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
        self._endpoint = options.endpoint or self._endpoint_name()
        self._settings = old.settings or {}
        version = remarks.known("name", self._settings.get("version_name"), None)
        self._deployment = (
            legal_deployment(version) if isinstance(version, str) else options.deployment
        )

    @property
    def names(self) -> tuple[str, str]:
        """Names of the deployment and of its endpoint."""
        return self._deployment, self._endpoint

    def deployment(self) -> dict[str, Any]:
        """Return the deployment's YAML."""
        options = self._options
        made: dict[str, Any] = {
            "$schema": f"{_SCHEMAS}/{options.kind}OnlineDeployment.schema.json",
            "name": self._deployment,
            "endpoint_name": self._endpoint,
        }
        if options.kind != MANAGED:
            made["type"] = options.kind
        made.update(self._map.plain())
        made["model"] = options.model or self._model()
        made["code_configuration"] = self._code()
        made["environment"] = self._environment()
        made["environment_variables"] = self._variables()
        made.update(self._map.sizes(options.instance_type))
        made.update(self._map.scale(options.instance_count))
        made.update(self._map.requests())
        made.update(self._map.probes())
        made["data_collector"] = self._data_collector()
        self._map.say_lost()
        for key, text in self._old.notes:
            self._remarks.add(Kind.CHANGED, key, text)
        for name, value in self._old.leftovers.items():
            self._remarks.add(Kind.LOST, name, described(value))
        return made

    def endpoint(self) -> dict[str, Any]:
        """Return the endpoint's YAML."""
        made: dict[str, Any] = {
            "$schema": f"{_SCHEMAS}/{self._options.kind}OnlineEndpoint.schema.json",
            "name": self._endpoint,
            "auth_mode": self._map.auth_mode(),
        }
        if self._options.kind != MANAGED:
            made["compute"] = self._options.compute or self._compute()
        return made

    def _endpoint_name(self) -> str:
        name = self._remarks.known("endpoint.yml: name", self._old.name)
        if name is None:
            self._remarks.add(Kind.VALUE, "endpoint.yml: name", "is not known: give --endpoint")
            return FILL_IN
        if name == FILL_IN:
            return FILL_IN
        legal = legal_deployment(str(name))
        if legal != name:
            self._remarks.add(Kind.CHANGED, "endpoint.yml: name", f"{name} became {legal}")
        return legal

    def _model(self) -> str:
        models = self._old.models
        if len(models) > 1:
            self._remarks.add(
                Kind.LOST,
                "models",
                f"an endpoint has one model, but there are {len(models)}: register "
                f"a folder with all of them",
            )
        if len(models) != 1 or models[0][0] is None:
            self._remarks.add(
                Kind.VALUE, "model", "is not known: give --model azureml:NAME:VERSION"
            )
            return f"azureml:{FILL_IN}@latest"
        name, version = models[0]
        name = self._remarks.known("model", name)
        if version is None or is_unknown(version):
            if name != FILL_IN:
                self._remarks.add(Kind.CHANGED, "model", f"the latest version of {name} is used")
            return f"azureml:{name}@latest"
        return f"azureml:{name}:{version}"

    def _code(self) -> dict[str, str]:
        script = self._options.script or self._remarks.known(
            "code_configuration.scoring_script", self._old.script
        )
        if script is None:
            self._remarks.add(
                Kind.VALUE, "code_configuration", "the scoring script is not known: give --script"
            )
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
            self._remarks.add(
                Kind.VALUE,
                "environment",
                f"{name} is registered in the workspace: register a version of it that has "
                "mdc-bridge in place of azureml-monitoring",
            )
            known = version is not None and not is_unknown(version)
            return f"azureml:{name}:{version}" if known else f"azureml:{name}@latest"
        return {"image": self._options.image or self._image(), "conda_file": self._conda_file}

    def _image(self) -> str:
        if isinstance(self._old.image, Name) and self._old.image.dotted.endswith(_DEFAULT_IMAGES):
            return self._default_image(self._old.image.dotted.rpartition(".")[2])
        image = self._remarks.known("environment.image", self._old.image)
        if image is None:
            return IMAGE
        if str(image).startswith(_OLD_IMAGES):
            self._remarks.add(Kind.CHANGED, "environment.image", f"{image} became {IMAGE}")
            return IMAGE
        return str(image)

    def _default_image(self, constant: str) -> str:
        is_gpu = "GPU" in constant
        more = ": choose one with CUDA, --image" if is_gpu else ""
        kind = Kind.VALUE if is_gpu else Kind.CHANGED
        self._remarks.add(kind, "environment.image", f"{constant} became {IMAGE}{more}")
        return IMAGE

    def _compute(self) -> str:
        name = self._remarks.known("endpoint.yml: compute", self._old.compute)
        if name is None:
            self._remarks.add(
                Kind.VALUE,
                "endpoint.yml: compute",
                "the cluster is not known: give --compute azureml:NAME",
            )
            name = FILL_IN
        self._remarks.add(
            Kind.CHANGED,
            "endpoint.yml: compute",
            f"{name} must be attached as Kubernetes compute: az ml compute attach",
        )
        return f"azureml:{name}"

    def _variables(self) -> dict[str, str]:
        options = self._options
        made: dict[str, str] = {}
        for name, value in self._old.variables.items():
            if str(name).startswith(_OLD_SDK) and options.mode == "modern":
                into = "rolling_rate replaces it" if name == _BOUNDARY else "no CSV is written"
                self._remarks.add(Kind.CHANGED, "environment_variables", f"removed {name}: {into}")
                continue
            key = f"environment_variables.{name}"
            known = str(self._remarks.known(key, value))
            pair = f"{name}={known}"
            if _SECRET.search(str(name)) or without_secrets(pair) != pair:
                self._remarks.add(Kind.VALUE, key, "holds a secret, which is not copied")
                known = FILL_IN
            made[str(name)] = known
        made["MDC_BRIDGE_MODE"] = options.mode
        if options.collections:
            made["MDC_COLLECTIONS"] = options.collections
        place = "MDC_STORAGE" if options.mode == "modern" else "AML_MODEL_DC_STORAGE"
        if options.storage is not None:
            made[place] = self._storage(place, options.storage)
            if options.mode == "modern":
                made.update(MDC_ENDPOINT=self._endpoint, MDC_DEPLOYMENT=self._deployment)
        elif options.mode != "modern" and place not in made:
            made[place] = FILL_IN
            text = "where the CSV goes; an account URL for the endpoint's identity"
            self._remarks.add(Kind.VALUE, f"environment_variables.{place}", text)
        return made

    def _storage(self, place: str, storage: str) -> str:
        if str(parse_storage(storage, "storage")) == storage or "=" not in storage:
            return storage
        self._remarks.add(
            Kind.VALUE,
            f"environment_variables.{place}",
            "holds a secret, which is not written: use an account URL and the endpoint's "
            f"identity, or az ml online-deployment create --set environment_variables.{place}=...",
        )
        return FILL_IN

    def _data_collector(self) -> dict[str, Any]:
        collected = self._settings.get("collect_model_data")
        known = self._remarks.known("data_collector", collected, True)
        if known is False:
            self._remarks.add(Kind.CHANGED, "data_collector", "is off, as collect_model_data was")
        elif known is None and "**" in self._settings:
            hidden = described(self._settings["**"])
            text = f"is on; whether collect_model_data is among {hidden} cannot be seen"
            self._remarks.add(Kind.CHANGED, "data_collector", text)
        elif known is None and self._old.settings is not None:
            self._remarks.add(
                Kind.CHANGED,
                "data_collector",
                "is on; collect_model_data was not given, so AKS collected nothing",
            )
        enabled = "False" if known is False else "True"
        names = self._script.collections if self._script is not None else []
        if not names:
            why = "it creates no collector" if self._script else self._why_no_script()
            self._remarks.add(
                Kind.VALUE,
                "data_collector.collections",
                f"are not known from the scoring script ({why}); check {' and '.join(AUTOMATIC)}",
            )
        made: dict[str, Any] = {
            "collections": {name: {"enabled": enabled} for name in names or AUTOMATIC}
        }
        rate = self._options.rolling_rate or self._boundary()
        if rate is not None:
            made["rolling_rate"] = rate
        if self._options.sampling_rate is not None:
            made["sampling_rate"] = self._options.sampling_rate
        return made

    def _why_no_script(self) -> str:
        looked = [str(path) for path in self._old.places_of_script.values()]
        if not looked:
            return "its name is not known: give --script"
        return f"not found as {' or '.join(dict.fromkeys(looked))}: give --script"

    def _boundary(self) -> Optional[str]:
        return "hour" if self._old.variables.get(_BOUNDARY) == "hour" else None


def renamed_collections(text: str) -> tuple[tuple[str, str], ...]:
    """Return designation and collection of each pair in the form of `MDC_COLLECTIONS`."""
    return Settings.from_environ({"MDC_COLLECTIONS": text}).collection_names
