"""What the tests of a scoring script use: everything collected, in memory."""

from __future__ import annotations

import os

import numpy
import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting


def test_what_a_script_collects_is_there_after_the_block() -> None:
    """Both layouts are there without a flush of the test's own."""
    with collecting() as collected:
        inputs = ModelDataCollector("m", designation="inputs", feature_names=["a"])
        inputs.collect(numpy.array([[1], [2]]))
        Collector(name="scores").collect(pandas.DataFrame({"s": [0.5]}))
    assert [row[0] for row in collected.rows("inputs")] == ["a", "1", "2"]
    assert [line["data"] for line in collected.lines("model_inputs")] == [[{"a": 1}, {"a": 2}]]
    assert [line["data"] for line in collected.lines("scores")] == [[{"s": 0.5}]]


def test_what_a_script_collects_is_there_inside_the_block() -> None:
    """Reading waits for the writer: each call is there as soon as it returned."""
    with collecting() as collected:
        inputs = ModelDataCollector("m", designation="inputs", feature_names=["a"])
        for number in range(1, 4):
            inputs.collect([number])
            assert len(collected.lines("model_inputs")) == number
            assert len(collected.rows("inputs")) == number + 1
            assert len(collected.files) == 2


@pytest.mark.parametrize(("mode", "rows", "lines"), [("legacy", 2, 0), ("modern", 0, 1)])
def test_the_mode_chooses_the_layout(mode: str, rows: int, lines: int) -> None:
    """A test can look at one layout alone."""
    with collecting(mode) as collected:
        ModelDataCollector("m", designation="inputs", feature_names=["a"]).collect([1])
    assert len(collected.rows("inputs")) == rows
    assert len(collected.lines("model_inputs")) == lines


def test_blocks_do_not_see_each_other() -> None:
    """Each block starts with nothing collected."""
    for _ in range(2):
        with collecting() as collected:
            ModelDataCollector("m", designation="inputs", feature_names=["a"]).collect([1])
        assert len(collected.lines("model_inputs")) == 1


def test_settings_of_the_outside_do_not_reach_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the environment refuses, the block collects all, and it is as before afterwards."""
    outside = {
        "MDC_STORAGE": "/nowhere",
        "MDC_BRIDGE_MODE": "legacy",
        "AML_MODEL_DC_STORAGE": "/nowhere",
        "AZUREML_MDC_ENABLED": "false",
        "AZUREML_MDC_SAMPLE_RATE": "0",
        "AZUREML_MDC_CONFIG_PATH": "/nowhere.json",
        "AZUREML_MDC_WORKER_DISABLED": "true",
    }
    for name, value in outside.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with collecting() as collected:
        collector = Collector(name="scores")
        for number in range(10):
            collector.collect(pandas.DataFrame({"s": [number]}))
    assert len(collected.lines("scores")) == 10
    assert dict(os.environ) == before


def test_an_exception_leaves_the_environment_as_it_was() -> None:
    """A failing test of a script does not change the next one's settings."""
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), collecting():
        _ = 1 / 0
    assert dict(os.environ) == before
    assert mdc_core.counts() == []
