"""The lifecycle of both collectors, in memory and on a folder: one matrix of the same tests."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import numpy
import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core.destinations import Destination, FolderDestination, MemoryDestination
from mdc_core.testing import collecting
from mdc_core.transport import held
from tests.waiting import wait_until

CELLS = 5000


class Case:
    """One collector on one place.

    Attributes:
        errors: what the collector reported.
    """

    def __init__(self, kind: str, files: Callable[[], dict[str, bytes]]) -> None:
        self.kind = kind
        self.errors: list[Exception] = []
        self._files = files
        self._collector: Any = None

    def collect(self, number: int) -> None:
        """Collect a row of CELLS floats that begins with a number; eight bytes each."""
        if self._collector is None:
            self.renew()
        row = numpy.full((1, CELLS), float(number))
        self._collector.collect(row if self.kind == "legacy" else pandas.DataFrame(row))

    def renew(self) -> None:
        """Make a new collector."""
        if self.kind == "legacy":
            names = [str(at) for at in range(CELLS)]
            self._collector = ModelDataCollector("m", designation="general", feature_names=names)
        else:
            self._collector = Collector(name="default", on_error=self.errors.append)

    def written(self) -> list[int]:
        """Return the numbers in the JSONL; for the legacy collector the CSV has to agree."""
        lines, rows = self.found()
        assert self.kind == "modern" or rows == lines
        return lines

    def found(self) -> tuple[list[int], list[int]]:
        """Return the numbers in the JSONL and in the CSV."""
        lines: list[int] = []
        rows: list[int] = []
        for path, content in self._files().items():
            if path.endswith(".jsonl"):
                for line in content.split(b"\n")[:-1]:  # the last may be just being written
                    lines += [int(row["0"]) for row in json.loads(line)["data"]]
            elif path.endswith(".csv"):
                cells = list(csv.reader(io.StringIO(content.decode(), newline="")))
                rows += [int(float(row[0])) for row in cells[1:]]
        return sorted(lines), sorted(rows)


class Gate:
    """Holds up, or breaks, every append of a kind of destination."""

    def __init__(self, kind: type[Destination], patch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        self.open.set()
        self.entered = threading.Event()
        self.broken = False
        for name in ("append_lines", "append_rows"):
            patch.setattr(kind, name, self._guarded(getattr(kind, name)))

    def _guarded(self, append: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(*arguments: Any) -> Any:
            self.entered.set()
            self.open.wait()
            if self.broken:
                raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
            return append(*arguments)

        return guarded


@pytest.fixture(params=["memory", "folder"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the collectors write to."""
    return str(request.param)


@pytest.fixture(params=["legacy", "modern"])
def case(
    request: pytest.FixtureRequest,
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Case]:
    """A collector of each kind on each place."""
    if place == "memory":
        with collecting() as collected:
            yield Case(request.param, lambda: collected.files)
        return

    def files() -> dict[str, bytes]:
        found = (path for path in (tmp_path / "root").rglob("model*/**/*") if path.is_file())
        return {str(path): path.read_bytes() for path in found}

    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "root"))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    yield Case(request.param, files)
    mdc_core.shutdown()


