"""A scoring script of the new SDK, as the documents show it, with the request's id as its own."""

import json

import pandas as pd

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext


def init():
    global inputs_collector, outputs_collector
    inputs_collector = Collector(name="model_inputs")
    outputs_collector = Collector(name="model_outputs")


def run(data, request_headers):
    frame = pd.DataFrame(json.loads(data)["data"])
    context = BasicCorrelationContext(id=request_headers["X-Request-Id"])
    context = inputs_collector.collect(frame, context)
    result = pd.DataFrame({"price": 20 * frame["rooms"] + frame["metres"]})
    outputs_collector.collect(result, context)
    return result.to_dict(orient="records")
