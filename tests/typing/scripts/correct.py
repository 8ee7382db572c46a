"""Scoring scripts as users write them; strict type checking finds nothing in them."""

import logging
import sys
from typing import Any, Optional

import numpy as np
import pandas as pd

import azure.ai.monitoring
import azureml.datacollector
import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import (
    BasicCorrelationContext,
    CorrelationContext,
    get_context,
    get_context_wrapper,
)
from azureml.monitoring import ModelDataCollector
from azureml.monitoring.modeldatacollector import ModelDataCollector as SameCollector
from mdc_core.testing import MemoryDestination, collecting

log = logging.getLogger("score")


def old(frame: pd.DataFrame) -> None:
    """Every documented call of the old SDK."""
    inputs = ModelDataCollector("risk", designation="inputs", feature_names=["a", "b"])
    predictions = SameCollector("risk", "predictions", ["p"], "sub/rg/ws", "loans", 3, "scores")
    azureml.datacollector.ModelDataCollector(model_name="risk", identifier="inputs")
    ModelDataCollector("risk", feature_names=list(frame.columns), model_version="3")
    correlations: Optional[dict[str, Any]] = inputs.collect(frame, user_correlation_id="loan-7")
    inputs.collect(np.array([[1.0, 2.0]]))
    inputs.collect([1, "x"])
    predictions.collect(predictions.add_correlations(np.array([0.5]), correlations))
    if correlations is not None:
        sys.stdout.write(correlations[ModelDataCollector.AML_DC_CORRELATION_HEADER])


def modern(frame: pd.DataFrame) -> str:
    """Every documented call of the new SDK."""
    collector = Collector(name="model_inputs")
    outputs = azure.ai.monitoring.Collector(
        name="model_outputs", on_error=lambda error: log.info("ex:%s", error)
    )
    context: CorrelationContext = collector.collect(frame)
    context = collector.collect(frame, BasicCorrelationContext(id="test", timestamp=1, headers={}))
    outputs.collect(frame, get_context())
    outputs.collect(frame, correlation_context=get_context_wrapper(context, True, "accepted"))
    return context.get_id()


def in_tests() -> list[dict[str, Any]]:
    """What the tests of a scoring script use."""
    with collecting(mode="modern") as collected:
        destination: MemoryDestination = collected
        done: bool = mdc_core.flush(5) and mdc_core.shutdown()
        accepted: int = sum(counts.accepted for counts in mdc_core.counts())
    sys.stdout.write(f"{mdc_core.__version__} {done} {accepted}")
    return destination.lines("model_inputs")
