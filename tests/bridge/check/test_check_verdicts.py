"""What the rules claim of the bridge is what the bridge does."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy
import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.monitoring import ModelDataCollector
from mdc_bridge.check.rules.unsupported_type import find as unsupported_type
from mdc_bridge.scripts.tables import COLLECTOR_CLASSES
from mdc_core.destinations.memory import MemoryDestination as Collected
from mdc_core.testing import collecting

X = numpy.array([[1, 2], [3, 4], [5, 6]])
Y = numpy.array([7, 8, 9])


@pytest.fixture
def collected() -> Any:
    with collecting() as inside, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield inside


def _data(collected: Collected, collection: str) -> list[Any]:
    mdc_core.flush(timeout=5)
    return [line["data"] for line in collected.lines(collection)]


def _ids(collected: Collected, collection: str) -> list[str]:
    mdc_core.flush(timeout=5)
    return [line["correlationid"] for line in collected.lines(collection)]


@pytest.fixture
def inputs(collected: Collected) -> ModelDataCollector:
    return ModelDataCollector("m", designation="inputs", feature_names=["a", "b"])


@pytest.fixture
def predictions(collected: Collected) -> ModelDataCollector:
    return ModelDataCollector("m", designation="predictions", feature_names=["p"])


def test_101_103_201_imports_that_are_claimed_exist() -> None:
    for name in COLLECTOR_CLASSES - {"azureml.datacollector.modeldatacollector.ModelDataCollector"}:
        module, _, attribute = name.rpartition(".")
        assert getattr(__import__(module, fromlist=["x"]), attribute) is ModelDataCollector
    with pytest.raises(ImportError):
        __import__("azureml.datacollector.modeldatacollector")
    with pytest.raises(ImportError):
        __import__("azureml.monitoring.exceptions")


def test_202_identifier(collected: Collected) -> None:
    with pytest.warns(DeprecationWarning, match="identifier"):
        ModelDataCollector("m", identifier="outputs").collect(X)
    assert len(_data(collected, "outputs")) == 1


def test_202_collections_of_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collected, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        monkeypatch.setenv("MDC_COLLECTIONS", "sal_inputs=model_inputs")
        assert ModelDataCollector("m", identifier="sal_inputs").collect(X) is None
        assert len(_data(collected, "model_inputs")) == 1
        assert len(collected.rows("sal_inputs")) == 3


def test_203_unknown_designation(collected: Collected) -> None:
    with pytest.warns(UserWarning, match="outputs"):
        ModelDataCollector("m", designation="outputs").collect(X)
    assert len(_data(collected, "outputs")) == 1


def test_204_no_designation(collected: Collected) -> None:
    assert ModelDataCollector("m").collect(X) is None
    assert len(_data(collected, "general")) == 1


def test_207_repeated_names(collected: Collected) -> None:
    ModelDataCollector("m", "inputs", ["a", "a"]).collect(X[:1])
    assert _data(collected, "model_inputs") == [[{"a": 1, "a_1": 2}]]
    assert collected.rows("inputs")[0][:2] == ["a", "a"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ModelDataCollector("m", features=["a"]),  # type: ignore[call-arg]
        lambda: ModelDataCollector(designation="inputs"),  # type: ignore[call-arg]
        lambda: ModelDataCollector("m", "inputs", identifier="labels"),
        lambda: ModelDataCollector(*"12345678"),  # type: ignore[arg-type]
        lambda: ModelDataCollector("m", "inputs")(X),  # type: ignore[operator]
        lambda: ModelDataCollector("m", "inputs").collect(X, correlations=1),  # type: ignore[call-arg]
        lambda: ModelDataCollector("m", "inputs").collect(X, "a", 1),  # type: ignore[call-arg]
        lambda: ModelDataCollector("m", "inputs").collect(),  # type: ignore[call-arg]
        lambda: ModelDataCollector("m", "inputs").add_correlations(X),  # type: ignore[call-arg]
    ],
)
def test_205_206_302_312_what_raises(collected: Collected, wrong: Callable[[], object]) -> None:
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize(
    "value", ["text", 1.5, (1, 2), {"a": 1}, pandas.Series([1]), b"x", None, {1}], ids=repr
)
def test_303_types_that_are_never_collected(
    collected: Collected, inputs: ModelDataCollector, value: object
) -> None:
    assert unsupported_type.id == "MDC303"
    with pytest.warns(UserWarning, match="input data must be list"):
        inputs.collect(value)
    assert _data(collected, "model_inputs") == []


def test_304_306_one_dimension(
    collected: Collected, inputs: ModelDataCollector, predictions: ModelDataCollector
) -> None:
    inputs.collect(X)
    predictions.collect(Y)
    assert _data(collected, "model_outputs") == [[{"p": 7}, {"p": 8}, {"p": 9}]]
    assert collected.rows("predictions") == [["p"], ["7", "8", "9"]]
    assert _ids(collected, "model_outputs") == _ids(collected, "model_inputs")


def test_305_nested_list(collected: Collected, inputs: ModelDataCollector) -> None:
    inputs.collect(X.tolist())
    assert len(_data(collected, "model_inputs")[0]) == 3
    assert collected.rows("inputs")[1][:3] == ["[1, 2]", "[3, 4]", "[5, 6]"]


def test_307_outputs_first(
    collected: Collected, inputs: ModelDataCollector, predictions: ModelDataCollector
) -> None:
    predictions.collect(Y)
    inputs.collect(X)
    assert _ids(collected, "model_outputs") != _ids(collected, "model_inputs")


def test_308_widths(collected: Collected, inputs: ModelDataCollector) -> None:
    inputs.collect(numpy.ones((1, 3)))
    inputs.collect([1, 2, 3])
    inputs.collect(numpy.ones((1, 1)))
    inputs.collect(pandas.DataFrame({"x": [1], "y": [2], "z": [3]}))
    found = [list(rows[0]) for rows in _data(collected, "model_inputs")]
    assert found == [["a", "b", "column_2"], ["a", "b", "column_2"], ["a"], ["x", "y", "z"]]


def test_309_changed_after(collected: Collected, inputs: ModelDataCollector) -> None:
    frame = pandas.DataFrame({"a": [1]})
    inputs.collect(frame)
    frame["b"] = 2
    assert _data(collected, "model_inputs") == [[{"a": 1}]]


def test_313_flat_correlations(
    collected: Collected, inputs: ModelDataCollector, predictions: ModelDataCollector
) -> None:
    correlations = inputs.collect(X)
    predictions.collect(predictions.add_correlations(Y, correlations))
    assert _data(collected, "model_outputs") == [[{"p": 7}, {"p": 8}, {"p": 9}]]
    assert len(collected.rows("predictions")[1]) == 3 + 8
    assert _ids(collected, "model_outputs") == _ids(collected, "model_inputs")


def test_314_315(collected: Collected, predictions: ModelDataCollector) -> None:
    predictions.add_correlations(Y, {})
    assert Y.tolist() == [7, 8, 9]
    with pytest.raises(AttributeError):
        predictions._handle  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.newest_only
def test_403_405_what_the_inference_server_provides() -> None:
    script = """
