"""A scoring script behind WSGI: `/123` collects 123 three times and answers with its process id."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Callable

import numpy
import pandas

from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector

inputs = ModelDataCollector("model", designation="inputs", feature_names=["n"])
predictions = ModelDataCollector("model", designation="predictions", feature_names=["n"])
scores = Collector(name="scores")


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Score one request."""
    number = int(environ["PATH_INFO"][1:])
    inputs.collect(numpy.array([[number]]))
    predictions.collect(numpy.array([number]))
    scores.collect(pandas.DataFrame({"n": [number]}))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
