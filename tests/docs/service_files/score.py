import json

import numpy as np
from azureml.monitoring import ModelDataCollector


def init():
    global inputs, predictions
    inputs = ModelDataCollector("churn", designation="inputs", feature_names=["age", "income"])
    predictions = ModelDataCollector("churn", designation="predictions", feature_names=["p"])


def run(raw_data):
    data = np.array(json.loads(raw_data)["data"])
    result = np.round(data[:, 0] / data[:, 1], 4)
    inputs.collect(data)
    predictions.collect(result)
    return result.tolist()
