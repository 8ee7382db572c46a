# No designation at all: both are general.
import json

import azureml.monitoring
import numpy as np

MODEL = "general"


def init():
    global first, second
    first = azureml.monitoring.ModelDataCollector(MODEL, feature_names=["x"])
    second = azureml.monitoring.ModelDataCollector(MODEL, feature_names=["y", "y"], collection_name="second")


def run(raw):
    values = np.array(json.loads(raw))
    first.collect(values); second.collect(values * 2)
    return values.sum().item()
