"""The lifecycle matrix: a server, the place where its collector is made, an end, a destination.

Of each cell it is asked what of the accepted events is neither written nor counted as lost.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Tuple

from tests.ports import free_port

SCRIPTS = Path(__file__).parent / "scripts" / "ends"
DEADLINE = 60.0
FAST, SLOW = 20, 6
# The account's key is the one that every emulator has.
_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
_REFUSING = (
    f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={_KEY};"
    "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;"
)
# The log line that each process ends with.
_COUNTS = re.compile(r"mdc-bridge: accepted (\d+), written .*? dropped \d+ ?(?:\((.*?)\))?")


class Server(NamedTuple):
    """How to start one.

    Attributes:
        command: behind the interpreter; {port} and {folder} are filled in.
        needs: packages.
        graceful: requests under way at SIGTERM are answered.
        ready: "port", "line" (it says READY), "tasks" (some are done) or "" (it ends by itself).
    """

    command: Tuple[str, ...]
    needs: Tuple[str, ...] = ()
    graceful: bool = False
    ready: str = "port"


class Cell(NamedTuple):
    """One of the matrix; `end` is a signal's name, or the scripts' word for it."""

    server: str
    place: str
    end: str
    destination: str

    def __str__(self) -> str:
        return ", ".join(self)


class Outcome(NamedTuple):
    """What became of the events of a cell.

    Attributes:
        accepted: how many.
        lost: those that are neither written nor counted.
        doubled: those that are written more than once.
        counted: those that the log says were lost.
        unanswered: requests that were under way and got no answer, where they should.
        ended: the server ended, and was not killed in the end by this module.
        log: its end.
    """

    accepted: int
    lost: int
    doubled: int
    counted: int
    unanswered: int
    ended: bool
    log: str

    @property
    def right(self) -> bool:
        """Whether every accepted event is accounted for."""
        wrong = self.lost or self.doubled or self.unanswered
        return self.accepted > 0 and self.ended and not wrong


def is_installed(server: Server) -> bool:
    """Return whether all that a server needs is there."""
    return all(importlib.util.find_spec(name) is not None for name in server.needs)


def run(cell: Cell, server: Server, folder: Path) -> Outcome:
    """Run a cell in an empty folder."""
    port = free_port()
    words = [word.format(port=port, folder=folder, end=cell.end) for word in server.command]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            cwd=SCRIPTS,
            env=_environ(cell, folder),
            stdout=output,
            stderr=output,
            preexec_fn=_default_signals,
            start_new_session=True,
        )
    ended = False
    try:
        unanswered = _use(cell, server, process, port, folder)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(DEADLINE)
            ended = True
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return _outcome(folder, log.read_text(errors="replace"), unanswered, ended)


def _use(
    cell: Cell, server: Server, process: subprocess.Popen[bytes], port: int, folder: Path
) -> int:
    """Let it accept events, then begin its end; return the unanswered requests."""
    if server.ready == "line":
        _wait_until(lambda: b"READY" in (folder / "log").read_bytes(), process)
    if server.ready == "tasks":
        _wait_until(lambda: len(_accepted(folder)) >= FAST, process)
    if server.ready != "port":
        _send(process, cell.end)
        return 0
    _wait_until(lambda: listens(port), process)
    answered: List[int] = []
    for number in range(FAST):
        _ask(port, "fast", number, answered)
    asking = [
        threading.Thread(target=_ask, args=(port, "slow", FAST + number, answered))
        for number in range(SLOW)
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.3)  # not to be right, but to be in the midst of them
    _send(process, cell.end)
    for thread in asking:
        thread.join()
    if cell.end in ("SIGHUP", "max_requests"):
        _send(process, "SIGTERM")
    waits = server.graceful and cell.end in ("SIGTERM", "SIGHUP")
    return FAST + SLOW - len(answered) if waits else 0


def _send(process: subprocess.Popen[bytes], end: str) -> None:
    if end.startswith("SIG"):
        process.send_signal(getattr(signal, end.partition(",")[0]))


def _ask(port: int, pace: str, number: int, answered: List[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request("GET", f"/{pace}/{number}")
        if connection.getresponse().status == 200:
            answered.append(number)
    except (OSError, http.client.HTTPException):
        return  # its worker has left
    finally:
        connection.close()


def _outcome(folder: Path, log: str, unanswered: int, ended: bool) -> Outcome:
    accepted = _accepted(folder)
    written = [number for path in folder.rglob("*.jsonl") for number in _numbers(path)]
    lost = len(set(accepted) - set(written))
    counted = 0
    for found in _COUNTS.finditer(log):
        reasons: Dict[str, str] = dict(
            each.rsplit(" ", 1) for each in (found.group(2) or "").split(", ") if each
        )
        counted += sum(int(n) for reason, n in reasons.items() if not reason.startswith("queue_"))
    return Outcome(
        len(accepted),
        max(0, lost - counted),
        len(written) - len(set(written)),
        counted,
        unanswered,
        ended,
        log[-1500:],
    )


def _accepted(folder: Path) -> List[int]:
    try:
        return [int(line) for line in (folder / "accepted").read_text().splitlines()]
    except FileNotFoundError:
        return []


def _numbers(path: Path) -> Iterator[int]:
    for line in path.read_bytes().splitlines():
        yield from (row["n"] for row in json.loads(line)["data"])


def _environ(cell: Cell, folder: Path) -> Dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    blocked = folder / "blocked"
    blocked.write_text("where a folder is needed")
    storage = {"up": folder / "out", "refusing": _REFUSING, "blocked": blocked / "out"}
    environ.update(
        ACCEPTED=str(folder / "accepted"),
        AZUREML_MDC_ENABLED="true",
        MDC_SPOOL_DIR=str(folder / "spool"),
        MDC_STORAGE=str(storage[cell.destination]),
        PLACE=cell.place,
    )
    return environ


def _default_signals() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(signum, signal.SIG_DFL)


def _wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end or process.poll() is not None:
            return  # nothing is accepted, which the outcome says
        time.sleep(0.02)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False
