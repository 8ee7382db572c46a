"""Mistakes that users make; type checking finds each of them at the marked line."""

import pandas as pd

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.monitoring import ModelDataCollector

frame = pd.DataFrame({"a": [1]})

inputs = ModelDataCollector("m", features=["a"])  # wrong: call-arg
inputs = ModelDataCollector()  # wrong: call-arg
inputs = ModelDataCollector("m", feature_names=5)  # wrong: arg-type
inputs = ModelDataCollector("m", collector_name="c")  # wrong: call-arg
inputs(frame)  # wrong: operator
inputs.collect()  # wrong: call-arg
inputs.collect(frame)["$aml_workspace"]  # wrong: index
inputs.collect(frame, user_correlation_id=7)  # wrong: arg-type
inputs.add_correlations(frame)  # wrong: call-arg
inputs.add_correlations(frame, "an id")  # wrong: arg-type
inputs.flush()  # wrong: attr-defined

collector = Collector("model_inputs")  # wrong: call-arg
collector = Collector()  # wrong: call-arg
collector = Collector(name="m", on_error="log")  # wrong: arg-type
collector.collect([1, 2])  # wrong: arg-type
collector.collect({"a": 1})  # wrong: arg-type
collector.collect(frame, "an id")  # wrong: arg-type
collector.collect(frame).is_success()  # wrong: attr-defined
BasicCorrelationContext(timestamp="now")  # wrong: arg-type
BasicCorrelationContext(id=7)  # wrong: arg-type
mdc_core.shutdown("now")  # wrong: arg-type
