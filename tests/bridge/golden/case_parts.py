"""What the cases of `legacy-golden-2.json` are made of."""

from __future__ import annotations

import warnings
from typing import Any, Callable, Dict, List

import numpy as np
import pandas as pd

from azureml.monitoring import ModelDataCollector

FLOATS = [0.1, 1 / 3, -0.0, 0.0, 5e-324, 2.2250738585072014e-308, 1e22, 1e16, 1e15, 0.2]
TEXTS = [
    *('q"t', "a,b", "c\rd", "e\nf", "g\r\nh", "i\tj", "日本語 é", "", None, " lead", "trail "),
    *("'s'", "0012", "1e5", "NaN", "null", "=1+1", "\u2028x", "\ufeffb", "😀"),
]
NO_REQUEST = "00000000-0000-0000-0000-000000000000"


def inputs(names: Any = None, **arguments: Any) -> ModelDataCollector:
    """Return a collector of inputs."""
    return ModelDataCollector("m", designation="inputs", feature_names=names, **arguments)


def general(names: Any = None, **arguments: Any) -> ModelDataCollector:
    """Return a collector of general data."""
    return ModelDataCollector("m", designation="general", feature_names=names, **arguments)


def predictions(names: Any = None, **arguments: Any) -> ModelDataCollector:
    """Return a collector of predictions."""
    return ModelDataCollector("m", designation="predictions", feature_names=names, **arguments)


def labels(names: Any = None, **arguments: Any) -> ModelDataCollector:
    """Return a collector of labels."""
    return ModelDataCollector("m", designation="labels", feature_names=names, **arguments)


def scored(
    number: int,
    time: str = "2026-01-02T03:04:05.678901",
    boundary: int = 1440,
    workspace: str = "default/default/default",
    service: str = "default",
    version: Any = "default",
) -> Dict[str, Any]:
    """Return the correlations of inputs that were collected earlier."""
    return {
        "$aml_dc_correlation_id": f"00000000-0000-4000-8000-{number:012d}",
        "$aml_dc_scoring_timestamp": time,
        "$aml_dc_boundary": boundary,
        "$aml_workspace": workspace,
        "$aml_service_name": service,
        "$aml_model_name": "m",
        "$aml_model_version": version,
        "$aml_request_id": NO_REQUEST,
    }


def correlated(collector: ModelDataCollector, data: Any, correlations: Any) -> Any:
    """Collect data with correlations."""
    return collector.collect(collector.add_correlations(data, correlations))


def told(call: Callable[[], Any]) -> Any:
    """Return what a call returns, beside the warnings that speak of collecting, if there are."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        returned = call()
    start = "collect failed: input data must be"
    messages = {str(each.message)[:90] for each in caught if str(each.message).startswith(start)}
    return [returned, sorted(messages)] if messages else returned


def described(value: Any) -> List[Any]:
    """Return an array's or a frame's type, shape and cells."""
    if isinstance(value, np.ndarray):
        cells = [repr(cell) for cell in value.reshape(-1).tolist()]
        return ["array", list(value.shape), str(value.dtype), cells]
    assert isinstance(value, pd.DataFrame)
    rows = [[repr(cell) for cell in row] for row in value.astype(object).to_numpy().tolist()]
    dtypes = [str(dtype) for dtype in value.dtypes]
    return ["frame", list(map(repr, value.columns)), dtypes, list(map(repr, value.index)), rows]
