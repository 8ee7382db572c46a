"""Scoring processes that say what they have written, and what has to be in the blobs then."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from typing import Any, Callable, NamedTuple, Optional

from azure.storage.blob import BlobClient, ContainerClient

from tests.azure.azurite import Azurite

PER_WORKER = 10_000_000
HEADER = "n,text"
DEADLINE = 400.0

# A process that has imported everything and nothing else; it forks in milliseconds.
_nursery = multiprocessing.get_context("forkserver")
_nursery.set_forkserver_preload([__name__, "pandas", "azureml.monitoring", "azureml.ai.monitoring"])


def text_of(number: int) -> str:
    """Return the text that goes with a number: it holds quotes, commas and line breaks."""
    return f'"{sha256(b"%d" % number).hexdigest()}",\n' * (number % 3)


@dataclass
class Worker:
    """A process that collects numbers, and what it says of itself in shared memory.

    Attributes:
        number: of the worker; it collects the numbers from `number * PER_WORKER` on.
        settings: its environment.
        kind: `modern` or `legacy`.
        rate: events a second.
        events: after so many it flushes and ends; 0 for never.
        model: name of the model, for rows.
        halt: the method of a blob's client at which it halts, and the signal it halts by.
        halt_after: written events before it halts.
        lease_seconds: what it asks for.
    """

    number: int
    settings: dict[str, str]
    kind: str = "modern"
    rate: float = 2000.0
    events: int = 0
    model: str = "model"
    halt: tuple[str, int] = ("", 0)
    halt_after: int = 0
    lease_seconds: int = 30
    written: Any = field(default_factory=lambda: RawValue("q", 0))
    dropped: Any = field(default_factory=lambda: RawValue("q", 0))
    offered: Any = field(default_factory=lambda: RawValue("q", 0))
    slowest: Any = field(default_factory=lambda: RawValue("d", 0.0))
    process: Optional[BaseProcess] = None

    def start(self) -> Worker:
        """Start the process."""
        self.process = _nursery.Process(target=_work, args=(self._without_process(),))
        self.process.start()
        return self

    def kill(self) -> None:
        """End it as the kernel would."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()

    def is_stopped(self) -> bool:
        """Return whether a signal has stopped it."""
        assert self.process is not None
        stat = Path(f"/proc/{self.process.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"

    def numbers(self, stop: Optional[int] = None) -> range:
        """Return what it has written for sure, or its first `stop` numbers."""
        first = self.number * PER_WORKER
        return range(first, first + (self.written.value if stop is None else stop))

    def _without_process(self) -> Worker:
        values = {name: value for name, value in vars(self).items() if name != "process"}
        return Worker(**values)


def _work(worker: Worker) -> None:
    import mdc_core
    from mdc_core.delivery import shared_block_blob

    os.environ.update(worker.settings)
    shared_block_blob.LEASE_SECONDS = worker.lease_seconds
    collect = _make_collect(worker)
    if worker.halt[0]:
        _halt_at(worker)
    start = time.monotonic()
    done = 0
    while done < worker.events or not worker.events:
        due = int((time.monotonic() - start) * worker.rate) + 1
        for number in worker.numbers(min(due, worker.events or due))[done:]:
            begun = time.perf_counter()
            collect(number)
            worker.slowest.value = max(worker.slowest.value, time.perf_counter() - begun)
            done += 1
        worker.offered.value = done
        report(worker)
        time.sleep(0.005)
    if not mdc_core.flush(DEADLINE):
        raise SystemExit(7)
    report(worker)


def report(worker: Worker) -> None:
    """Tell the parent what is written and dropped."""
    import mdc_core

    for counts in mdc_core.counts():
        worker.written.value = counts.written
        worker.dropped.value = sum(counts.dropped.values())


def _make_collect(worker: Worker) -> Callable[[int], object]:
    import pandas

    from azureml.ai.monitoring import Collector
    from azureml.monitoring import ModelDataCollector

    if worker.kind == "modern":
        new = Collector(name="numbers", on_error=lambda error: None)
        return lambda number: new.collect(
            pandas.DataFrame({"n": [number], "text": [text_of(number)]})
        )
    old = ModelDataCollector(
        worker.model, designation="predictions", feature_names=HEADER.split(",")
    )
    return lambda number: old.collect([number, text_of(number)])


def _halt_at(worker: Worker) -> None:
    """Halt by a signal behind one request under the lease, once enough is written."""
    name, signal_number = worker.halt
    original = getattr(BlobClient, name)
    left = [worker.halt_after]

    def halting(client: BlobClient, *args: Any, **options: Any) -> Any:
        result = original(client, *args, **options)
        report(worker)
        if left and worker.written.value >= left[0] and client.blob_name.endswith(".csv"):
            left.clear()
            os.kill(os.getpid(), signal_number)
        return result

    setattr(BlobClient, name, halting)


@dataclass(frozen=True)
class Store:
    """Azurite, and a folder for spools.

    Attributes:
        azurite: the server.
        folder: for spools.
        settings: the environment of a scoring process.
    """

    azurite: Azurite
    folder: Path
    settings: dict[str, str]

    def container(self, name: str) -> ContainerClient:
        """Return a container, looked at directly."""
        return ContainerClient.from_connection_string(self.azurite.place.connection_string, name)


@contextlib.contextmanager
def store(folder: Path, kind: str) -> Iterator[Store]:
    """Start Azurite, for lines (`modern`), rows (`legacy`), or both (`dual`)."""
    with Azurite(folder) as azurite:
        connection = azurite.place.connection_string
        settings = {
            "MDC_BRIDGE_MODE": kind,
            "MDC_STORAGE": connection,
            "MDC_CONTAINER": "lines",
            "MDC_SPOOL_DIR": str(folder / "spool"),
        }
        yield Store(azurite, folder, settings)


class Found(NamedTuple):
    """What is in the blobs, against what has to be.

    Attributes:
        missing: numbers that were written and are not there.
        doubled: times that a number is there again.
        invented: lines or rows that nobody has collected, torn ones among them.
        headers: blobs of rows that do not begin with the one header they hold.
    """

    missing: int
    doubled: int
    invented: int
    headers: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all is as it has to be."""
        return not any(self)

    def __str__(self) -> str:
        return f"{self.missing} lost, {self.doubled} doubled, {self.invented} torn or invented" + (
            f", {self.headers} blobs without exactly one header" if self.headers else ""
        )


def compare_lines(container: ContainerClient, workers: list[Worker]) -> Found:
    """Compare the JSONL of a container with what its writers have written."""
    found: Counter[int] = Counter()
    invented = 0
    for blob in container.list_blobs():
        for line in container.download_blob(blob.name).readall().splitlines(keepends=True):
            try:
                (row,) = json.loads(line)["data"]
                right = line.endswith(b"\n") and row["text"] == text_of(row["n"])
            except (ValueError, KeyError, TypeError):
                right = False
            invented += not right
            found[row["n"] if right else -1] += right
    return _compare(found, invented, 0, workers)


def compare_rows(container: ContainerClient, workers: list[Worker]) -> Found:
    """Compare the CSV of a container with what its writers have written."""
    found: Counter[int] = Counter()
    invented = headers = 0
    for blob in container.list_blobs():
        text = container.download_blob(blob.name).readall().decode()
        rows = list(csv.reader(io.StringIO(text, newline="")))
        header = HEADER.split(",")
        headers += rows[:1] != [header] or rows.count(header) != 1
        for row in rows:
            if row != header:
                right = row[0].isdecimal() and row[1:] == [text_of(int(row[0]))]
                invented += not right
                found[int(row[0]) if right else -1] += right
    return _compare(found, invented, headers, workers)


def _compare(found: Counter[int], invented: int, headers: int, workers: list[Worker]) -> Found:
    owed = [number for worker in workers for number in worker.numbers()]
    offered = {worker.number for worker in workers}
    foreign = sum(number // PER_WORKER not in offered for number in found if number >= 0)
    del found[-1]
    return Found(
        missing=sum(number not in found for number in owed),
        doubled=sum(found.values()) - len(found),
        invented=invented + foreign,
        headers=headers,
    )


def adopt_all(number: int, settings: dict[str, str], kind: str, model: str = "model") -> Worker:
    """Run a process that delivers what all others left in the spool; return it, ended."""
    last = Worker(number, settings, kind, events=1, model=model).start()
    assert last.process is not None
    last.process.join(DEADLINE)
    if last.process.exitcode != 0:
        last.process.kill()
        raise RuntimeError(f"what was left could not be delivered: {last.process.exitcode}")
    return last
