"""The file in which AKS images describe their models: versions, folders, the workspace."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, NamedTuple, Optional

logger = logging.getLogger("mdc_bridge")

MODEL_CONFIG_PATH = Path("/var/azureml-app/model_config_map.json")


class ModelConfig(NamedTuple):
    """What the file says of one model; None or empty where it says nothing.

    Attributes:
        version: the highest integer version.
        folder: below the container, in place of workspace, service, model and version; may hold
            `{webservice_name}`.
        workspace: `subscription/resource group/account`.
    """

    version: Optional[str] = None
    folder: str = ""
    workspace: Optional[str] = None


def read_model_config(
    model: str, version: str = "default", path: Path = MODEL_CONFIG_PATH
) -> ModelConfig:
    """Return what the file says of a model; a missing file says nothing, a broken one is logged.

    Args:
        model: name of the model.
        version: of the model; `default` for the highest that the file knows.
        path: of the file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        versions = content.get("modelsInfo", {}).get(model, {})
        highest = max(filter(str.isdecimal, versions), key=int, default=None)
        chosen = versions.get(highest if version == "default" else version, {})
        folder = str(chosen.get("dataCollectorStoragePath") or "").strip("/")
        return ModelConfig(highest, folder, _workspace(content))
    except FileNotFoundError:
        return ModelConfig()
    except (OSError, ValueError, AttributeError, TypeError) as error:
        logger.warning("mdc-bridge: %s cannot be used: %s", path, error)
        return ModelConfig()


def _workspace(content: dict[str, Any]) -> Optional[str]:
    account = content.get("accountContext", {})
    parts = [account.get(key) for key in ("subscriptionId", "resourceGroupName", "accountName")]
    return "/".join(map(str, parts)) if all(parts) else None
