"""The scoring script of a model, and the server that runs it."""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from mdc_core.errors import SettingsError

from ..arguments import AnyPath
from .description import Described, describe

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


def mlflow_score(model: AnyPath) -> Described:
    """Return a model's description with its scoring script.

    Args:
        model: folder that holds its `MLmodel` file.

    Raises:
        MissingFileError: it holds none.
        SettingsError: MLflow cannot score it.
    """
    described = describe(Path(os.fspath(model)))
    return replace(described, script=_SCRIPT.format(name=described.folder.name))


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
