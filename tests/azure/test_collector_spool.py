"""The collector's spool: restarts, killed processes, neighbours, folders that cannot be used."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Callable

import pytest

import mdc_core
from mdc_core.destinations.collector import CollectorDestination
from mdc_core.settings import Settings
from mdc_core.spool.notes import Notes
from tests.azure.collector_settings import (
    Child,
    Nursery,
    collect,
    counts,
    on_endpoint,
    spooled,
)
from tests.azure.recorder import Answer, Recorder, recording, wait_until

Start = Callable[[int, int], Child]


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """A spool folder that does not exist yet."""
    return tmp_path / "spool"


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch, spool: Path) -> Iterator[Recorder]:
    """The collector of this process and its children."""
    with recording() as recorder:
        on_endpoint(monkeypatch, recorder.port, spool)
        yield recorder
        mdc_core.shutdown(1)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Starts processes for all tests of this module."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def start(nursery: Nursery, recorder: Recorder) -> Iterator[Start]:
    """Starts a process that collects: `start(first, count)`; none outlives the test."""
    yield lambda first, count: nursery.start((first, count))[0]
    nursery.clear()


def test_a_restart_goes_on_where_the_last_process_ended(
    recorder: Recorder, spool: Path, start: Start
) -> None:
    """A process that ends during an outage leaves its events to the next, which loses none."""
    recorder.leave()
    start(0, 20).end()
    assert spooled(spool)
    recorder.come()
    collect(20, 5)
    recorder.wait_for(25)
    assert recorder.taken() == list(range(25))
    assert mdc_core.shutdown()
    assert spooled(spool) == []


def test_what_was_delivered_before_a_kill_is_not_sent_again(
    recorder: Recorder, start: Start
) -> None:
    """The spool of a killed process is adopted where its delivery stood."""
    recorder.answer(*[Answer()] * 7, *[Answer(503)] * 100)
    killed = start(0, 20)
    recorder.wait_for(9)
    killed.end(signal.SIGKILL)
    recorder.answers.clear()
    refused = len(recorder.requests) - 7
    collect(20, 5)
    recorder.wait_for(25 + refused)
    assert recorder.taken() == [*range(7), *[7] * refused, *range(7, 25)]


@pytest.mark.parametrize("refused", [3, 20])
def test_refusals_of_a_dead_processs_events_take_nothing_from_our_own(
    recorder: Recorder, start: Start, refused: int
) -> None:
    """They are counted as losses; what this process has delivered is its own events alone."""
    recorder.leave()
    start(0, 20).end(signal.SIGKILL)
    recorder.answer(*[Answer(400)] * refused)
    recorder.come()
    collect(20, 5)
    assert mdc_core.flush(20)
    recorder.wait_for(25)
    wait_until(lambda: counts().dropped == {"rejected": refused}, lambda: str(counts()))
    assert (counts().accepted, counts().delivered) == (5, 5)


def test_a_torn_event_is_counted_and_the_rest_is_sent(
    recorder: Recorder, spool: Path, start: Start
) -> None:
    """Half a line of a killed process is set aside."""
    recorder.leave()
    start(0, 3).end(signal.SIGKILL)
    (segment,) = spooled(spool)
    with segment.open("ab") as file:
        file.write(b'{"specversion":"1.0","id"')
    recorder.come()
    collect(3, 1)
    recorder.wait_for(4)
    assert recorder.taken() == [0, 1, 2, 3]
    assert counts().repaired == 1


@pytest.mark.parametrize(
    "damage",
    [b"\0" * 50, b"{}", b'{"data":[]}', b'{"id":1,"data":[]}', b""],
    ids=["zeros", "no data", "no comma", "no fields", "nothing"],
)
def test_a_damaged_event_is_counted_and_does_not_stop_the_others(
    recorder: Recorder,
    spool: Path,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    damage: bytes,
) -> None:
    """A line that the disk has spoiled is dropped with its reason."""
    recorder.leave()
    start(0, 3).end(signal.SIGKILL)
    (segment,) = spooled(spool)
    lines = segment.read_bytes().split(b"\n")
    segment.write_bytes(b"\n".join([lines[0], damage, *lines[2:]]))
    recorder.come()
    collect(3, 1)
    recorder.wait_for(3)
    assert recorder.taken() == [0, 2, 3]
    assert counts().dropped == {"unreadable": 1}
    (message,) = [record.getMessage() for record in caplog.records if record.levelno > 20]
    assert "unreadable" in message


def test_a_spool_that_is_shorter_than_its_note_is_done_with(
    recorder: Recorder, spool: Path, start: Start
) -> None:
    """Where a loss of power took lines that were delivered, nothing is sent again."""
    recorder.answer(*[Answer()] * 7, *[Answer(503)] * 100)
    killed = start(0, 20)
    recorder.wait_for(9)
    killed.end(signal.SIGKILL)
    recorder.answers.clear()
    (segment,) = spooled(spool)
    segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
    before = len(recorder.requests)
    collect(20, 2)
    assert mdc_core.flush(20)
    assert recorder.taken()[before:] == [20, 21]


def test_a_full_disk_does_not_repeat_what_was_delivered(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the progress cannot be noted matters to a killed process only."""

    def full(_notes: Notes, _path: str, _text: str) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Notes, "write", full)
    collect(0, 20)
    assert mdc_core.flush(20)
    assert recorder.taken() == list(range(20))
    assert counts().retried == 0


