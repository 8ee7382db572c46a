"""Processes stopped between reading the block list and the commit, until long after their lease."""

from __future__ import annotations

import csv
import io
import os
import signal
import tempfile
import time
from pathlib import Path

from azure.storage.blob import BlobClient, BlobLeaseClient, ContainerClient

from tests.azure.original_writer import OriginalWriter
from tests.waiting import wait_until

from .row import Row
from .workers import DEADLINE, HEADER, Worker, compare_rows, store, text_of

HOLDERS = 20
PAUSE = 70.0
ROWS = 60
# Rows that another pod writes to each blob while its holder is paused.
OTHERS = 5


def run(short: bool) -> Row:
    """Stop all at once, each on a blob of its own, and let another writer take each blob over."""
    holders = 3 if short else HOLDERS
    with tempfile.TemporaryDirectory() as folder, store(Path(folder), "legacy") as place:
        container = place.container("modeldata")
        workers = [
            Worker(
                number,
                {**place.settings, "MDC_SPOOL_DIR": f"{folder}/spool-{number}"},
                "legacy",
                100.0,
                ROWS,
                f"model{number}",
                ("get_block_list", signal.SIGSTOP),
                ROWS // 3,
            ).start()
            for number in range(holders)
        ]
        wait_until(lambda: all(worker.is_stopped() for worker in workers), "all stopped", DEADLINE)
        stopped = time.monotonic()
        blobs = [_blob_of(container, worker) for worker in workers]
        if short:
            for blob in blobs:
                BlobLeaseClient(blob).break_lease(0)
        others = [_take_over(blob, holders + at) for at, blob in enumerate(blobs)]
        committed = [_ids(blob) for blob in blobs]
        time.sleep(1.0 if short else max(0.0, stopped + PAUSE - time.monotonic()))
        paused = time.monotonic() - stopped
        for worker in workers:
            assert worker.process is not None
            assert worker.process.pid is not None
            os.kill(worker.process.pid, signal.SIGCONT)
        for worker in workers:
            assert worker.process is not None
            worker.process.join(120)
        stale = sum(_ids(blob)[: len(ids)] != ids for blob, ids in zip(blobs, committed))
        ended = all(worker.process and worker.process.exitcode == 0 for worker in workers)
        found = compare_rows(container, workers + others)
    return Row(
        f"{holders} lease holders paused for {paused:.0f} s between list and commit",
        "no stale commit",
        f"{stale} stale commits; {found}" + ("" if ended else "; a holder did not end"),
        stale == 0 and found.nothing and ended,
    )


def _blob_of(container: ContainerClient, worker: Worker) -> BlobClient:
    (name,) = [each.name for each in container.list_blobs() if f"/{worker.model}/" in each.name]
    return container.get_blob_client(name)


def _ids(blob: BlobClient) -> list[str]:
    return [block.id for block in blob.get_block_list("committed")[0]]


def _take_over(blob: BlobClient, number: int) -> Worker:
    """Write rows as the original SDK does, which waits until the lease has run out."""
    writer = Worker(number, {})
    writer.written.value = OTHERS
    header = f"{HEADER}\r\n".encode()
    OriginalWriter(blob, header).write(*map(_row, writer.numbers()))
    return writer


def _row(number: int) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([number, text_of(number)])
    return text.getvalue().encode()
