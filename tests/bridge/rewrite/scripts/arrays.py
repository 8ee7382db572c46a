# Two-dimensional arrays in, the one-dimensional result of predict out, errors as text.
import json
import os
import numpy as np
from azureml.monitoring import ModelDataCollector


class Model:
    def predict(self, rows):
        return rows.sum(axis=1)


def init():
    global model, inputs_dc, prediction_dc
    model = Model()
    inputs_dc = ModelDataCollector("adder", designation="inputs", feature_names=["age", "income"])
    prediction_dc = ModelDataCollector(
        "adder", designation="predictions", feature_names=["total"]
    )


def run(raw_data):
    try:
        data = np.array(json.loads(raw_data)["data"])
        result = model.predict(data)
        inputs_dc.collect(data)  # collects to the inputs' folder
        prediction_dc.collect(result)
        return result.tolist()
    except Exception as e:
        return str(e)
