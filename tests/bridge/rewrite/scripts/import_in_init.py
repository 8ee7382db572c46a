# 2018: imported in init, identifier for designation, collected before the prediction is made.
import json


def init():
    from azureml.datacollector import ModelDataCollector
    import numpy

    global inputs_dc, prediction_dc, model
    model = numpy.exp
    inputs_dc = ModelDataCollector('exp', identifier="inputs")
    prediction_dc = ModelDataCollector('exp', identifier="predictions")


def run(input_df):
    import numpy as np

    input_df = np.asarray(json.loads(input_df))
    inputs_dc.collect(input_df)
    pred = model(input_df[0])
    prediction_dc.collect(pred)
    return [float(value) for value in pred.ravel()]


if __name__ == "__main__":
    init()
    print(run("[[1.0, 2.0]]"))
