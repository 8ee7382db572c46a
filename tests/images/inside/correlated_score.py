"""Runs in an image: a scoring script with inference-schema, frames and add_correlations."""

import os

import joblib
import numpy as np
import pandas as pd
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema

from azureml.monitoring import ModelDataCollector

NAMES = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]


def init():
    global model, inputs_dc, prediction_dc
    model = joblib.load(os.path.join(os.getenv("AZUREML_MODEL_DIR"), "diabetes_model.pkl"))
    inputs_dc = ModelDataCollector("diabetes-model", designation="inputs", feature_names=NAMES)
    prediction_dc = ModelDataCollector("diabetes-model", designation="predictions")


@input_schema("data", NumpyParameterType(np.full((1, 10), 0.5)))
@output_schema(NumpyParameterType(np.array([1.5])))
def run(data):
    result = model.predict(data)
    correlations = inputs_dc.collect(pd.DataFrame(data, columns=NAMES))
    frame = pd.DataFrame({"prediction": result})
    prediction_dc.collect(prediction_dc.add_correlations(frame, correlations))
    return result.tolist()
