"""What the old SDK's users see: messages on standard output, and warnings."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting

UNSUPPORTED = "collect failed: input data must be list"


def test_not_enabled(capsys: pytest.CaptureFixture[str]) -> None:
    """The constructor prints the original's message and `collect` returns None."""
    collector = ModelDataCollector("m", "inputs")
    assert capsys.readouterr().out.startswith(
        "Data collection is not enabled. Set environment variable AML_MODEL_DC_STORAGE_ENABLED "
        "to 'true' to enable ("
    )
    assert collector.collect([1]) is None
    assert collector.collect("whatever") is None
    assert capsys.readouterr().out == ""


def test_enabled_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """A collector that works is silent."""
    with collecting():
        ModelDataCollector("m", "inputs").collect([1])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "storage",
    ["AccountKey=only;x=y", "ftp://host/x", "DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0"],
)
def test_a_bad_storage_is_said_once_and_collect_still_returns(
    storage: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The original's `Error: Initialize()` and a warning that names the variable; no secret."""
    monkeypatch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
    monkeypatch.setenv("AML_MODEL_DC_STORAGE", storage)
    with pytest.warns(UserWarning, match="AML_MODEL_DC_STORAGE") as warned:
        collector = ModelDataCollector("m", "inputs")
    out = capsys.readouterr().out
    assert out.startswith("Error: Initialize(): ")
    assert "c2VjcmV0" not in out + str(warned[0].message)
    assert [warning.filename for warning in warned] == [__file__]
    assert collector.collect([1]) is not None  # scripts look into it


def test_enabled_without_a_storage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Collection that is on and has nowhere to go says which variables to set."""
    monkeypatch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
    with pytest.warns(UserWarning, match="set AML_MODEL_DC_STORAGE or MDC_STORAGE") as warned:
        collector = ModelDataCollector("m", "inputs")
    assert capsys.readouterr().out.startswith("Error: Initialize(): ")
    assert [warning.filename for warning in warned] == [__file__]
    assert collector.collect([1]) is not None  # scripts look into it


@pytest.mark.parametrize("data", ["text", 1.5, (1, 2), {"a": 1}, None, pd.Series([1])], ids=repr)
def test_unsupported_data_is_a_warning_at_the_scripts_line(data: Any) -> None:
    """What the original never collected is warned about as it did, and counted."""
    with collecting() as collected:
        collector = ModelDataCollector("m", "inputs")
        with pytest.warns(UserWarning, match=UNSUPPORTED) as warned:
            assert collector.collect(data) is None
        (counts,) = mdc_core.counts()
        assert counts.dropped == {"unsupported_type": 1}
    assert [warning.filename for warning in warned] == [__file__]
    assert collected.files == {}


def test_warnings_of_one_kind_are_rate_limited() -> None:
    """A hundred bad calls in a row are one warning, and a hundred counted drops."""
    with collecting(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        collector = ModelDataCollector("m", "inputs")
        for _ in range(100):
            collector.collect("text")
        (counts,) = mdc_core.counts()
    assert len(caught) == 1
    assert counts.dropped == {"unsupported_type": 100}


def test_warnings_of_another_kind_are_not_held_back() -> None:
    """A full queue is logged although an unsupported type was logged just before."""
    with collecting(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        collector = ModelDataCollector("m", "inputs")
        collector.collect("text")
        mdc_core.shutdown()
        collector.collect([1])
    assert [str(warning.message)[:12] for warning in caught] == ["collect fail", "queue closed"]


def test_warnings_that_are_errors_are_logged_instead(caplog: pytest.LogCaptureFixture) -> None:
    """Under `-W error` the script does not fail for its collection."""
    with collecting(), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ModelDataCollector("m", "inputs").collect("text") is None
    messages = [record.getMessage() for record in caplog.records if record.name == "mdc_bridge"]
    assert [UNSUPPORTED in message for message in messages] == [True]


def test_debug_prints_header_and_rows(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `AML_MODEL_DC_DEBUG=true` standard output shows what the CSV gets."""
    monkeypatch.setenv("AML_MODEL_DC_DEBUG", "true")
    with collecting("legacy") as collected:
        ModelDataCollector("m", "predictions", ["p", "q"]).collect(np.array([[1, 2], [3, 4]]))
    (content,) = collected.files.values()
    assert capsys.readouterr().out == content.decode() + "\n"
    assert content == b"p,q\r\n1,2\r\n3,4\r\n"


def test_debug_mode_needs_no_storage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where collection is off, rows are shown all the same, and inputs return correlations."""
    monkeypatch.setenv("AML_MODEL_DC_DEBUG", "true")
    inputs = ModelDataCollector("m", "inputs", ["a"])
    predictions = ModelDataCollector("m", "predictions", ["p"])
    correlations = inputs.collect([1])
    assert correlations is not None
    assert predictions.collect(predictions.add_correlations([0.5], correlations)) is None
    assert predictions.collect(pd.DataFrame({"p": [0.25]})) is None
    names, values = (",".join(map(str, each)) for each in zip(*correlations.items()))
    message = (
        "Data collection is in debug mode. Set environment variable AML_MODEL_DC_STORAGE_ENABLED "
        "to 'true' to send data to the cloud (http://aka.ms/amlmodeldatacollection).\n"
    )
    assert capsys.readouterr().out == message * 2 + (
        f"a,{names}\r\n1,{values}\r\n\np,{names}\r\n0.5,{values}\r\n\np\r\n0.25\n\n"
    )
    assert mdc_core.counts() == []


def test_debug_mode_of_a_closed_stdout_loses_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output that cannot be printed is still collected."""
    closed = io.StringIO()
    closed.close()
    monkeypatch.setenv("AML_MODEL_DC_DEBUG", "true")
    monkeypatch.setattr("sys.stdout", closed)
    with collecting("legacy") as collected:
        ModelDataCollector("m").collect([1])
    assert collected.rows("general") == [["1"]]


@pytest.mark.parametrize(
    ("argument", "variable", "expected"),
    [("default", "loans", "loans"), ("mine", "loans", "mine"), ("default", "", "default")],
)
def test_service_name(
    argument: str,
    variable: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`SERVICE_NAME` names the web service where the script does not."""
    monkeypatch.setenv("SERVICE_NAME", variable)
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs", webservice_name=argument).collect([1])
    assert correlations is not None
    assert correlations["$aml_service_name"] == expected
    assert [path.split("/")[4] for path in collected.files] == [expected]


def test_an_unused_collector_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header-only file of the original's constructor is owed to nobody."""
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    ModelDataCollector("m", "inputs", ["a"])
    assert mdc_core.shutdown()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("missing", [None, ""])
def test_missing_names_are_default(missing: Any) -> None:
    """`os.getenv` of a variable that is not set names the model, and the rest, `default`."""
    with collecting("legacy") as collected:
        ModelDataCollector(
            missing,
            "signals",
            workspace=missing,
            webservice_name=missing,
            model_version=missing,
            collection_name=missing,
        ).collect([1])
    (path,) = collected.files
    assert path.startswith("modeldata/default/default/default/default/default/default/signals/")


@pytest.mark.parametrize(
    ("names", "header"),
    [
        ("age", "age"),
        (("a", 1), "a,1"),
        (np.array(["a", "b"]), "a,b"),
        (pd.Index(["a"]), "a"),
        (iter(["a", None]), "a,"),
        ([], ""),
        ("", ""),
    ],
)
def test_feature_names_of_any_kind(names: Any, header: str) -> None:
    """A text is one name; tuples, arrays and an Index are as many as they hold, also none."""
    with collecting("legacy") as collected:
        ModelDataCollector("m", feature_names=names).collect([1])
    (content,) = collected.files.values()
    assert content.decode() == f"{header}\r\n1\r\n"
