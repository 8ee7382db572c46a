import pandas as pd

from inference_schema.schema_decorators import input_schema
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from azureml import monitoring

sample = pd.DataFrame({"city": ["Oslo"], "degrees": [4.5]})


def init():
    global inputs, outputs
    inputs = monitoring.ModelDataCollector("weather", "inputs")
    outputs = monitoring.ModelDataCollector("weather", "predictions", ["wear", "sure"])


@input_schema('data', PandasParameterType(sample))
def run(data):
    inputs.collect(data)
    coats = ["coat" if degrees < 10 else "shirt" for degrees in data["degrees"]]
    outputs.collect(coats)
    outputs.collect([str(coats[0]), len(coats), float(1.5)])
    return coats
