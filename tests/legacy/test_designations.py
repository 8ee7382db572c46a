"""Designations, known and unknown, and `identifier`, their name before 0.1.0a15."""

from __future__ import annotations

import warnings

import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting


def _folders(collected: MemoryDestination) -> list[str]:
    return [path.split("/")[7] for path in collected.files if path.endswith(".csv")]


@pytest.mark.parametrize("designation", ["inputs", "predictions", "labels", "signals", "general"])
def test_a_known_designation_is_its_folder(designation: str) -> None:
    """The five names of the original are folders and cause no warning."""
    with collecting("legacy") as collected:
        ModelDataCollector("m", designation).collect([1])
    assert _folders(collected) == [designation]


def test_default_means_general() -> None:
    """`default`, given or not, is the folder `general`."""
    with collecting("legacy") as collected:
        ModelDataCollector("a", "default").collect([1])
        ModelDataCollector("b").collect([1])
    assert _folders(collected) == ["general", "general"]


@pytest.mark.parametrize("designation", ["output", "prediction", "sal_inputs", "Inputs", "x y"])
def test_an_unknown_designation_is_collected_under_its_name(designation: str) -> None:
    """The warning points at the script, names what is known, and the data are not lost."""
    with collecting() as collected:
        with pytest.warns(UserWarning, match="inputs, predictions, labels") as warned:
            collector = ModelDataCollector("m", designation)
        assert collector.collect([1]) is None
    assert _folders(collected) == [designation]
    assert len(collected.lines(designation)) == 1
    assert [warning.filename for warning in warned] == [__file__]


def test_identifier_is_designation_under_its_old_name() -> None:
    """The old argument works, and its warning points at the script's line."""
    with collecting("legacy") as collected:
        with pytest.warns(DeprecationWarning, match="now named designation") as warned:
            collector = ModelDataCollector("m", identifier="inputs")
        assert collector.collect([1]) is not None
    assert _folders(collected) == ["inputs"]
    assert [warning.filename for warning in warned] == [__file__]


@pytest.mark.parametrize("given", [{"model_id": "unknown"}, {"model_management_account_id": "/x"}])
def test_the_constructor_of_2017(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its other arguments name nothing that is left, and what it called unknown is not given."""
    monkeypatch.setenv("SERVICE_NAME", "loans")
    with collecting("legacy") as collected, pytest.warns(
        DeprecationWarning, match="not used"
    ) as warned:
        ModelDataCollector(
            "m", "inputs", webservice_name="unknown", model_version="unknown", **given
        ).collect([1])
    (path,) = collected.files
    assert path.startswith("modeldata/default/default/default/loans/m/default/inputs/")
    assert [warning.filename for warning in warned] == [__file__]


def test_identifier_may_be_any_folder_name() -> None:
    """What was allowed then is still a known designation."""
    with collecting("legacy") as collected, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ModelDataCollector("m", identifier="my-inputs").collect([1])
    assert _folders(collected) == ["my-inputs"]
    assert [warning.category for warning in caught] == [DeprecationWarning]


@pytest.mark.parametrize("designation", ["inputs", "default"])
def test_identifier_may_stand_beside_the_same_designation(designation: str) -> None:
    """Both names may be given when they do not contradict each other."""
    with collecting("legacy") as collected:
        with pytest.warns(DeprecationWarning, match="identifier"):
            collector = ModelDataCollector("m", designation, identifier="inputs")
        collector.collect([1])
    assert _folders(collected) == ["inputs"]


def test_identifier_that_contradicts_is_refused() -> None:
    """Two different names are a TypeError that shows both."""
    with pytest.raises(TypeError, match=r"identifier='a' and designation='inputs' differ"):
        ModelDataCollector("m", "inputs", identifier="a")


@pytest.mark.parametrize("designation", ["inputs", "default", "predictions", "other"])
@pytest.mark.filterwarnings("ignore:designation 'other'")
def test_only_inputs_return_correlations(designation: str) -> None:
    """`collect` returns a dict of the eight values for inputs and None for all others."""
    with collecting("legacy"):
        returned = ModelDataCollector("m", designation).collect([1])
    assert (returned is not None) == (designation == "inputs")
