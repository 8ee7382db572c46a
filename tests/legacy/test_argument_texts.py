"""Arguments of the constructor without a text: a warning, and the script goes on."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting


class Mute:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


LONG = 10**5000  # more digits than Python writes since 3.11, and older ones once they were mended
ARGUMENTS = ("model_name", "workspace", "webservice_name", "model_version", "collection_name")


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("value", [Mute(), LONG], ids=["mute", "long"])
def test_an_argument_without_a_text(argument: str, value: Any) -> None:
    """What stands for it is logged, and is part of the path."""
    with collecting() as collected, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        collector = ModelDataCollector(**{"model_name": "m", argument: value})
        collector.collect([1])
    stand_in = f"<{type(value).__name__}>"
    if value is LONG and not hasattr(sys, "set_int_max_str_digits"):
        assert caught == []
    else:
        assert {stand_in in str(warning.message) for warning in caught} == {True}
        paths = [path.lower() for path in collected.files]  # a workspace's always is
        assert [path for path in paths if stand_in.lower() in path]
    assert len(collected.files) == 2


def test_a_feature_name_without_a_text() -> None:
    """The other names are there."""
    with collecting() as collected:
        with pytest.warns(UserWarning, match="a feature name of ModelDataCollector has no text"):
            collector = ModelDataCollector("m", feature_names=["a", Mute()])  # type: ignore[list-item]
        collector.collect([1, 2])
    assert collected.rows("general") == [["a", "<Mute>"], ["1", "2"]]


def test_under_warnings_as_errors_the_log_says_it(caplog: pytest.LogCaptureFixture) -> None:
    """The script does not fail for its collection."""
    with collecting(), warnings.catch_warnings():
        warnings.simplefilter("error")
        ModelDataCollector(Mute()).collect([1])  # type: ignore[arg-type]
    assert "has no text (RuntimeError: no text); it is <Mute>" in caplog.text
