# Correlations handed to the predictions; what a one-dimensional result is depends on the inputs.
import json
import numpy as np
import pandas
from azureml.monitoring import ModelDataCollector


def init():
    global inputs_dc, prediction_dc, explain_dc
    inputs_dc = ModelDataCollector("best_model", designation="inputs", feature_names=["feat1", "feat2", "feat3"])
    prediction_dc = ModelDataCollector("best_model", designation="predictions", feature_names=["prediction1", "prediction2"])
    explain_dc = ModelDataCollector("best_model", designation="signals", collection_name="explanations")


def run(data):
    data = np.array(json.loads(data)["data"])
    result = data[:, 0] * 2
    correlations = inputs_dc.collect(data)
    print("collected", correlations)
    predictions_data = prediction_dc.add_correlations(result, correlations)
    prediction_dc.collect(predictions_data)
    explain_dc.collect(explain_dc.add_correlations(input_data=list(data[0]), correlations=correlations))
    return result.tolist()
