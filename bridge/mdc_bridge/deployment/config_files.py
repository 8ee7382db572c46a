"""The files of `az ml model deploy` (CLI v1): deployment and inference configuration.

They are JSON or YAML, with the same names.

Source of the names: the deserialization of azureml-core 1.61.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from mdc_core.errors import MissingFileError, StoreError

from ..scripts.finding import SKIPPED_FOLDERS
from ..yaml_text import load
from .old_service import DeploymentError, OldDeployment
from .old_settings import NAMES_BY_PATH

CONFIG_SUFFIXES = (".json", ".yml", ".yaml")
_INSTANCES = ("aci", "containerinstance")
_LARGEST = 1_000_000  # bytes; configurations are small, data are not
_KEYS = (b"computeType", b"entryScript")
_CLUSTERS = ("aks", "aksendpoint")


def configs_below(folders: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
    """Return the configurations in folders, with their paths; other files are left out.

    Args:
        folders: paths; one that is not a folder holds none.

    Raises:
        StoreError: a configuration cannot be read, or a folder cannot be listed.
    """
    configs: list[tuple[str, dict[str, Any]]] = []
    for folder in folders:
        for parent, inside, files in os.walk(folder, onerror=_refused):
            inside[:] = sorted(name for name in inside if name not in SKIPPED_FOLDERS)
            for path in (os.path.join(parent, name) for name in sorted(files)):
                content = _read_if_config(path) if path.endswith(CONFIG_SUFFIXES) else None
                if content is not None:
                    configs.append((path, content))
    return configs


def note_unused(old: OldDeployment, folders: Iterable[str], used: Collection[str]) -> None:
    """Note the configurations in the folders of code that deploys; the code goes before them.

    Args:
        old: what the code says.
        folders: see `configs_below`.
        used: paths of configurations that are used.
    """
    with suppress(StoreError):  # one that cannot be read says nothing
        for path, _ in configs_below(folders):
            if path not in used:
                text = "is not used, because code beside it deploys; give it alone to use it"
                old.notes.append((path, text))


def _refused(error: OSError) -> None:
    if not isinstance(error, NotADirectoryError):
        raise StoreError(f"{error.filename}: {error.strerror}")


def _read_if_config(path: str) -> Any:
    try:
        # Opening a pipe would wait for its writer.
        if not os.path.isfile(path) or os.path.getsize(path) > _LARGEST:
            return None
        with open(path, "rb") as stream:
            text = stream.read().replace(b"\0", b"")  # UTF-16 has them
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    # Other files that are not valid, such as templates, are no business of ours.
    content = read_config(path) if any(key in text for key in _KEYS) else None
    return content if is_deployment_config(content) or is_inference_config(content) else None


def read_config(path: str) -> Any:
    """Return what a JSON or YAML file holds.

    Raises:
        StoreError: it cannot be read or understood.
    """
    if not path.endswith(".json"):
        return load(text_of(Path(path)), path)
    try:
        return json.loads(text_of(Path(path)))
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is not valid JSON: {error}") from error


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises:
        StoreError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingFileError(f"{path} does not exist") from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not UTF-8: {error}") from error


def is_deployment_config(content: Any) -> bool:
    """Return whether a JSON value is a deployment configuration."""
    return isinstance(content, dict) and "computeType" in content


def is_inference_config(content: Any) -> bool:
    """Return whether a JSON value is an inference configuration."""
    return isinstance(content, dict) and "entryScript" in content


def read_deployment_config(old: OldDeployment, content: dict[str, Any]) -> None:
    """Add what a deployment configuration says.

    Raises:
        DeploymentError: it is not of an AKS service.
    """
    kind = str(content["computeType"])
    if kind.lower() not in _CLUSTERS:
        text = f"computeType is {kind!r}; valid: AKS"
        if kind.lower() in _INSTANCES:
            text += "; Azure Container Instances (ACI) never collected model data"
        raise DeploymentError(text)
    settings = old.settings = old.settings or {}
    for path, value in _leaves(content):
        if path == "computeType" or value is None:
            continue
        if path in NAMES_BY_PATH:
            settings[NAMES_BY_PATH[path]] = value
        else:
            old.leftovers[path] = value
    old.compute = settings.get("compute_target_name") or old.compute


def read_inference_config(old: OldDeployment, content: dict[str, Any]) -> None:
    """Add what an inference configuration says."""
    old.script = content["entryScript"]
    old.source = content.get("sourceDirectory")
    old.conda_file = content.get("condaFile")
    old.image = content.get("baseImage")
    _read_environment(old, content.get("environment"))
    read = ("entryScript", "sourceDirectory", "condaFile", "baseImage", "environment", "runtime")
    for name, value in content.items():
        if name not in read and value not in (None, False, ""):
            old.leftovers[name] = value
    if content.get("runtime") not in (None, "python"):
        old.leftovers["runtime"] = content["runtime"]


def _read_environment(old: OldDeployment, environment: Any) -> None:
    if isinstance(environment, str):
        old.environment = (environment, None)
    if not isinstance(environment, dict):
        return
    python, docker, variables = (
        _table(environment.get(name)) for name in ("python", "docker", "environmentVariables")
    )
    conda = python.get("condaDependencies")
    old.conda = conda if isinstance(conda, dict) else old.conda
    old.conda_file = python.get("condaDependenciesFile") or old.conda_file
    old.image = docker.get("baseImage") or old.image
    old.variables.update(variables)
    if docker.get("baseDockerfile"):
        old.leftovers["docker.base_dockerfile"] = docker["baseDockerfile"]


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _leaves(content: dict[str, Any]) -> list[tuple[str, Any]]:
    leaves: list[tuple[str, Any]] = []
    for name, value in content.items():
        if isinstance(value, dict) and name not in ("tags", "properties"):
            leaves += [(f"{name}.{inner}", each) for inner, each in value.items()]
        else:
            leaves.append((name, value))
    return leaves
