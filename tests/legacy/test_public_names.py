"""The public names of the old SDK, as a snapshot: what scripts import, pass and read."""

from __future__ import annotations

import importlib
import inspect

import pytest

from azureml.monitoring import ModelDataCollector

FACES = ("azureml.monitoring", "azureml.monitoring.modeldatacollector", "azureml.datacollector")

CONSTANTS = {
    "AML_DC_CORRELATION_HEADER": "$aml_dc_correlation_id",
    "AML_DC_SCORING_TIMESTAMP_HEADER": "$aml_dc_scoring_timestamp",
    "AML_DC_BOUNDARY_HEADER": "$aml_dc_boundary",
    "AML_WORKSPACE_HEADER": "$aml_workspace",
    "AML_SERVICE_NAME_HEADER": "$aml_service_name",
    "AML_MODEL_NAME_HEADER": "$aml_model_name",
    "AML_MODEL_VERSION_HEADER": "$aml_model_version",
    "AML_REQUEST_ID_HEADER": "$aml_request_id",
}


@pytest.mark.parametrize("face", FACES)
def test_a_face_has_one_name(face: str) -> None:
    """Every module that scripts import from offers the one class, and nothing else by `*`."""
    module = importlib.import_module(face)
    assert module.__all__ == ["ModelDataCollector"]
    assert module.ModelDataCollector is ModelDataCollector


def test_the_class_has_the_originals_names() -> None:
    """Methods and constants are those of 0.1.0a21, and no more."""
    names = {name for name in vars(ModelDataCollector) if not name.startswith("_")}
    assert names == {"collect", "add_correlations", *CONSTANTS}
    assert {name: getattr(ModelDataCollector, name) for name in CONSTANTS} == CONSTANTS


def test_signature_of_the_constructor() -> None:
    """Names, order and defaults are the original's; older releases' keywords come last."""
    parameters = inspect.signature(ModelDataCollector).parameters.values()
    positional = [
        (parameter.name, parameter.default)
        for parameter in parameters
        if parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    ]
    assert positional == [
        ("model_name", inspect.Parameter.empty),
        ("designation", "default"),
        ("feature_names", None),
        ("workspace", "default/default/default"),
        ("webservice_name", "default"),
        ("model_version", "default"),
        ("collection_name", "default"),
    ]
    assert [parameter.name for parameter in parameters][7:] == [
        "identifier",
        "model_management_account_id",
        "model_id",
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("collect", "(self, input_data, user_correlation_id='')"),
        ("add_correlations", "(self, input_data, correlations)"),
    ],
)
def test_signature_of_a_method(method: str, expected: str) -> None:
    """Arguments have the original's names, as scripts pass them by keyword."""
    signature = inspect.signature(getattr(ModelDataCollector, method))
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    assert str(inspect.Signature(plain)) == expected


@pytest.mark.parametrize("wrong", ["features", "collector_name", "designaton"])
def test_invented_arguments_are_refused(wrong: str) -> None:
    """Keywords that never worked are a TypeError when the script starts."""
    with pytest.raises(TypeError, match=wrong):
        ModelDataCollector("m", **{wrong: "x"})


def test_a_collector_cannot_be_called() -> None:
    """Neither did `inputs_dc(data)` ever work."""
    assert not callable(ModelDataCollector("m"))
