"""A server of gunicorn that is reloaded again and again under load."""

from __future__ import annotations

import contextlib
import csv
import http.client
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from azure.storage.blob import ContainerClient

from tests.ports import free_port
from tests.waiting import wait_until

from .row import Row
from .workers import Store, adopt_all, store

SCRIPTS = Path(__file__).parents[1] / "scripts"
WORKERS = 4
RELOADS = 50
CLIENTS = 4
PAUSE = 0.02
ANSWER_SECONDS = 30.0
# How often `scoring_app.py` collects each number, as a row and as a line.
ROWS, LINES = 2, 3
# The number of a worker that delivers what the others left.
LAST = 99


def run(short: bool) -> Row:
    """Reload as soon as all workers are new, and let each answer some requests before."""
    reloads, workers = (1, 2) if short else (RELOADS, WORKERS)
    with tempfile.TemporaryDirectory() as folder, store(Path(folder), "dual") as place:
        port = free_port()
        server = _serve(place, port, Path(folder) / "log", workers)
        try:
            with _load(port) as load:
                _wait_for_workers(load, set(), workers)
                for _ in range(reloads):
                    before = set(load.workers)
                    server.send_signal(signal.SIGHUP)
                    _wait_for_workers(load, before, workers)
            server.send_signal(signal.SIGTERM)
            server.wait(60)
        finally:
            server.kill()
        log = (Path(folder) / "log").read_text()
        adopt_all(LAST, place.settings, "legacy")
        rows, lines = _rows(place), _lines(place)
    doubled = sum(count - ROWS for count in rows.values() if count > ROWS)
    doubled += sum(count - LINES for count in lines.values() if count > LINES)
    lost = sum(rows[each] < ROWS or lines[each] < LINES for each in load.answered)
    bad = log.count("WORKER TIMEOUT") + load.unanswered + log.count("Traceback")
    return Row(
        f"gunicorn --preload, {workers} workers, {reloads} reloads, "
        f"{len(load.answered)} requests answered by {len(load.workers)} workers",
        "0 deadlocks, 0 duplicates",
        f"{bad} deadlocks, {doubled} duplicates, {lost} lost",
        bad == doubled == lost == 0 and server.returncode == 0,
    )


class _Load:
    """Clients that send numbered requests.

    Attributes:
        answered: numbers of the requests that were answered.
        workers: process ids that answered.
        unanswered: requests that nobody answered in time.
    """

    def __init__(self, port: int) -> None:
        self.answered: list[int] = []
        self.workers: set[int] = set()
        self.unanswered = 0
        self._port = port
        self._numbers = itertools.count()
        self.done = threading.Event()

    def send(self) -> None:
        """Send requests until told to stop."""
        while not self.done.wait(PAUSE):
            number = next(self._numbers)
            worker = self._ask(number)
            if worker is not None:
                self.workers.add(worker)
                self.answered.append(number)

    def _ask(self, number: int) -> Optional[int]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", f"/{number}")
            response = connection.getresponse()
            body = response.read()
            return int(body) if response.status == 200 else None
        except TimeoutError:
            self.unanswered += 1
            return None
        except (OSError, http.client.HTTPException):
            return None  # its worker was leaving: nothing is promised
        finally:
            connection.close()


@contextlib.contextmanager
def _load(port: int) -> Iterator[_Load]:
    load = _Load(port)
    threads = [threading.Thread(target=load.send) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.done.set()
        for thread in threads:
            thread.join()


def _wait_for_workers(load: _Load, before: set[int], count: int) -> None:
    wait_until(lambda: len(load.workers - before) >= count, "all workers answer", 60)


def _serve(place: Store, port: int, log: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", str(workers)]
    command += ["--bind", f"127.0.0.1:{port}", "--chdir", str(SCRIPTS)]
    command += ["--config", str(SCRIPTS / "gunicorn.conf.py")]
    with log.open("wb") as output:
        return subprocess.Popen(
            [*command, "scoring_app"],
            env={**os.environ, **place.settings},
            stdout=output,
            stderr=output,
        )


def _rows(place: Store) -> Counter[int]:
    rows: Counter[int] = Counter()
    for content in _contents(place.container("modeldata")):
        cells = list(csv.reader(io.StringIO(content.decode(), newline="")))
        rows.update(int(row[0]) for row in cells[1:])
    return rows


def _lines(place: Store) -> Counter[int]:
    return Counter(
        int(row["n"])
        for content in _contents(place.container("lines"))
        for line in content.splitlines()
        for row in json.loads(line)["data"]
    )


def _contents(container: ContainerClient) -> Iterator[bytes]:
    for blob in container.list_blobs():
        yield container.download_blob(blob.name).readall()
