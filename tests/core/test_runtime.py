"""The pipelines of a process: one for each set of settings, flushed and ended together."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Any

import numpy
import pytest

import mdc_core
from mdc_core import Settings, SettingsError, runtime
from mdc_core.data.events import Event, Stream
from mdc_core.data.snapshot import snapshot_array
from mdc_core.destinations import FolderDestination
from mdc_core.runtime import pipeline_for
from tests.waiting import wait_until


def settings(root: object, **variables: str) -> Settings:
    """Return settings of the dual mode."""
    environ = {"MDC_STORAGE": str(root), "MDC_BRIDGE_MODE": "dual", **variables}
    return Settings.from_environ(environ)


def event(collection: str = "c") -> Event:
    """Return an event of one row."""
    snapshot, size = snapshot_array(numpy.array([[1]]))
    return Event(snapshot, size, 0, "id", "1", Stream("e", "d", collection, "s/r/w"))


def test_equal_settings_share_a_pipeline(tmp_path: Path) -> None:
    """Collectors of one environment share queue and thread; another environment has its own."""
    first = pipeline_for(settings(tmp_path))
    assert pipeline_for(settings(tmp_path)) is first
    assert pipeline_for(settings(tmp_path / "other")) is not first
    assert len(mdc_core.counts()) == 2


def test_threads_that_start_together_share_a_pipeline(tmp_path: Path) -> None:
    """However many threads make the first collector, there is one pipeline."""
    together = threading.Barrier(8)
    made = []

    def make() -> None:
        together.wait()
        made.append(pipeline_for(settings(tmp_path)))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, made))) == 1
    assert len(mdc_core.counts()) == 1


def test_flush_and_shutdown_reach_every_pipeline(tmp_path: Path) -> None:
    """One call waits for, and ends, all pipelines of the process."""
    roots = [tmp_path / "a", tmp_path / "b"]
    for root in roots:
        pipeline_for(settings(root)).put(event())
    assert mdc_core.flush(20)
    assert [counts.delivered for counts in mdc_core.counts()] == [1, 1]
    assert all(len(list(root.rglob("*.jsonl"))) == 1 for root in roots)
    assert mdc_core.shutdown()
    assert mdc_core.counts() == []


def test_flush_waits_for_what_shutdown_is_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SIGTERM in the middle of the exit does not end the process before all is written."""
    entered, leave = threading.Event(), threading.Event()
    append = FolderDestination.append_lines

    def slow(destination: FolderDestination, *what: Any) -> None:
        entered.set()
        leave.wait()
        append(destination, *what)

    monkeypatch.setattr(FolderDestination, "append_lines", slow)
    pipeline_for(settings(tmp_path)).put(event())
    assert entered.wait(20)
    ending = threading.Thread(target=mdc_core.shutdown, args=(20,))
    ending.start()
    while mdc_core.counts():
        entered.wait(0.01)
    assert not mdc_core.flush(0)
    leave.set()
    assert mdc_core.flush(20)
    ending.join()
    assert len(list(tmp_path.rglob("*.jsonl"))) == 1


def test_a_process_without_collectors_has_nothing_to_wait_for() -> None:
    """Flushing and ending nothing succeeds at once."""
    assert mdc_core.flush()
    assert mdc_core.shutdown()


@pytest.mark.usefixtures("ends_wait")
def test_one_broken_destination_does_not_keep_the_others(tmp_path: Path) -> None:
    """A flush that fails in one pipeline still reports the failure, and writes the others'."""
    (tmp_path / "file").write_text("in the way")
    pipeline_for(settings(tmp_path / "file/below")).put(event())
    pipeline_for(settings(tmp_path / "works")).put(event())
    assert not mdc_core.flush(0.2)
    wait_until(lambda: list((tmp_path / "works").rglob("*.jsonl")), "written")
    assert not mdc_core.shutdown(0.2)


def test_settings_that_name_no_place_are_refused() -> None:
    """Asking for CSV, or for JSONL, without saying where is an error that names the setting."""
    for mode in ("legacy", "dual", "modern"):
        nowhere = Settings.from_environ({"MDC_BRIDGE_MODE": mode})
        with pytest.raises(SettingsError, match="MDC_STORAGE"):
            pipeline_for(nowhere)
    assert mdc_core.counts() == []


def test_local_capture_needs_no_place(caplog: pytest.LogCaptureFixture) -> None:
    """In local capture lines are logged instead of stored."""
    local = Settings.from_environ(
        {"AZUREML_MDC_ENABLED": "true", "AZUREML_MDC_LOCAL_CAPTURE": "true"}
    )
    pipeline_for(local).put(event("scores"))
    assert mdc_core.flush(20)
    captured = [record for record in caplog.records if record.name == "local.capture"]
    assert [record.getMessage().split(" | ")[1] for record in captured] == ["scores"]


def test_losses_are_logged_where_they_are_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """At the end a loss is a warning with its reason, also that of a writer switched off."""
    pipeline = pipeline_for(settings(tmp_path, AZUREML_MDC_WORKER_DISABLED="true"))
    pipeline.put(event())
    assert not mdc_core.shutdown()
    (message,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "dropped 1 (worker_disabled 1)" in message


def test_whoever_ends_the_process_waits_for_what_another_thread_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one of those who close counts what was lost: the process must not end before it has."""
    monkeypatch.setattr(runtime, "_LOGGING_SECONDS", 30.0)
    monkeypatch.setattr(runtime, "_ends_at", 0.0)
    pipeline_for(settings(tmp_path, AZUREML_MDC_WORKER_DISABLED="true")).put(event())
    begun, go_on, told, ended = (threading.Event() for _ in range(4))

    class Slow(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "worker_disabled 1" in record.getMessage():
                begun.set()
                assert go_on.wait(30)
                told.set()

    def end() -> None:
        runtime._CALLBACKS.finish()
        assert told.is_set()
        ended.set()

    handler = Slow()
    logging.getLogger("mdc_core").addHandler(handler)
    try:
        threads = [threading.Thread(target=run) for run in (mdc_core.shutdown, end)]
        threads[0].start()
        assert begun.wait(30)
        threads[1].start()
        assert not ended.wait(0.05)
        go_on.set()
        for thread in threads:
            thread.join(30)
        assert ended.is_set()
    finally:
        logging.getLogger("mdc_core").removeHandler(handler)
