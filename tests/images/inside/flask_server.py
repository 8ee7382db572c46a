"""Runs in an image: what served scoring scripts before there was azureml-inference-server-http.

The image for AKS held a Flask application under gunicorn that loaded the script, called `init` once
in each worker and `run` for each request: with its body, or with its members where `run` has a
schema.
"""

from __future__ import annotations

import importlib.util
import json
import os
from typing import Any

import flask


def _load(path: str) -> Any:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


score = _load(os.environ["ENTRY_SCRIPT"])
score.init()
app = flask.Flask(__name__)


@app.route("/")
def health() -> str:
    """Say that the worker is there."""
    return "Healthy"


@app.route("/score", methods=["POST"])
def answer() -> Any:
    """Return what the script returns."""
    body = flask.request.data.decode()
    takes_members = hasattr(score.run, "__wrapped__")
    return flask.jsonify(score.run(**json.loads(body)) if takes_members else score.run(body))
