"""The public names of the new SDK's faces, as a snapshot."""

from __future__ import annotations

import importlib
import inspect

import pytest

from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import (
    BasicCorrelationContext,
    CorrelationContext,
    get_context,
    get_context_wrapper,
)

FACES = {
    "azureml.ai.monitoring": ["Collector"],
    "azureml.ai.monitoring.collector": ["Collector"],
    "azureml.ai.monitoring.context": [
        "BasicCorrelationContext",
        "CorrelationContext",
        "get_context",
        "get_context_wrapper",
    ],
    "azure.ai.monitoring": ["Collector"],
    "azure.ai.monitoring.context": [
        "BasicCorrelationContext",
        "CorrelationContext",
        "get_context",
        "get_context_wrapper",
    ],
}


@pytest.mark.parametrize("face", FACES)
def test_names_of_a_face(face: str) -> None:
    """Both faces offer the official names, and they are the same objects."""
    module = importlib.import_module(face)
    official = importlib.import_module(face.replace("azure.ai", "azureml.ai"))
    assert module.__all__ == FACES[face]
    for name in FACES[face]:
        assert getattr(module, name) is getattr(official, name)


def _plain(function: object) -> str:
    signature = inspect.signature(function)  # type: ignore[arg-type]
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in signature.parameters.values()
    ]
    return str(inspect.Signature(parameters))


def test_signatures() -> None:
    """Arguments, their kinds and their defaults are those of 1.0.0."""
    assert {
        "Collector": _plain(Collector),
        "collect": _plain(Collector.collect),
        "BasicCorrelationContext": _plain(BasicCorrelationContext),
        "CorrelationContext": _plain(CorrelationContext),
        "get_context": _plain(get_context),
        "get_context_wrapper": _plain(get_context_wrapper),
    } == {
        "Collector": "(*, name, on_error=None)",
        "collect": "(self, data, correlation_context=None)",
        "BasicCorrelationContext": "(id=None, timestamp=None, headers=None)",
        "CorrelationContext": "()",
        "get_context": "()",
        "get_context_wrapper": "(context, success, message)",
    }


def test_methods_of_a_collector() -> None:
    """A collector collects, and has no other public method."""
    assert [name for name in vars(Collector) if not name.startswith("_")] == ["collect"]


def test_methods_of_the_contexts() -> None:
    """The methods that scripts call are there."""
    wrapper = get_context_wrapper(get_context(), True, "accepted")
    for method in ("get_id", "get_timestamp", "get_headers"):
        assert callable(getattr(BasicCorrelationContext(), method))
        assert callable(getattr(wrapper, method))
    for method in ("is_success", "get_message"):
        assert callable(getattr(wrapper, method))
