import json
import os

import joblib
import numpy as np

from azureml.monitoring import ModelDataCollector


def init():
    global model, inputs_dc, prediction_dc

    # AZUREML_MODEL_DIR is an environment variable created during deployment,
    # the path to the model folder (./azureml-models/$MODEL_NAME/$VERSION)
    model_path = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "diabetes_model.pkl")
    model = joblib.load(model_path)

    inputs_dc = ModelDataCollector(
        "diabetes-model",
        designation="inputs",
        feature_names=["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"],
    )
    prediction_dc = ModelDataCollector(
        "diabetes-model",
        designation="predictions",
        feature_names=["prediction"],
    )


def run(raw_data):
    try:
        data = np.array(json.loads(raw_data)["data"])
        result = model.predict(data)
        inputs_dc.collect(data)
        prediction_dc.collect(result)
        # you can return any datatype as long as it is JSON-serializable
        return result.tolist()
    except Exception as e:
        return str(e)
