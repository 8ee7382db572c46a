"""Named tuples that are made by position have all their fields, each in its place."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy
import pandas
import pytest

import mdc_core
import mdc_legacy
import mdc_modern
from mdc_core.data.events import CsvTarget, Event, Stream
from mdc_core.data.snapshot import ArraySnapshot, FrameSnapshot


def _folder(found: pkgutil.ModuleInfo) -> Path:
    path: str = found.module_finder.path  # type: ignore[union-attr]
    return Path(path)


def _modules() -> Iterator[ModuleType]:
    for package in (mdc_core, mdc_legacy, mdc_modern):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            source = _folder(found) / f"{found.name.split('.')[-1]}.py"
            if source.exists() and "tuple.__new__" in source.read_text(encoding="utf-8"):
                yield importlib.import_module(found.name)


def _made(module: ModuleType) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names of the classes that a module makes by position, and of what."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.dump(node.func) == ast.dump(
            ast.parse("tuple.__new__", mode="eval").body
        ):
            kind, fields = node.args
            assert isinstance(kind, ast.Name)
            yield kind.id, fields


def test_each_has_as_many_values_as_its_class_has_fields() -> None:
    """Fields with a default too, which a tuple that is made so does not know."""
    seen = set()
    for module in _modules():
        for name, fields in _made(module):
            assert isinstance(fields, ast.Tuple), f"{module.__name__}: the fields of {name}"
            kind: Any = getattr(module, name)
            assert len(fields.elts) == len(kind._fields), f"{module.__name__}: {name}"
            seen.add(name)
    assert seen == {"ArraySnapshot", "CsvTarget", "Event", "FrameSnapshot", "Table"}


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Event]:
    """Return the events that collectors put."""
    events: list[Event] = []
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    monkeypatch.setattr(
        "mdc_core.transport.pipeline.Pipeline.put", lambda _self, event: events.append(event)
    )
    return events


def test_an_event_of_the_new_sdk_has_its_fields_by_name(put: list[Event]) -> None:
    """As if each were given by its name."""
    from mdc_modern.collector import Collector
    from mdc_modern.contexts import BasicCorrelationContext

    context = BasicCorrelationContext("id", 1_700_000_000, {"key": "value"})
    Collector(name="model_inputs").collect(pandas.DataFrame({"a": [1.5]}), context)
    (event,) = put
    taken = event.snapshot
    assert isinstance(taken, FrameSnapshot)
    block = numpy.array([[1.5]])
    assert event == Event(
        snapshot=FrameSnapshot(
            columns=taken.columns, rows=1, values=taken.values, placements=taken.placements
        ),
        size=event.size,
        time_us=1_700_000_000_000_000,
        correlation_id="id",
        model_version="default",
        stream=Stream("default", "default", "model_inputs", "default/default/default"),
        headers={"key": "value"},
    )
    assert list(taken.columns) == ["a"]
    assert (taken.values[0] == block).all()
    assert event.size > block.nbytes


def test_an_event_of_the_old_sdk_has_its_fields_by_name(put: list[Event]) -> None:
    """That of outputs, whose inputs are known, has most of them."""
    from mdc_legacy.model_data_collector import ModelDataCollector

    outputs = ModelDataCollector("model", "predictions", ["p"], model_version="3")
    ModelDataCollector("model", "inputs", ["a"], model_version="3").collect(numpy.zeros((2, 1)))
    outputs.collect(numpy.ones((2, 1)))
    inputs, event = put
    taken = event.snapshot
    assert isinstance(taken, ArraySnapshot)
    assert event == Event(
        snapshot=ArraySnapshot(array=taken.array, prints=False),
        size=event.size,
        time_us=event.time_us,
        correlation_id=inputs.correlation_id,
        model_version="3",
        stream=Stream("default", "model", "model_outputs", "default/default/default"),
        csv=CsvTarget(
            workspace="default/default/default",
            service="default",
            model="model",
            version="3",
            designation="predictions",
            file_name="data.csv",
            hourly=False,
            correlation=(),
            follows_rows=True,
            names=("p",),
        ),
        feature_names=("p",),
        input_rows=2,
        carries_correlations=True,
    )
    assert event.time_us >= inputs.time_us > event.size
