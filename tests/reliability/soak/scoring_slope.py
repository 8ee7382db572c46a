"""Memory of a scoring server at a steady rate, for an hour: whether it levels off.

A block blob is committed by the list of all its blocks, which a worker reads first. So a worker
that delivers rows to an account grows with the longest list of the day, up to the bound of blocks;
that much is no leak.
"""

from __future__ import annotations

import itertools
import json
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from .row import Row
from .steady_load import Client, Load, growth
from .workers import Store, adopt_all, store

_SCRIPT = Path(__file__).parents[1] / "scripts" / "score_steadily.py"
_SECONDS = 3600
_MB_PER_HOUR = 2.0
# Of a block in a list, in each worker.
_BLOCK_BYTES = 1200
# Of a run that is too short to tell a slope from the steps in which a process gets memory.
_SHORT_MB = 16.0
_WORKERS, _REQUESTS_A_SECOND = 2, 60.0
# What each request makes: of the old collectors in dual mode, and of the new ones.
_COLLECTIONS = ("model_inputs", "model_outputs", "new_inputs", "new_outputs")
_LAST = 99


def run(short: bool) -> Row:
    """Send at a steady rate, look every minute, and fit a line to the second half."""
    from tests.bridge.inference_server import InferenceServer

    seconds, pause = (30, 1.0) if short else (_SECONDS, 60.0)
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as name, store(Path(name), "dual") as place:
        script = Path(shutil.copy(_SCRIPT, name))
        with InferenceServer(script, place.settings, _WORKERS) as server:
            # A connection each, because one that is kept stays with one worker.
            client = Client(
                server.port,
                "/score",
                lambda: _body(next(numbers)),
                {"Content-Type": "application/json"},
                is_kept=False,
            )
            with Load((client, _REQUESTS_A_SECOND)) as load:
                found = growth(seconds, pause, lambda: _resident(server.pid))
        adopt_all(_LAST, place.settings, "modern")
        stored = _stored(place)
        blocks = _longest_list(place)
    lost = sum(max(0, load.sent - stored[each]) for each in _COLLECTIONS)
    of_lists = 3600 / seconds * blocks * _BLOCK_BYTES * _WORKERS / 2**20
    return Row(
        f"{load.sent} requests to {_WORKERS} workers of the inference server in {seconds} s, "
        "each collected in the old way and the new one",
        f"{_SHORT_MB:.0f} MB more in the second half, at most, 0 lost"
        if short
        else f"the second half grows by less than {_MB_PER_HOUR:.0f} MB/h, "
        f"and {of_lists:.0f} for lists of up to {blocks} blocks, 0 lost",
        f"{found}, {len(load.failed)} failed, {lost} lost",
        (found.grown < _SHORT_MB if short else found.per_hour < _MB_PER_HOUR + of_lists)
        and not load.failed
        and not lost,
    )


def _body(number: int) -> bytes:
    row = [number % 90, number * 1.25, number / 7, f"text {number}"]
    return json.dumps({"data": [row]}).encode()


def _resident(pid: int) -> float:
    """Return the bytes that a process and its children hold."""
    status = Path(f"/proc/{pid}/status").read_text()
    kilobytes = int(status.partition("VmRSS:")[2].split()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return kilobytes * 1024 + sum(_resident(int(child)) for child in children)


def _longest_list(place: Store) -> int:
    """Return how many blocks the blob of rows with the most of them has."""
    container = place.container("modeldata")
    blobs = [container.get_blob_client(blob.name) for blob in container.list_blobs()]
    return max(len(blob.get_block_list("committed")[0]) for blob in blobs)


def _stored(place: Store) -> Counter[str]:
    """Return how many lines each collection has in the container."""
    container = place.container("lines")
    stored: Counter[str] = Counter()
    for blob in container.list_blobs():
        lines = container.download_blob(blob.name).readall().count(b"\n")
        stored.update({part: lines for part in blob.name.split("/") if part in _COLLECTIONS})
    return stored
