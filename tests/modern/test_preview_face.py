"""The documented script, under the official name and under the first preview's."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pandas as pd
import pytest

from mdc_core.testing import collecting


class Score:
    """The document's `score.py`, with the module of its imports left open."""

    def __init__(self, face: str) -> None:
        monitoring = importlib.import_module(face)
        self.context_class = importlib.import_module(f"{face}.context").BasicCorrelationContext
        self.inputs_collector = monitoring.Collector(name="model_inputs")
        self.outputs_collector = monitoring.Collector(name="model_outputs")

    def run(self, data: str) -> dict[Any, Any]:
        """Score one request."""
        input_df = pd.DataFrame(json.loads(data)["data"])
        context = self.inputs_collector.collect(input_df, self.context_class(id="test"))
        output_df = pd.DataFrame({"sum": input_df.sum(axis=1)})
        self.outputs_collector.collect(output_df, context)
        return dict(output_df.to_dict())


@pytest.mark.parametrize("face", ["azureml.ai.monitoring", "azure.ai.monitoring"])
def test_the_documented_script(face: str) -> None:
    """Inputs and outputs are lines of one id, and the response is the script's."""
    with collecting("modern") as collected:
        response = Score(face).run('{"data": {"col1": [1, 2, 3], "col2": [2, 3, 4]}}')
    assert response == {"sum": {0: 3, 1: 5, 2: 7}}
    (inputs,), (outputs,) = collected.lines("model_inputs"), collected.lines("model_outputs")
    assert inputs["correlationid"] == outputs["correlationid"] == "test"
    assert inputs["data"] == [
        {"col1": 1, "col2": 2},
        {"col1": 2, "col2": 3},
        {"col1": 3, "col2": 4},
    ]
    assert outputs["data"] == [{"sum": 3}, {"sum": 5}, {"sum": 7}]
