"""The scoring script of an MLflow model, and the server that runs it.

Source of the format of `MLmodel` files: https://mlflow.org/docs/latest/ml/model, "MLmodel file",
"Model signature".
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from mdc_core.errors import MissingFileError, SettingsError

from ..arguments import AnyPath

MODEL_FILE = "MLmodel"
FRAME, TENSOR, NONE = "frame", "tensor", "none"
_SCORING = "mdc_modern.mlflow_scoring"
_SCRIPT = '''"""Scores an MLflow model, and collects what it takes and gives.

For azureml-inference-server-http, and for code_configuration of an online deployment. Made by
`mdc-bridge mlflow-score`. The model's folder, named below, lies in AZUREML_MODEL_DIR;
MLFLOW_MODEL_FOLDER names another. Collected: model_inputs and model_outputs, under the x-request-id
of the request.
"""

from mdc_modern.mlflow_scoring import MlflowScoring


def init():
    """Load the model."""
    global scoring
    scoring = MlflowScoring({name!r})


def run(data, request_headers):
    """Return what the model answers to a request."""
    return scoring.run(data, request_headers)
'''
_SERVER = "azureml_inference_server_http"
_NEEDED = (_SERVER, "mlflow")
_PORT_MOST = 65_535


@dataclass(frozen=True)
class ModelSide:
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
    inputs: ModelSide
    outputs: ModelSide
    script: str


def mlflow_score(model: AnyPath) -> Described:
    """Return a model's description with its scoring script.

    Args:
        model: folder that holds its `MLmodel` file.

    Raises:
        MissingFileError: it holds none.
        SettingsError: MLflow cannot score it.
    """
    folder = Path(os.fspath(model))
    file = folder / MODEL_FILE
    if not file.is_file():
        raise MissingFileError(
            f"{folder} holds no {MODEL_FILE}; valid: the folder that mlflow.*.save_model wrote, or "
            "a downloaded model"
        )
    try:
        content = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    if not isinstance(content, dict) or "python_function" not in (content.get("flavors") or {}):
        raise SettingsError(
            f"{file} has no flavor python_function; valid: a model that mlflow.pyfunc can load"
        )
    signature = content.get("signature") or {}
    folder = folder.resolve()
    return Described(
        folder,
        str(content.get("mlflow_version") or ""),
        _side(file, signature.get("inputs")),
        _side(file, signature.get("outputs")),
        _SCRIPT.format(name=folder.name),
    )


def serve(model: AnyPath, port: int, workers: int = 1) -> NoReturn:
    """Become the inference server of a model.

    Args:
        model: see `mlflow_score`.
        port: that it listens on.
        workers: processes that answer.

    Raises:
        MissingFileError: see `mlflow_score`.
        SettingsError: see `mlflow_score`; or what it needs is not installed here.
    """
    described = mlflow_score(model)
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        packages = " ".join(name.replace("_", "-") for name in missing)
        raise SettingsError(
            f"--serve needs packages that are not installed: pip install {packages}"
        )
    if not 0 < port <= _PORT_MOST:
        raise SettingsError(f"port is {port}; valid: 1 to {_PORT_MOST}")
    # By its name: what scores is nothing that this command is made of.
    scoring = importlib.util.find_spec(_SCORING)
    assert scoring is not None
    assert scoring.origin is not None
    script = Path(scoring.origin).with_name("score.py")
    os.environ.pop("MLFLOW_MODEL_FOLDER", None)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(
        sys.executable,
        [
            *(sys.executable, "-m", f"{_SERVER}.amlserver", "--entry_script", str(script)),
            *("--model_dir", str(described.folder), "--port", str(port)),
            *("--worker_count", str(workers)),
        ],
    )


def _side(file: Path, schema: Any) -> ModelSide:
    if schema is None:
        return ModelSide(NONE)
    try:
        specs = json.loads(schema) if isinstance(schema, str) else schema
        names = tuple(spec.get("name") for spec in specs)
        is_tensor = any(spec.get("type") == "tensor" for spec in specs)
    except (ValueError, AttributeError, TypeError):
        raise SettingsError(f"the signature in {file} is not a list of columns") from None
    named = all(isinstance(name, str) for name in names)
    return ModelSide(TENSOR if is_tensor else FRAME, names if named else ())
