"""Processes killed while they hold the lease of a blob that others write to as well."""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobClient, BlobLeaseClient, ContainerClient

from .row import Row
from .workers import DEADLINE, Worker, adopt_all, compare_rows, store

# Each kill holds a blob up until the lease runs out: with four blobs that happens side by side.
BLOBS = 4
WRITERS = 8
ROWS = 5000
KILLS = 5
RATE = 50.0
NEXT_WRITER_SECONDS = 75.0
# Where under the lease a process dies: behind these requests.
POINTS = ("get_block_list", "stage_block", "commit_block_list")


@dataclass
class _Blob:
    """The writers of one blob.

    Attributes:
        name: of the model, and so of the blob.
        workers: all that wrote to it.
        running: those of them that do still.
        etag: what the blob had when a writer was found dead; empty while none is waited out.
        died: monotonic seconds, when that was.
        kills: writers found dead.
        gaps: seconds from the last death until the next writer's commit.
    """

    name: str
    workers: list[Worker] = field(default_factory=list)
    running: list[Worker] = field(default_factory=list)
    etag: str = ""
    died: float = 0.0
    kills: int = 0
    gaps: list[float] = field(default_factory=list)


def run(short: bool) -> Row:
    """Let the writers write, and replace each that dies."""
    blobs = [_Blob(f"model{at}") for at in range(1 if short else BLOBS)]
    kills = 2 if short else KILLS
    rows, rate = (300, 200.0) if short else (ROWS, RATE)
    numbers = iter(range(10_000))
    with tempfile.TemporaryDirectory() as folder, store(Path(folder), "legacy") as place:
        for blob in blobs:
            for at in range(3 if short else WRITERS):
                # They die one after the other: who is armed dies at its next turn.
                halt = (POINTS[at % len(POINTS)], signal.SIGKILL) if at < kills else ("", 0)
                after = rows // (kills + 1) * (at + 1)
                settings = {**place.settings, "MDC_SPOOL_DIR": f"{folder}/spool-{blob.name}"}
                _start(
                    blob,
                    Worker(next(numbers), settings, "legacy", rate, rows, blob.name, halt, after),
                )
        end = time.monotonic() + DEADLINE
        while any(blob.running for blob in blobs):
            if time.monotonic() > end:
                raise RuntimeError("the writers have not ended in time")
            for blob in blobs:
                _look(blob, place.container("modeldata"), numbers, rows, short)
            time.sleep(0.05)
        for blob in blobs:
            settings = blob.workers[0].settings
            blob.workers.append(adopt_all(next(numbers), settings, "legacy", blob.name))
        workers = [worker for blob in blobs for worker in blob.workers]
        found = compare_rows(place.container("modeldata"), workers)
    gaps = [gap for blob in blobs for gap in blob.gaps]
    dead = sum(blob.kills for blob in blobs)
    written = sum(worker.written.value for worker in workers)
    return Row(
        f"{len(blobs)} blobs of {3 if short else WRITERS} processes x {rows} rows, "
        f"{dead} SIGKILLs under the lease, {written} rows written",
        f"every written row once, one header, next writer within {NEXT_WRITER_SECONDS:.0f} s",
        f"{found}, next writer within {max(gaps):.0f} s",
        found.nothing and dead == kills * len(blobs) and max(gaps) < NEXT_WRITER_SECONDS,
    )


def _start(blob: _Blob, worker: Worker) -> None:
    blob.workers.append(worker.start())
    blob.running.append(worker)


def _look(
    blob: _Blob, container: ContainerClient, numbers: Iterator[int], rows: int, break_lease: bool
) -> None:
    """Replace the dead, and see whether the blob goes on."""
    for worker in [each for each in blob.running if each.process and not each.process.is_alive()]:
        assert worker.process is not None
        blob.running.remove(worker)
        if worker.process.exitcode == 0:
            continue
        if worker.process.exitcode != -signal.SIGKILL or not worker.halt[0]:
            raise RuntimeError(f"a writer has ended with {worker.process.exitcode}")
        blob.kills += 1
        blob.died, blob.etag = time.monotonic(), _etag(container, blob)
        if break_lease:
            BlobLeaseClient(_client(container, blob)).break_lease(0)
        rest = max(1, rows - worker.written.value)
        _start(blob, Worker(next(numbers), worker.settings, "legacy", worker.rate, rest, blob.name))
    if blob.etag and _etag(container, blob) != blob.etag:
        blob.gaps.append(time.monotonic() - blob.died)
        blob.etag = ""


def _client(container: ContainerClient, blob: _Blob) -> BlobClient:
    (name,) = [each.name for each in container.list_blobs() if f"/{blob.name}/" in each.name]
    return container.get_blob_client(name)


def _etag(container: ContainerClient, blob: _Blob) -> str:
    try:
        return str(_client(container, blob).get_blob_properties().etag)
    except (ResourceNotFoundError, ValueError):
        return ""
