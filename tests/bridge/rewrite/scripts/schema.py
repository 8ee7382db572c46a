import numpy as np

from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from azureml.monitoring import ModelDataCollector

input_sample = np.array([[10, 9.5, -8]])
output_sample = np.array([3726.995])


def init():
    global inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector("diabetes", designation="inputs", feature_names=["AGE", "SEX"])
    prediction_dc = ModelDataCollector("diabetes", designation="predictions", feature_names=["Y"])


@input_schema('data', NumpyParameterType(input_sample))
@output_schema(NumpyParameterType(output_sample))
def run(data):
    try:
        inputs_dc.collect(data)
        result = data.mean(axis=1)
        prediction_dc.collect(result)
        return result.tolist()
    except Exception as e:
        error = str(e)
        return error
