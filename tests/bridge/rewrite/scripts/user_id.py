import json
import numpy as np
from azureml.monitoring import ModelDataCollector


def init():
    global inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector("loans", designation="inputs",
        feature_names=[
            "amount",  # in euro
            "years",
        ],
        webservice_name="loan-service",  # as in the portal
    )
    prediction_dc = ModelDataCollector("loans", designation="predictions", feature_names=["granted"])


def run(raw_data):
    request = json.loads(raw_data)
    loan = request.get("loan")
    data = np.array(request["data"])
    inputs_dc.collect(data, user_correlation_id=loan)
    granted = data[:, 0] < 1000 * data[:, 1]
    prediction_dc.collect(granted, loan)
    return granted.tolist()
