"""The calls whose outcome with the original SDK is in `legacy-golden.json`, under their names."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from azureml.monitoring import ModelDataCollector

X = np.array([[1.5, 2.0], [3, 4]])


def inputs_numpy2d() -> Any:
    return ModelDataCollector("m", designation="inputs", feature_names=["a", "b"]).collect(X)


def inputs_numpy1d() -> Any:
    collector = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    return collector.collect(np.array([1, 2]))


def inputs_list() -> Any:
    collector = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    return collector.collect([1, "x,y"])


def inputs_df() -> Any:
    frame = pd.DataFrame({"a": [1, 2], "b": [0.1, None], "c": ['q"t', "l\nf"]})
    return ModelDataCollector("m", designation="inputs").collect(frame)


def inputs_user_corr() -> Any:
    collector = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    return collector.collect(X, user_correlation_id="loan-7")


def preds_plain1d() -> Any:
    collector = ModelDataCollector("m", designation="predictions", feature_names=["p"])
    return collector.collect(np.array([0.1, 0.2]))


def preds_corr_np() -> Any:
    inputs = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    predictions = ModelDataCollector("m", designation="predictions", feature_names=["p"])
    correlations = inputs.collect(X)
    correlated = predictions.add_correlations(np.array([[0.1], [0.2]]), correlations)
    return predictions.collect(correlated)


def preds_corr_df() -> Any:
    inputs = ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])
    predictions = ModelDataCollector("m", designation="predictions")
    correlations = inputs.collect(X)
    correlated = predictions.add_correlations(pd.DataFrame({"p": [0.1, 0.2]}), correlations)
    return predictions.collect(correlated)


def preds_df_nocorr() -> Any:
    frame = pd.DataFrame({"p": [0.1, 0.2]})
    return ModelDataCollector("m", designation="predictions").collect(frame)


def signals_named() -> Any:
    collector = ModelDataCollector(
        "m", designation="signals", feature_names=["s"], collection_name="clicks"
    )
    return collector.collect([1])


def default_desig() -> Any:
    return ModelDataCollector("m", feature_names=["s"]).collect([1])


def no_features_np() -> Any:
    return ModelDataCollector("m", designation="inputs").collect(X)


def types_np() -> Any:
    collector = ModelDataCollector("m", designation="general", feature_names=["a", "b", "c", "d"])
    rows = [
        [True, None, float("nan"), "s"],
        [dt.datetime(2020, 1, 2, 3, 4, 5), 1e300, 10**20, -0.0],  # noqa: DTZ001  as scripts do
    ]
    return collector.collect(np.array(rows, dtype=object))


def floats_df() -> Any:
    frame = pd.DataFrame(
        {
            "f": [0.1, 1 / 3, 1e-20, 1e22, float("inf"), -float("inf"), float("nan")],
            "i": np.arange(7),
            "b": [True, False] * 3 + [True],
            "t": pd.date_range("2020-01-01", periods=7, freq="36min"),
            "cat": pd.Categorical(list("abcabca")),
        }
    )
    return ModelDataCollector("m", designation="general").collect(frame)


def two_headers() -> Any:
    collector = ModelDataCollector("m", designation="general")
    collector.collect(pd.DataFrame({"a": [1]}))
    collector.collect(pd.DataFrame({"b": [2], "c": [3]}))


def empty_list() -> Any:
    collector = ModelDataCollector("m", designation="general", feature_names=["a", "b"])
    return collector.collect([])


def str_data() -> Any:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        returned = ModelDataCollector("m", designation="general").collect("hello")
    return [returned, [str(warning.message) for warning in caught]]


CASES: tuple[Callable[[], Any], ...] = (
    inputs_numpy2d,
    inputs_numpy1d,
    inputs_list,
    inputs_df,
    inputs_user_corr,
    preds_plain1d,
    preds_corr_np,
    preds_corr_df,
    preds_df_nocorr,
    signals_named,
    default_desig,
    no_features_np,
    types_np,
    floats_df,
    two_headers,
    empty_list,
    str_data,
)
