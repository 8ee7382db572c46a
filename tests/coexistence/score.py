"""An old script and a modern one in one process, with the neighbours named on the command line."""

import importlib
import json
import sys

import numpy as np
import pandas as pd

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.monitoring import ModelDataCollector

for neighbour in sys.argv[1:]:
    module, name = neighbour.split(":")
    getattr(importlib.import_module(module), name)

inputs_dc = ModelDataCollector("old", designation="inputs", feature_names=["a", "b"])
prediction_dc = ModelDataCollector("old", designation="predictions", feature_names=["p"])
inputs_dc.collect(np.array([[1.5, 2.0], [3.0, 4.0]]))
prediction_dc.collect(np.array([0.25, 0.75]))

inputs_collector = Collector(name="modern_inputs")
inputs_collector.collect(pd.DataFrame({"a": [1]}), BasicCorrelationContext(id="modern"))

sys.stdout.write(json.dumps(Collector.__module__))
sys.stdin.readline()  # the official package loses what it has not sent when the process ends
