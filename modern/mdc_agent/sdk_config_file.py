"""The config file of the SDK: written for the scoring container, so that it sends what is wanted.

Source of the form: `azureml-ai-monitoring` 1.0.0. The SDK samples custom events by it; payloads are
sampled by the agent. With such a file the SDK takes nothing but host and port from variables, and a
Collector is on only where its name, as written, is a key of the file in lower case.
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

_EVERYWHERE = ("0.0.0.0", "::", "")


def sdk_config(deployment: Deployment) -> dict[str, Any]:
    """Return the content of the file for a deployment."""
    rate = _percentage(deployment)
    return {
        "runMode": "cloud",
        "collections": {
            each.name.lower(): {"enabled": True, "sampleRatePercentage": rate}
            for each in deployment.collections
            if each.enabled and deployment.collection(each.name) is each
        },
        "captureHeaders": list(deployment.capture_headers),
    }


def write_sdk_config(deployment: Deployment, path: Path) -> bool:
    """Write the file, whole or not at all; return whether it was not there as it should be.

    Raises:
        SettingsError: it cannot be written, or there is one whose writer wants nothing to be sent.
    """
    check_beside(path, {})
    content = json.dumps(sdk_config(deployment), indent=2).encode() + b"\n"
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
            f"the SDK's config file {path} cannot be written: {error.strerror}; valid: a file in a "
            "folder that the agent can write to and the scoring container can read"
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
        if each is not None and _is_local(each):
            raise SettingsError(
                f"{each}: {LOCAL}; valid: no such file, or one with runMode cloud, such as "
                "`mdc-agent config` writes"
            )


def variables(deployment: Deployment, host: str, port: int, path: Path | None) -> dict[str, str]:
    """Return the variables to set in the scoring container.

    Args:
        deployment: that is followed.
        host: that the agent listens on; for all of its machine, the loopback address, which the
            containers of a pod share.
        port: likewise.
        path: of the config file, as the scoring container sees it; None for none.
    """
    reached = "127.0.0.1" if host in _EVERYWHERE else host
    found = {"AZUREML_MDC_HOST": reached, "AZUREML_MDC_PORT": str(port)}
    if path is not None:
        return {VARIABLE: str(path), **found}
    if not has_custom(deployment):
        return found
    found["AZUREML_MDC_ENABLED"] = "true"
    if deployment.sampling_rate < 1:
        # The official SDK takes whole numbers alone.
        found["AZUREML_MDC_SAMPLE_RATE"] = str(round(_percentage(deployment)))
    return found


def has_custom(deployment: Deployment) -> bool:
    """Return whether a collection of the script is on; without one, the SDK is off altogether."""
    return any(
        each.enabled and each.name.lower() not in PAYLOAD_COLLECTIONS
        for each in deployment.collections
    )


def _percentage(deployment: Deployment) -> float:
    """Return the rate in percent, a whole number where it is one: that is what is logged."""
    percentage = round(100 * deployment.sampling_rate, 9)
    return int(percentage) if percentage.is_integer() else percentage


def _is_local(path: Path) -> bool:
    try:
        config = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return False  # none, or none that the SDK can read: it says so itself
    return isinstance(config, dict) and config.get("runMode") == "local"
