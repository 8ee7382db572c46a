"""A model of a rule, which collects what it takes and gives under the id of the request."""

import json

import pandas as pd

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext


def init():
    global inputs, outputs
    inputs = Collector(name="model_inputs", on_error=print)
    outputs = Collector(name="model_outputs", on_error=print)


def run(data, request_headers):
    headers = {name.lower(): value for name, value in request_headers.items()}
    frame = pd.DataFrame(json.loads(data)["data"])
    context = BasicCorrelationContext(id=headers.get("x-request-id"))
    inputs.collect(frame, context)
    churns = pd.DataFrame({"churns": frame["age"] * 100 > frame["income"]})
    outputs.collect(churns, context)
    return churns["churns"].tolist()
