"""The file in which AKS images describe their models: versions, folders, the workspace."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Optional

logger = logging.getLogger("mdc_bridge")

MODEL_CONFIG_PATH = Path("/var/azureml-app/model_config_map.json")


class ModelConfig(NamedTuple):
    """What the file says; None or empty where it says nothing.

    Attributes:
        version: the highest integer version of the model.
        folders: of all models, by name and version: paths below the container, in place of
            workspace, service, model and version; may hold `{webservice_name}`.
        workspace: `subscription/resource group/account`.
    """

    version: Optional[str] = None
    folders: Mapping[tuple[str, str], str] = MappingProxyType({})
    workspace: Optional[str] = None


def read_model_config(model: str, path: Path = MODEL_CONFIG_PATH) -> ModelConfig:
    """Return what the file says of a model; a missing file says nothing, a broken one is logged.

    Args:
        model: name of the model.
        path: of the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        models = content.get("modelsInfo", {})
        highest = max(filter(str.isdecimal, models.get(model, {})), key=int, default=None)
        return ModelConfig(highest, dict(_folders(models)), _workspace(content))
    except FileNotFoundError:
        return ModelConfig()
    except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
        logger.warning("mdc-bridge: %s cannot be used: %s", path, error)
        return ModelConfig()


def _folders(models: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for model, versions in models.items():
        for version, described in versions.items():
            folder = str(described.get("dataCollectorStoragePath") or "").strip("/")
            if folder:
                yield (model, version), folder


def _workspace(content: dict[str, Any]) -> Optional[str]:
    account = content.get("accountContext", {})
    parts = [account.get(key) for key in ("subscriptionId", "resourceGroupName", "accountName")]
    return "/".join(map(str, parts)) if all(parts) else None
