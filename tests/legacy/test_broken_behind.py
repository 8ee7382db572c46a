"""`collect` never raises into the scoring script, whatever is broken behind it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting


def _image(monkeypatch: pytest.MonkeyPatch, storage: object) -> None:
    monkeypatch.setenv("AML_MODEL_DC_STORAGE_ENABLED", "true")
    monkeypatch.setenv("AML_MODEL_DC_STORAGE", str(storage))


def test_a_file_where_a_folder_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A storage that names a file is reported when the collector is made."""
    file = tmp_path / "file"
    file.write_text("mine")
    _image(monkeypatch, file)
    with pytest.warns(UserWarning, match="names a file"):
        collector = ModelDataCollector("m", "inputs")
    assert collector.collect([1]) is not None
    assert file.read_text() == "mine"
    assert "names a file" in capsys.readouterr().out


def test_what_has_nowhere_to_go_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls of a collector whose settings make no sense are lost, and no secret."""
    _image(monkeypatch, "s3://bucket")
    with pytest.warns(UserWarning, match="AML_MODEL_DC_STORAGE"):
        collector = ModelDataCollector("m", "inputs")
    collector.collect([1])
    collector.collect([2])
    assert [counts.dropped for counts in mdc_core.counts()] == [{"no_destination": 2}]
    assert not mdc_core.shutdown()
    assert mdc_core.counts() == []


def test_what_is_not_asked_for_is_not_lost() -> None:
    """Without any setting nothing is collected, and nothing counted."""
    ModelDataCollector("m", "inputs").collect([1])
    assert mdc_core.counts() == []


@pytest.mark.usefixtures("ends_wait")
def test_a_folder_below_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What can never be written is accepted, said in the log, and counted as lost at the end."""
    (tmp_path / "file").write_text("mine")
    _image(monkeypatch, tmp_path / "file" / "folder")
    assert ModelDataCollector("m", "inputs").collect([1]) is not None
    assert not mdc_core.shutdown(0.2)
    assert "writing fails" in caplog.text
    assert "1 events were lost" in caplog.text


def test_a_folder_that_disappears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the archive is taken away between two calls, the second is written all the same."""
    _image(monkeypatch, tmp_path / "archive")
    collector = ModelDataCollector("m")
    collector.collect([1])
    assert mdc_core.flush(10)
    (tmp_path / "archive").rename(tmp_path / "taken")
    collector.collect([2])
    assert mdc_core.shutdown()
    contents = {
        name: [path.read_text() for path in (tmp_path / name).rglob("*.csv")]
        for name in ("taken", "archive")
    }
    assert contents == {"taken": ["1\n"], "archive": ["2\n"]}


def test_after_shutdown() -> None:
    """A closed collector warns, counts nothing as accepted, and returns None."""
    with collecting() as collected:
        collector = ModelDataCollector("m", "inputs")
        assert collector.collect([1]) is not None
        mdc_core.shutdown()
        with pytest.warns(UserWarning, match="queue closed"):
            assert collector.collect([2]) is None
    assert len(collected.lines("model_inputs")) == 1


def test_a_full_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is warned about and counted; the script goes on."""
    with collecting():
        monkeypatch.setenv("AZUREML_MDC_QUEUE_CAPACITY", "1")
        monkeypatch.setenv("AZUREML_MDC_WORKER_DISABLED", "true")
        collector = ModelDataCollector("m", "inputs")
        assert collector.collect([1]) is not None
        with pytest.warns(UserWarning, match="message queue is full"):
            assert collector.collect([2]) is None
        (counts,) = mdc_core.counts()
    assert (counts.accepted, counts.dropped) == (1, {"queue_full": 1})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MDC_BRIDGE_MODE", "both"),
        ("MDC_LEGACY_FILE_NAME", "daily"),
        ("MDC_COLLECTIONS", "predictions"),
        ("MDC_WORKSPACE", "only-one"),
        ("AZUREML_MDC_SAMPLE_RATE", "lots"),
        ("AZUREML_MDC_ENABLED", "yes"),
        ("AZUREML_MDC_QUEUE_CAPACITY", "0"),
        ("MDC_SYNC_INTERVAL", "-1"),
        ("AZUREML_MDC_CONFIG_PATH", "/nowhere/mdc-config.json"),
    ],
)
def test_a_setting_that_makes_no_sense(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning names the variable and its value, and the script goes on."""
    _image(monkeypatch, tmp_path)
    monkeypatch.setenv(variable, value)
    with pytest.warns(UserWarning, match=variable) as warned:
        collector = ModelDataCollector("m", "inputs")
    assert value in str(warned[0].message)
    assert collector.collect([1]) is not None


def test_settings_that_make_no_sense_under_warnings_as_errors(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Under `-W error` what the constructor has to say is in the log."""
    monkeypatch.setenv("MDC_BRIDGE_MODE", "both")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ModelDataCollector("m", "inputs").collect([1]) is not None
    assert "MDC_BRIDGE_MODE is 'both'; valid: auto, legacy, dual, modern" in caplog.text


def test_a_collection_switched_off_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without CSV and with its collection off, inputs still have correlations to return."""
    config = tmp_path / "mdc-config.json"
    config.write_text(json.dumps({"collections": {"other": {"enabled": True}}}))
    with collecting("modern") as collected:
        monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
        with pytest.warns(UserWarning, match="model_inputs is not enabled"):
            collector = ModelDataCollector("m", "inputs")
        assert collector.collect([1]) is not None
    assert collected.files == {}
