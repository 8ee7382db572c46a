"""The scoring script of any MLflow model: the one below AZUREML_MODEL_DIR, see `find_model`."""

from __future__ import annotations

from typing import Any, Dict

from mdc_modern.mlflow_scoring import MlflowScoring

_scoring: Dict[str, MlflowScoring] = {}


def init() -> None:
    """Load the model; called once by the server."""
    _scoring["model"] = MlflowScoring()


def run(data: str, request_headers: Dict[str, str]) -> Any:
    """Return what the model answers to a request."""
    return _scoring["model"].run(data, request_headers)
