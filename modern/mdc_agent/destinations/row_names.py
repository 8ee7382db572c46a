"""Names of columns for payloads that become rows: of the settings, or of a model's signature."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from mdc_core.errors import SettingsError
from mdc_core.payload_rows import names_of_signature

from ..payload.settings import PayloadSettings, RowNames
from .settings import AgentSettings

_MODEL_FILE = "MLmodel"


def payload_settings(settings: AgentSettings) -> PayloadSettings:
    """Return how payloads are logged, with the names of columns where they become rows.

    Raises:
        SettingsError: the signature cannot be read.
    """
    logged = settings.payload or PayloadSettings()
    rows = settings.rows
    if rows is None:
        return logged
    signature = {} if rows.signature is None else _signature(rows.signature, settings.source)
    inputs, outputs = (
        tuple(names_of_signature(signature.get(side)) or ()) for side in ("inputs", "outputs")
    )
    return replace(logged, rows=RowNames(rows.inputs or inputs, rows.outputs or outputs))


def _signature(path: Path, source: str) -> dict[str, Any]:
    file = path / _MODEL_FILE if path.is_dir() else path
    try:
        held = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{source}: rows.signature {file} cannot be read: {error}") from None
    signature = held.get("signature") if isinstance(held, dict) else None
    if not isinstance(signature, dict):
        raise SettingsError(
            f"{source}: rows.signature {file} has no signature; valid: the folder of an MLflow "
            "model that was saved with one, or rows.inputs and rows.outputs"
        )
    return signature
