"""A scoring script that collects each request in the old way and in the new one."""

from __future__ import annotations

import json
from typing import Any

import pandas

from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector

NAMES = ["age", "income", "balance", "text"]


def init() -> None:
    """Make collectors of both kinds."""
    global old_inputs, old_predictions, inputs, outputs
    old_inputs = ModelDataCollector("model", designation="inputs", feature_names=NAMES)
    old_predictions = ModelDataCollector("model", designation="predictions", feature_names=["p"])
    inputs = Collector(name="new_inputs")
    outputs = Collector(name="new_outputs")


def run(raw: str) -> Any:
    """Score rows of three numbers and a text."""
    frame = pandas.DataFrame(json.loads(raw)["data"], columns=NAMES)
    scores = frame[NAMES[:3]].to_numpy() @ [0.5, 0.25, 0.125]
    old_inputs.collect(frame)
    old_predictions.collect(scores)
    outputs.collect(pandas.DataFrame({"p": scores}), inputs.collect(frame))
    return scores.tolist()
