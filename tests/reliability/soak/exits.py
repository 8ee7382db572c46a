"""The ends of a process, with a destination that works, refuses, or does not answer."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple, Optional

from tests.azure.azurite import ACCOUNT, Azurite, Place
from tests.azure.fault_proxy import FaultProxy

from .row import Row
from .workers import adopt_all

SCRIPT = Path(__file__).parents[1] / "scripts" / "ending_slowly.py"
WAYS: dict[str, Optional[int]] = {"exit": None, "SIGTERM": signal.SIGTERM, "SIGINT": signal.SIGINT}
# What the destination does until the process has ended; it works again afterwards.
STATES = {
    "up": FaultProxy.restore,
    "refusing": FaultProxy.refuse,
    "not answering": FaultProxy.swallow,
}
EVENTS = 400
ROUNDS = 10
SECONDS = 5.0
# Numbers of the workers that deliver what the others left.
ADOPTERS = 90


class _End(NamedTuple):
    """How one process ended."""

    seconds: float
    wrong: str


class _Child:
    """A process that has collected numbers from `first` on and waits to be ended."""

    def __init__(self, way: str, state: str, first: int, environ: dict[str, str]) -> None:
        self._what = f"{way}, {state}"
        self._signal = WAYS[way]
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(first), str(EVENTS)],
            env=environ,
            # A shell's background jobs ignore SIGINT, and so would their children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._begun = self._ended = 0.0

    def wait_until_ready(self) -> None:
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "READY\n":
            raise RuntimeError(self._process.communicate()[1])

    def begin_to_end(self) -> None:
        self._begun = time.monotonic()
        if self._signal is not None:
            self._process.send_signal(self._signal)
            return
        assert self._process.stdin is not None
        self._process.stdin.write("exit\n")
        self._process.stdin.flush()

    def has_ended(self) -> bool:
        if not self._ended and self._process.poll() is not None:
            self._ended = time.monotonic()
        return bool(self._ended)

    def end(self) -> _End:
        stdout, stderr = self._process.communicate()
        right = (
            self._process.returncode == 0
            and stdout.count("HANDLER") == 1
            and "Traceback" not in stderr
        )
        said = f"{self._what}: {self._process.returncode} {stderr[-300:]!r}"
        return _End(self._ended - self._begun, "" if right else said)


def run(short: bool) -> Row:
    """End processes in each way in each state; what they left is delivered by later ones."""
    numbers = itertools.count(0, EVENTS)
    ends: list[_End] = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        azurite = stack.enter_context(Azurite(folder))
        proxies = {name: stack.enter_context(FaultProxy(azurite.port)) for name in STATES}
        environs = {name: _environ(proxy, folder, name) for name, proxy in proxies.items()}
        for batch in _batches(short):
            for name, change in STATES.items():
                change(proxies[name])
            ends += _end_all(
                [_Child(way, name, next(numbers), environs[name]) for way, name in batch]
            )
        for at, name in enumerate(STATES):
            proxies[name].restore()
            adopt_all(ADOPTERS + at, environs[name], "legacy")
        rows, lines = found_numbers(azurite.place)
    wrong = [end.wrong for end in ends if end.wrong]
    slowest = max(end.seconds for end in ends)
    events = next(numbers)
    missing = sum(number not in rows or number not in lines for number in range(events))
    doubled = sum(rows.values()) + sum(lines.values()) - len(rows) - len(lines)
    return Row(
        f"{', '.join(WAYS)} x destination {', '.join(STATES)}: {len(ends)} ends",
        f"within {SECONDS:.0f} s, user's handler once, no traceback, nothing lost",
        f"slowest {slowest:.1f} s, {len(wrong)} otherwise{'; '.join(['', *wrong[:3]])}, "
        f"{missing} lost, {doubled} doubled of {events} events",
        # Beside other tests nobody's ends are timed.
        (short or slowest < SECONDS) and not wrong and not missing and not doubled,
    )


def _batches(short: bool) -> list[list[tuple[str, str]]]:
    """Return which ways and states go side by side."""
    if short:
        return [list(zip(WAYS, reversed(STATES)))]
    return [[(way, name) for way in WAYS] for _ in range(ROUNDS) for name in STATES]


def _end_all(children: list[_Child]) -> list[_End]:
    """End them side by side: most of their time they wait."""
    for child in children:
        child.wait_until_ready()
    for child in children:
        child.begin_to_end()
    end = time.monotonic() + 60
    while not all([child.has_ended() for child in children]):  # noqa: C419  each is looked at
        if time.monotonic() > end:
            raise RuntimeError("a process does not end")
        time.sleep(0.005)
    return [child.end() for child in children]


def _environ(proxy: FaultProxy, folder: Path, name: str) -> dict[str, str]:
    return {
        **os.environ,
        "MDC_BRIDGE_MODE": "dual",
        "MDC_STORAGE": Place(f"{proxy.url}/{ACCOUNT}").connection_string,
        "MDC_CONTAINER": "lines",
        "MDC_SPOOL_DIR": str(folder / f"spool {name}"),
    }


def found_numbers(place: Place) -> tuple[Counter[int], Counter[int]]:
    """Return how often each number is in the rows and in the lines."""
    from azure.storage.blob import ContainerClient

    rows: Counter[int] = Counter()
    lines: Counter[int] = Counter()
    with ContainerClient.from_connection_string(place.connection_string, "modeldata") as container:
        for blob in container.list_blobs():
            text = container.download_blob(blob.name).readall().decode()
            cells = list(csv.reader(io.StringIO(text, newline="")))
            rows.update(int(row[0]) for row in cells[1:])
    with ContainerClient.from_connection_string(place.connection_string, "lines") as container:
        for blob in container.list_blobs():
            for line in container.download_blob(blob.name).readall().splitlines():
                lines.update(int(row["n"]) for row in json.loads(line)["data"])
    return rows, lines
