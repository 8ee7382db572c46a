"""Writes the config file that the SDK reads beside the model, and looks at one that is there.

The official SDK (1.0.0) reads `runMode`, and of each collection `enabled` and
`sampleRatePercentage`. With such a file it takes nothing but host and port from variables, and a
Collector is on only where its name is a key of the file in lower case.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdc_core.errors import SettingsError, StoreError

from ..deployment import Deployment
from .sdk_config import LOCAL, VARIABLE, is_local

MODE = "cloud"


def sdk_config(deployment: Deployment) -> dict[str, Any]:
    """Return the config file of a deployment.

    The rate is for custom events, which the SDK samples; of payloads the agent keeps that share.
    """
    percentage = round(deployment.sampling_rate * 100, 10)
    rate = int(percentage) if percentage.is_integer() else percentage
    config: dict[str, Any] = {
        "runMode": MODE,
        "collections": {
            each.name.lower(): {"enabled": True, "sampleRatePercentage": rate}
            for each in deployment.collections
            if each.enabled and deployment.collection(each.name) is each
        },
    }
    if deployment.capture_headers:
        config["captureHeaders"] = list(deployment.capture_headers)
    return config


def write_sdk_config(deployment: Deployment, path: Path) -> None:
    """Write the config file, whole or not at all.

    Raises:
        SettingsError: there is a file with `runMode` local, whose writer wants nothing to be sent.
        StoreError: it cannot be written.
    """
    refuse_local(path)
    content = json.dumps(sdk_config(deployment), indent=2) + "\n"
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readable for the scoring container's user, who is another.
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def refuse_local(path: Path | str) -> None:
    """Refuse a config file beside which nothing would arrive; one that is not there is none.

    Raises:
        SettingsError: its `runMode` is local.
    """
    try:
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (OSError, ValueError, RecursionError):
        return  # the SDK cannot read it either, and says so
    if is_local(config):
        raise SettingsError(
            f"{path}: {LOCAL}; valid: the file that `mdc-agent config` writes, with runMode cloud"
        )


def refuse_local_beside(environ: Mapping[str, str], sdk_config_path: Path | None) -> None:
    """Refuse to serve beside a config file of either name: the variable's, and the settings'.

    Raises:
        SettingsError: the `runMode` of one of them is local.
    """
    for path in (environ.get(VARIABLE), sdk_config_path):
        if path:
            refuse_local(path)
