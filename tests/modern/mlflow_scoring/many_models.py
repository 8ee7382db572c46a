"""A scoring script of several models, one of which each request names: a server is slow to start.

What `mdc-bridge mlflow-score` writes scores one, and has a test of its own.
"""

from __future__ import annotations

import os
from typing import Any

from mdc_modern.mlflow_scoring import MlflowScoring

_models: dict[str, MlflowScoring] = {}


def init() -> None:
    """Load all models."""
    for name in sorted(os.listdir(os.environ["AZUREML_MODEL_DIR"])):
        _models[name] = MlflowScoring(name)


def run(data: str, request_headers: dict[str, str]) -> Any:
    """Return what the named model answers."""
    return _models[request_headers["X-Model"]].run(data, request_headers)
