"""What an `MLmodel` file says of a model, and how its rows are collected.

Source of the format: https://mlflow.org/docs/latest/ml/model, "MLmodel file", "Model signature".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mdc_core.errors import MissingFileError, SettingsError

MODEL_FILE = "MLmodel"
FRAME, TENSOR, NONE = "frame", "tensor", "none"


@dataclass(frozen=True)
class Side:
    """What a model takes, or gives.

    Attributes:
        signature: `frame`, `tensor` or `none`.
        columns: names of the collected columns; none where the data decide: arrays have the columns
            `0`, `1` and so on.
    """

    signature: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Described:
    """A model.

    Attributes:
        folder: that holds its `MLmodel` file.
        mlflow_version: it was saved with; may be empty.
        inputs, outputs: of its signature.
        script: the scoring script's text.
    """

    folder: Path
    mlflow_version: str
    inputs: Side
    outputs: Side
    script: str = ""


def describe(model: Path) -> Described:
    """Return what the file of a model says.

    Raises:
        MissingFileError: the folder holds no `MLmodel` file.
        SettingsError: the file is none of a model that MLflow can score.
    """
    file = model / MODEL_FILE
    if not file.is_file():
        raise MissingFileError(
            f"{model} holds no {MODEL_FILE}; valid: the folder that mlflow.*.save_model wrote, or "
            "a downloaded model"
        )
    try:
        held = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    if not isinstance(held, dict) or "python_function" not in (held.get("flavors") or {}):
        raise SettingsError(
            f"{file} has no flavor python_function; valid: a model that mlflow.pyfunc can load"
        )
    signature = held.get("signature") or {}
    return Described(
        model.resolve(),
        str(held.get("mlflow_version") or ""),
        _side(file, signature.get("inputs")),
        _side(file, signature.get("outputs")),
    )


def _side(file: Path, schema: Any) -> Side:
    if schema is None:
        return Side(NONE)
    try:
        specs = json.loads(schema) if isinstance(schema, str) else schema
        names = tuple(spec.get("name") for spec in specs)
        is_tensor = any(spec.get("type") == "tensor" for spec in specs)
    except (ValueError, AttributeError, TypeError):
        raise SettingsError(f"the signature in {file} is not a list of columns") from None
    named = all(isinstance(name, str) for name in names)
    return Side(TENSOR if is_tensor else FRAME, names if named else ())