@pytest.fixture
def gate(place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A hold on the destination."""
    gate = Gate(MemoryDestination if place == "memory" else FolderDestination, monkeypatch)
    yield gate
    gate.broken = False
    gate.open.set()


def dropped() -> dict[str, int]:
    """Return the drops counted in this process."""
    (counts,) = mdc_core.counts()
    return counts.dropped


def fill(case: Case, gate: Gate, events: int) -> None:
    """Collect numbers from 0; the first is being written while the others wait."""
    gate.open.clear()
    case.collect(0)
    assert gate.entered.wait(20)
    for number in range(1, events):
        case.collect(number)


def test_count_bound(case: Case, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound of events the collector refuses and counts; the rest is written."""
    monkeypatch.setenv("AZUREML_MDC_QUEUE_CAPACITY", "5")
    fill(case, gate, 6)
    assert dropped() == {}
    case.collect(6)
    case.collect(7)
    assert dropped() == {"queue_full": 2}
    gate.open.set()
    assert mdc_core.flush(20)
    case.collect(8)
    assert mdc_core.flush(20)
    assert case.written() == [0, 1, 2, 3, 4, 5, 8]


def test_size_bound(case: Case, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound of bytes the collector refuses; what is being written counts as well."""
    monkeypatch.setenv("MDC_QUEUE_BYTES", str(CELLS * 8 * 3))
    fill(case, gate, 3)
    assert dropped() == {}
    case.collect(3)
    assert dropped() == {"queue_full": 1}
    gate.open.set()
    assert mdc_core.flush(20)
    assert case.written() == [0, 1, 2]


def test_flush(case: Case) -> None:
    """After `flush` everything collected is where its reader looks for it."""
    for number in range(50):
        case.collect(number)
    assert mdc_core.flush(20)
    assert case.written() == list(range(50))
    (counts,) = mdc_core.counts()
    assert (counts.accepted, counts.written, counts.waiting) == (50, 50, 0)


def test_delay(case: Case) -> None:
    """Without a flush what was collected is written all the same, soon."""
    case.collect(0)
    wait_until(lambda: case.found() == ([0], [] if case.kind == "modern" else [0]), "written")


def test_flush_timeout(case: Case, gate: Gate) -> None:
    """A flush that does not make it in time says so, and loses nothing."""
    fill(case, gate, 3)
    assert not mdc_core.flush(0)
    gate.open.set()
    assert mdc_core.flush(20)
    assert case.written() == [0, 1, 2]


def test_shutdown(case: Case) -> None:
    """The end of collecting writes everything that was accepted."""
    for number in range(50):
        case.collect(number)
    assert mdc_core.shutdown()
    assert case.written() == list(range(50))
    assert mdc_core.counts() == []


def test_after_shutdown(case: Case) -> None:
    """A collector that was shut down refuses without harm; a new one starts afresh."""
    case.collect(0)
    mdc_core.shutdown()
    case.collect(1)
    assert [type(error) for error in case.errors] == (
        [mdc_core.QueueClosedError] if case.kind == "modern" else []
    )
    case.renew()
    case.collect(2)
    assert mdc_core.flush(20)
    assert case.written() == [0, 2]


def test_fork(case: Case, gate: Gate, place: str) -> None:
    """A child starts without its parent's events; each writes its own, once."""
    fill(case, gate, 3)
    child = _fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(30)
            gate.open.set()
            case.collect(3)
            if mdc_core.flush(20) and case.written() == [3]:
                status = 0
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    assert status == 0
    gate.open.set()
    assert mdc_core.flush(20)
    assert case.written() == ([0, 1, 2] if place == "memory" else [0, 1, 2, 3])


def test_slow_destination(case: Case, gate: Gate) -> None:
    """`collect` does not wait for a destination that takes its time, and nothing is lost by it."""
    fill(case, gate, 200)
    (counts,) = mdc_core.counts()
    assert (counts.accepted, counts.written) == (200, 0)
    gate.open.set()
    assert mdc_core.flush(20)
    assert case.written() == list(range(200))


def test_absent_destination(case: Case, gate: Gate) -> None:
    """While the destination is gone events wait; when it is back each is written once."""
    gate.broken = True
    for number in range(10):
        case.collect(number)
    assert gate.entered.wait(20)
    assert not mdc_core.flush(0)
    gate.broken = False
    assert mdc_core.flush(20)
    assert case.written() == list(range(10))


@pytest.mark.parametrize("turn_seconds", [0.0, 5.0])
def test_absent_destination_while_nothing_is_collected(
    turn_seconds: float,
    case: Case,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A writer that sleeps wakes up for what waits, however long it has been failing."""
    monkeypatch.setattr(held, "TURN_SECONDS", turn_seconds)
    gate.broken = True
    case.collect(0)
    for _ in range(3):
        gate.entered.clear()
        assert gate.entered.wait(20)
    gate.broken = False
    wait_until(lambda: case.found() == ([0], [0] if case.kind == "legacy" else []), "written")


@pytest.mark.usefixtures("ends_wait")
def test_absent_to_the_end(case: Case, gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    """When the destination does not come back the end is bounded, and says what was lost."""
    gate.broken = True
    for number in range(10):
        case.collect(number)
    assert gate.entered.wait(20)
    assert not mdc_core.shutdown(0.1)
    assert case.written() == []
    assert "10 events were lost" in caplog.text
    assert "not_written_at_exit 10" in caplog.text


def _fork() -> int:
    with warnings.catch_warnings():
        # Newer Pythons warn of threads in the parent: that it works is what is tested.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
