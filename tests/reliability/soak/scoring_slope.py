"""Memory of scoring servers at a steady rate, for an hour: whether it levels off.

One server collects to a folder, where its memory has to be flat. The other collects to an account.
There a block blob is committed by the list of all its blocks, which a worker reads first, so a
worker grows with the longest list of the day, up to the bound of blocks; that much is no leak.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from .row import Row
from .steady_load import Client, Growth, Load, growth
from .workers import Store, adopt_all, store

_SCRIPT = Path(__file__).parents[1] / "scripts" / "score_steadily.py"
_SECONDS = 3600
_MB_PER_HOUR = 2.0
# Of a block in a list, in each worker.
_BLOCK_BYTES = 1200
# Of a run that is too short to tell a slope from the steps in which a process gets memory.
_SHORT_MB = 16.0
# Of each server.
_WORKERS, _REQUESTS_A_SECOND = 2, 30.0
# What each request makes: of the old collectors in dual mode, and of the new ones.
_COLLECTIONS = ("model_inputs", "model_outputs", "new_inputs", "new_outputs")
_LAST = 99


def run(short: bool) -> Row:
    """Send at a steady rate, look every minute, and fit a line to the second half."""
    seconds, pause = (12, 1.0) if short else (_SECONDS, 60.0)
    with tempfile.TemporaryDirectory() as name, store(Path(name), "dual") as place:
        collected = Path(name) / "collected"
        of_folder = {**place.settings, "MDC_STORAGE": str(collected)}
        with contextlib.ExitStack() as servers:
            folder, account = (
                servers.enter_context(_scoring(Path(name) / kind, settings))
                for kind, settings in (("folder", of_folder), ("account", place.settings))
            )
            clients = [_client(port) for port, _ in (folder, account)]
            with Load(*((client, _REQUESTS_A_SECOND) for client in clients)) as load:
                found = growth(seconds, pause, folder[1], account[1])
        adopt_all(_LAST, place.settings, "modern")
        stored = [_lines_below(collected), _lines_in(place)]
        blocks = _longest_list(place)
    sent = [client.sent for client in clients]
    lost = sum(
        max(0, count - lines[each]) for count, lines in zip(sent, stored) for each in _COLLECTIONS
    )
    of_lists = 3600 / seconds * blocks * _BLOCK_BYTES * _WORKERS / 2**20
    return Row(
        f"{load.sent} requests to the inference server, {_WORKERS} workers to a folder and "
        f"{_WORKERS} to an account, in {seconds} s, each collected in the old way and the new one",
        f"{_SHORT_MB:.0f} MB more in the second half, at most, 0 lost"
        if short
        else f"the second half grows by less than {_MB_PER_HOUR:.0f} MB/h, and to an account "
        f"{of_lists:.0f} for lists of up to {blocks} blocks, 0 lost",
        f"folder: {found[0]}; account: {found[1]}; {len(load.failed)} failed, {lost} lost",
        _is_flat(found, of_lists, short) and not load.failed and not lost,
    )


def _is_flat(found: Iterable[Growth], of_lists: float, short: bool) -> bool:
    if short:
        return all(each.grown < _SHORT_MB for each in found)
    folder, account = found
    return folder.per_hour < _MB_PER_HOUR and account.per_hour < _MB_PER_HOUR + of_lists


@contextlib.contextmanager
def _scoring(
    folder: Path, settings: Mapping[str, str]
) -> Iterator[tuple[int, Callable[[], float]]]:
    """Run the inference server; yields its port, and what tells how many bytes it holds."""
    from tests.bridge.inference_server import InferenceServer

    folder.mkdir()
    with InferenceServer(Path(shutil.copy(_SCRIPT, folder)), settings, _WORKERS) as server:
        yield server.port, lambda: _resident(server.pid)


def _client(port: int) -> Client:
    """Return what sends; on a connection each, because one that is kept stays with one worker."""
    numbers = itertools.count()
    headers = {"Content-Type": "application/json"}
    return Client(port, "/score", lambda: _body(next(numbers)), headers, is_kept=False)


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


def _lines_in(place: Store) -> Counter[str]:
    """Return how many lines each collection has in the container."""
    container = place.container("lines")
    return _lines(
        (blob.name, container.download_blob(blob.name).readall()) for blob in container.list_blobs()
    )


def _lines_below(folder: Path) -> Counter[str]:
    """Return how many lines each collection has in a folder."""
    return _lines((str(path), path.read_bytes()) for path in folder.glob("[!.]*/**/*.jsonl"))


def _lines(contents: Iterable[tuple[str, bytes]]) -> Counter[str]:
    lines: Counter[str] = Counter()
    for name, content in contents:
        count = content.count(b"\n")
        lines.update({part: count for part in name.split("/") if part in _COLLECTIONS})
    return lines
