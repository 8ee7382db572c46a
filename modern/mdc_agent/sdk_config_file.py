"""The config file of the SDK: written for the scoring container, so that it sends what is wanted.

Source of the form: `azureml-ai-monitoring` 1.0.0. The SDK samples custom events by it; payloads are
sampled by the agent.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdc_core.errors import SettingsError

from .deployment import PAYLOAD_COLLECTIONS, Deployment
from .reading.sdk_config import LOCAL, VARIABLE


def sdk_config(deployment: Deployment) -> dict[str, Any]:
    """Return the content of the file for a deployment."""
    percentage = round(100 * deployment.sampling_rate, 6)
    # The official SDK compares with names in small letters, and logs a whole number.
    rate = int(percentage) if percentage == int(percentage) else percentage
    return {
        "runMode": "cloud",
        "collections": {
            each.name.lower(): {"enabled": True, "sampleRatePercentage": rate}
            for each in deployment.collections
            if each.enabled
        },
        "captureHeaders": list(deployment.capture_headers),
    }


def write_sdk_config(deployment: Deployment, path: Path) -> bool:
    """Write the file, whole or not at all; return whether it was not there as it should be.

    Raises:
        SettingsError: it cannot be written.
    """
    content = json.dumps(sdk_config(deployment), indent=1).encode() + b"\n"
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.write_bytes(content)
            new.chmod(0o644)  # the scoring container may be another user
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            f"sdk_config: {path} cannot be written: {error.strerror}; valid: a file in a folder "
            "that the agent can write to and the scoring container can read"
        ) from error
    return True


def check_beside(path: Path | None, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse to serve beside a config file with which the SDK sends nothing.

    Args:
        path: of the file that the agent writes.
        environ: the agent's variables; those of the scoring container are often the same.

    Raises:
        SettingsError: there is one.
    """
    given = environ.get(VARIABLE)
    for each in [path, Path(given) if given else None]:
        if each is not None and _run_mode(each) == "local":
            raise SettingsError(f"{each}: {LOCAL} here; valid: remove the file, or runMode cloud")


def variables(deployment: Deployment, host: str, port: int, path: Path | None) -> dict[str, str]:
    """Return the variables to set in the scoring container."""
    found = {"AZUREML_MDC_HOST": host, "AZUREML_MDC_PORT": str(port)}
    if path is not None:
        return {**found, VARIABLE: str(path)}
    custom = any(
        each.enabled and each.name.lower() not in PAYLOAD_COLLECTIONS
        for each in deployment.collections
    )
    return {**found, "AZUREML_MDC_ENABLED": "true"} if custom else found


def _run_mode(path: Path) -> object:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None  # none, or none that the SDK can read: it says so itself
    return content.get("runMode") if isinstance(content, dict) else None
