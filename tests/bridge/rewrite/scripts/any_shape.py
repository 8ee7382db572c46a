# Whatever a request holds: what the collector cannot take never failed the request.
import json

import numpy as np
from azureml.monitoring import ModelDataCollector


def init():
    global inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector("any", designation="inputs", feature_names=["a", "b"])
    prediction_dc = ModelDataCollector("any", designation="predictions", feature_names=("p", "q", 3))


def shaped(value, kind):
    kinds = {
        "list": list, "tuple": tuple, "text": str, "array": np.array,
        "objects": lambda value: np.array(value, dtype=object),
        "cube": lambda value: np.array(value).reshape(1, 2, -1),
        "half": lambda value: np.array(value, dtype=np.float16),
        "days": lambda value: np.array(value, dtype="M8[D]"),
        "nested": lambda value: [np.array(row) for row in value],
        "records": lambda value: np.array([tuple(row) for row in value], dtype="i4,f8,U5"),
        "scalar": lambda value: np.array(value[0]),
        "number": lambda value: value[0], "none": lambda value: None, "dict": dict,
    }
    return kinds[kind](value)


def run(raw):
    request = json.loads(raw)
    if inputs_dc:
        inputs_dc.collect(shaped(request["inputs"], request["as"]))
    prediction_dc.collect(shaped(request["outputs"], request.get("outputs_as", request["as"])))
    return "scored"
