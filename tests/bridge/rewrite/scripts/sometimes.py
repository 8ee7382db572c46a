# Inputs are collected for some requests only, in a loop, and twice.
import json
import numpy as np
from azureml.monitoring import ModelDataCollector

def init():
    global inputs_dc, prediction_dc, general_dc
    inputs_dc = ModelDataCollector("sometimes", designation="inputs", feature_names=["v"])
    prediction_dc = ModelDataCollector("sometimes", designation="predictions", feature_names=["p"])
    general_dc = ModelDataCollector("other", feature_names=["seconds", "name"])

def run(raw):
    """Scores a request."""
    global last
    values = json.loads(raw)
    for value in values:
        if value > 0:
            inputs_dc.collect([value])
        prediction_dc.collect(np.array([value * 2, value]))
    general_dc.collect([float(len(values)), "run"])
    last = values
    return values
