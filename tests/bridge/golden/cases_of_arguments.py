"""Calls with settings and arguments of many kinds, and several calls, of `legacy-golden-2.json`."""

from __future__ import annotations

from typing import Any, Callable, Dict, Tuple

import numpy as np
import pandas as pd

from azureml.monitoring import ModelDataCollector
from tests.bridge.golden.case_parts import correlated, general, inputs, labels, scored, told

# What a case needs in its environment.
SETTINGS: Dict[str, Dict[str, str]] = {
    "env_service_name_loses": {"SERVICE_NAME": "From-Env"},
    "env_hour_inputs": {"AML_MODEL_DC_BOUNDARY": "hour"},
    "env_hour_pred_corr": {"AML_MODEL_DC_BOUNDARY": "hour"},
    "env_hour_label_daily_row": {"AML_MODEL_DC_BOUNDARY": "hour"},
    "env_debug_only": {"AML_MODEL_DC_DEBUG": "true", "AML_MODEL_DC_STORAGE_ENABLED": "false"},
    "map_service_from_env": {"SERVICE_NAME": "envsvc"},
}
_PATH = "/modeldata/sub/rg/ws/{webservice_name}"
MODEL_CONFIG_MAP = {
    "modelsInfo": {
        "m": {
            "2": {"internalId": "x", "dataCollectorStoragePath": f"{_PATH}/m/2/"},
            "10": {"internalId": "y", "dataCollectorStoragePath": f"{_PATH}/m/10/"},
        },
        "n": {"1": {"internalId": "z"}},
        "s": {"1": {"dataCollectorStoragePath": f"{_PATH}/s/1/"}},
    },
    "accountContext": {
        "subscriptionId": "SUB-1",
        "resourceGroupName": "My-RG",
        "accountName": "My-WS",
        "workspaceId": "w",
    },
}


def unsupported_inputs() -> Any:
    values = [
        *((1, 2), {1}, pd.Series([1, 2]), {"a": 1}, "text", 5, 1.5, None, b"b", pd.Index([1])),
        *(np.float64(1), range(2)),
    ]
    return [told(lambda value=value: inputs(["a"]).collect(value)) for value in values]


def frames_then_arrays() -> Any:
    collector = general(["u", "v"])
    collector.collect(pd.DataFrame({"a": [1], "b": ["x"]}))
    collector.collect(np.array([[1, 2]]))
    collector.collect([3, 4])
    return collector.collect(pd.DataFrame({"c": [5]}))


def inputs_frames_changing() -> Any:
    collector = inputs()
    collector.collect(pd.DataFrame({"a": [1]}))
    collector.collect(pd.DataFrame({"b": [2], "c": ["x"]}))
    collector.collect(pd.DataFrame({"c": ["y"], "b": [3]}))


def signals_two_files() -> Any:
    for value, name in ((1, "x"), (2, "y z")):
        ModelDataCollector("m", "signals", ["s"], collection_name=name).collect([value])


def general_named_frame() -> Any:
    collector = ModelDataCollector("m", "default", collection_name="my.file")
    return collector.collect(pd.DataFrame({"a": [1]}))


def hundred_calls() -> Any:
    collector = general(["i", "t"])
    for number in range(100):
        collector.collect([number, f"x{number}"])


def mutated_after() -> Any:
    collector = general(["a"])
    array, items, frame = np.array([[1.5]]), [1], pd.DataFrame({"a": [1]})
    for data in (array, items, frame):
        collector.collect(data)
    array[0, 0] = 9
    items.append(2)
    frame["a"] = 7


def user_corr_int() -> Any:
    return inputs(["a"]).collect([1], user_correlation_id=5)  # type: ignore[arg-type]


def arg_version_text() -> Any:
    return ModelDataCollector("m", "inputs", ["a"], "SUB/Group/WS", "svc", "7").collect([1])


def arg_version_int() -> Any:
    return inputs(["a"], model_version=7).collect(np.array([[1]]))


def arg_names_spaces() -> Any:
    collector = ModelDataCollector("My Model (v2)", "inputs", ["a"], webservice_name="my svc")
    return collector.collect([1])


def arg_name_hash_question() -> Any:
    return told(lambda: ModelDataCollector("m#1?x", "inputs", ["a"]).collect([1]))


def arg_name_file() -> Any:
    return told(lambda: ModelDataCollector("model.pkl", "predictions", ["p"]).collect([1]))


def arg_workspace_short() -> Any:
    return told(lambda: inputs(["a"], workspace="onlyname").collect([1]))


def env_service_name_loses() -> Any:
    return inputs(["a"], webservice_name="given").collect([1])


def env_hour_inputs() -> Any:
    correlations = inputs(["a"]).collect([1])
    assert correlations is not None
    return [correlations["$aml_dc_boundary"]]


def env_debug_only() -> Any:
    return told(lambda: [sorted(inputs(["a"]).collect([1]) or ())])


def map_path_with_slashes() -> Any:
    return ModelDataCollector("s", "inputs", ["a"]).collect([1])


def map_no_path() -> Any:
    return ModelDataCollector("n", "inputs", ["a"]).collect([1])


def map_service_from_env() -> Any:
    return inputs(["a"]).collect([1])


def map_label_late_other_service() -> Any:
    of = {"service": "other", "version": "2", "workspace": "sub-1/my-rg/my-ws"}
    collector = labels(["y"], webservice_name="svc")
    return correlated(collector, [1], scored(1, "2020-02-03T04:05:06", **of))


def flask_request_id() -> Any:
    import flask

    environ = {"REQUEST_ID": "12345678-1234-1234-1234-123456789012"}
    with flask.Flask("x").test_request_context(environ_overrides=environ):
        return inputs(["a"]).collect([1])


CASES: Tuple[Callable[[], Any], ...] = (
    *(unsupported_inputs, frames_then_arrays, inputs_frames_changing, signals_two_files),
    *(general_named_frame, hundred_calls, mutated_after, user_corr_int, arg_version_text),
    *(arg_version_int, arg_names_spaces, arg_name_hash_question, arg_name_file),
    *(arg_workspace_short, env_service_name_loses, env_hour_inputs, env_debug_only),
    *(map_path_with_slashes, map_no_path, map_service_from_env, map_label_late_other_service),
    *(flask_request_id,),
)