def test_a_repeated_start_makes_no_second_delivery(recorder: Recorder, spool: Path) -> None:
    """It is asked for again when the other destination of the process could not be used."""
    destination = CollectorDestination("127.0.0.1", recorder.port, False, spool / "own", 1, 0.02)
    before = threading.active_count()
    assert destination.recover() == destination.recover() == 0
    assert threading.active_count() == before + 1
    destination.close(1)


def test_neighbours_do_not_send_each_others_events(recorder: Recorder, start: Start) -> None:
    """Two processes share a spool folder: a second one leaves alone what a live one still holds."""
    recorder.leave()
    neighbour = start(0, 10)
    neighbour.tell(signal.SIGSTOP)
    recorder.come()
    collect(10, 10)
    assert mdc_core.flush(20)
    assert recorder.taken() == list(range(10, 20))
    mdc_core.shutdown()
    collect(20, 1)
    assert mdc_core.flush(20)
    neighbour.tell(signal.SIGCONT)
    recorder.wait_for(21)
    neighbour.end()
    assert recorder.taken() == [*range(10, 21), *range(10)]


def test_many_workers_send_every_event_once(recorder: Recorder, nursery: Nursery) -> None:
    """As under gunicorn: each worker delivers its own events, in its own order."""
    firsts = [0, 1000, 2000]
    nursery.start(*[(first, 50) for first in firsts])
    taken = [request.data()[0]["n"] for request in recorder.wait_for(150)]
    nursery.clear()
    for first in firsts:
        own = [number for number in taken if first <= number < first + 1000]
        assert own == list(range(first, first + 50))
    assert len(recorder.requests) == 150


def test_without_a_usable_spool_events_wait_in_memory(
    recorder: Recorder, spool: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One message names the setting; when the folder can be used everything goes."""
    spool.symlink_to(spool.parent / "elsewhere")
    collect(0, 5)
    wait_until(lambda: caplog.records, lambda: "a message")
    collect(5, 5)
    (message,) = [record.getMessage() for record in caplog.records]
    assert "MDC_SPOOL_DIR" in message
    assert str(spool) in message
    assert counts().waiting == 10
    spool.unlink()
    assert mdc_core.flush(20)
    assert recorder.taken() == list(range(10))
    assert counts().dropped == {}
    assert len(caplog.records) == 2
    assert "works again" in caplog.text


@pytest.mark.usefixtures("ends_wait")
def test_a_spool_that_cannot_be_made_is_named(
    recorder: Recorder,
    spool: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where no folder can be made a message names the setting; at the end events are counted."""
    monkeypatch.setenv("MDC_SPOOL_DIR", "/proc/self/mdc-spool")
    collect(0, 3)
    wait_until(lambda: caplog.records, lambda: "a message")
    assert "MDC_SPOOL_DIR: " in caplog.text
    assert "/proc/self/mdc-spool" in caplog.text
    assert not mdc_core.shutdown(0.2)
    assert "not_written_at_exit 3" in caplog.text


def test_without_a_temporary_folder_collectors_can_still_be_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A container without any folder to write to does not fail at the start of its script."""

    def none() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", none)
    monkeypatch.setenv("MDC_STORAGE", f"memory://{tmp_path.name}")
    assert Settings.from_environ().spool.is_absolute()
    collect(0, 1)
    assert mdc_core.flush(20)