import importlib
try:
    import azureml.contrib.services.aml_request
except ImportError:
    pass
else:
    raise SystemExit("provided outside of the server")
import azureml_inference_server_http.server
from azureml.contrib.services.aml_request import AMLRequest, rawhttp
from azureml.contrib.services.aml_response import AMLResponse
from azureml_inference_server_http.api.aml_request import rawhttp
from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.parameter_types.pandas_parameter_type import PandasParameterType
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
try:
    import azureml.contrib.services
except ImportError:
    pass
else:
    raise SystemExit("provided as a package")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_304_two_names(collected: Collected, inputs: ModelDataCollector) -> None:
    """The rows of the inputs stand predictions upright, whatever the names."""
    outputs = ModelDataCollector("m", designation="predictions", feature_names=["p", "q"])
    inputs.collect(X)
    outputs.collect(Y)
    assert [len(data) for data in _data(collected, "model_outputs")] == [3]
    assert collected.rows("predictions")[1] == ["7", "8", "9"]


def test_305_columns(collected: Collected, inputs: ModelDataCollector) -> None:
    """Lists that are as long as the inputs had rows are columns."""
    outputs = ModelDataCollector("m", designation="predictions", feature_names=["p", "q"])
    inputs.collect(X)
    outputs.collect([Y, Y])
    assert _data(collected, "model_outputs")[0][0] == {"p": 7, "q": 7}
    assert len(collected.rows("predictions")) == 2


def test_318_deep_arrays(collected: Collected, inputs: ModelDataCollector) -> None:
    """Cells are lists in the JSONL, texts of arrays in the CSV."""
    inputs.collect(numpy.zeros((1, 2, 2)))
    assert _data(collected, "model_inputs") == [[{"a": [0.0, 0.0], "b": [0.0, 0.0]}]]
    assert collected.rows("inputs")[1][0] == "[0. 0.]"


def test_319_bytes(collected: Collected, inputs: ModelDataCollector) -> None:
    """The CSV has them as Python prints them."""
    inputs.collect([b"abc", 1])
    assert _data(collected, "model_inputs") == [[{"a": "abc", "b": 1}]]
    assert collected.rows("inputs")[1][0] == "b'abc'"


def test_321_outputs_alone(collected: Collected, predictions: ModelDataCollector) -> None:
    """Without inputs they have ids of their own."""
    ModelDataCollector("m", designation="inputs")
    predictions.collect(Y)
    predictions.collect(Y)
    assert len(set(_ids(collected, "model_outputs"))) == 2


def test_702_703_what_the_new_collector_refuses(collected: Collected) -> None:
    """Anything but a frame and two keywords."""
    made: Any = Collector
    for wrong in (lambda: made("x"), lambda: made(), lambda: made(name="x", features=["a"])):
        with pytest.raises(TypeError):
            wrong()
    for data in (X, [1], (1,), {"a": 1}, "text", pandas.Series([1]), None):
        with pytest.raises(TypeError, match="not supported"):
            made(name="x").collect(data)


def test_705_706_709_ids_of_the_new_collector(collected: Collected) -> None:
    """A context is an id; without one each call has its own."""
    frame = pandas.DataFrame({"a": [1]})
    context = BasicCorrelationContext(id="one")
    for _ in range(2):
        Collector(name="x").collect(frame, context)
        Collector(name="y").collect(frame)
    assert _ids(collected, "x") == ["one", "one"]
    assert len(set(_ids(collected, "y"))) == 2


def test_707_a_later_change_is_not_collected(collected: Collected) -> None:
    """The bridge's collector copies."""
    frame = pandas.DataFrame({"a": [1]})
    Collector(name="x").collect(frame)
    frame["b"] = 2
    assert _data(collected, "x") == [[{"a": 1}]]
