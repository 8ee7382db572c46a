"""Workers that uWSGI forks in C, without telling Python."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port
from tests.reliability.ends import SCRIPTS, listens
from tests.waiting import wait_until

pytestmark = pytest.mark.newest_only
WORKERS = 3
REQUESTS = 60


@pytest.mark.timeout(60)
@pytest.mark.parametrize("hook", ["ours", "replaced"])
def test_forked_workers_have_ids_and_events_of_their_own(tmp_path: Path, hook: str) -> None:
    """Also where a script replaces the hook by which uWSGI tells of its forks."""
    pytest.importorskip("pyuwsgi")
    port = free_port()
    server = _start(port, tmp_path, hook)
    try:
        while not listens(port):
            assert server.poll() is None
            time.sleep(0.02)
        answers = [_ask(port, 0)]
        # The one that answered first is held, so that another must answer the next half.
        first = int(answers[0].split()[1])
        os.kill(first, signal.SIGSTOP)
        # Before it stops, it may still be the one whom the system wakes for a connection.
        wait_until(lambda: _is_stopped(first), "the first worker stops")
        answers += [_ask(port, number) for number in range(1, REQUESTS // 2)]
        os.kill(first, signal.SIGCONT)
        answers += [_ask(port, number) for number in range(REQUESTS // 2, REQUESTS)]
        # What a busy worker has accepted is written when it answers, not when it ends.
        written = _lines(tmp_path / "out")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    ids = [answer.split()[0] for answer in answers]
    assert len({answer.split()[1] for answer in answers}) > 1
    assert len(set(ids)) == REQUESTS
    assert sorted(line["data"][0]["n"] for line in written) == list(range(-1, REQUESTS))
    assert {line["correlationid"] for line in written} > set(ids)
    assert len({line["id"] for line in written}) == len(written)


@pytest.mark.parametrize("server", ["uwsgi", "gunicorn"])
def test_ids_are_made_ahead_where_forks_are_told_of(server: str) -> None:
    """Under uWSGI a thread that makes them would hold the interpreter where workers are forked."""
    code = (
        f"import sys; sys.modules[{server!r}] = sys\n"
        "from mdc_core import ids; ids.replenish(); print(len(ids._pool._waiting))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert (int(made.stdout) == 0) == (server == "uwsgi")


def _is_stopped(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(task.read_text().rpartition(") ")[2].startswith("T") for task in tasks)


def _start(port: int, folder: Path, hook: str) -> subprocess.Popen[bytes]:
    code = "import sys, pyuwsgi; pyuwsgi.run(sys.argv[1:])"
    options = ["--http-socket", f"127.0.0.1:{port}", "--master", "--processes", str(WORKERS)]
    options += ["--enable-threads", "--module", "forked_in_c", "--need-app"]
    environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"},
        "AZUREML_MDC_ENABLED": "true",
        "MDC_STORAGE": str(folder / "out"),
        "HOOK": hook,
    }
    return subprocess.Popen(
        [sys.executable, "-c", code, *options],
        cwd=SCRIPTS,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _ask(port: int, number: int) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", f"/{number}")
        return connection.getresponse().read().decode()


def _lines(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in folder.rglob("*.jsonl")
        for line in path.read_bytes().splitlines()
    ]
