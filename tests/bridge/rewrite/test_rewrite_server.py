"""Under the real inference server, rewritten scripts answer and collect as the unchanged ones."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from agreement import SCRIPTS, Collected, collected
from scored_requests import REQUESTS

from mdc_bridge.rewrite import rewrite

pytestmark = pytest.mark.newest_only

DEADLINE_SECONDS = 60.0
# The others differ from these in nothing that the server sees; each start takes two seconds.
SERVED = sorted(REQUESTS.keys() - {"default_designation", "texts"})


class Served(NamedTuple):
    """What came back for a script's requests, and what it collected."""

    answers: list[tuple[int, str]]
    collected: Collected


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Served, Served]]:
    """Serve every script unchanged and, in a copy, rewritten in place; some servers at a time."""
    folder = tmp_path_factory.mktemp("served")
    jobs = []
    for name in SERVED:
        for kind in ("unchanged", "rewritten"):
            script = folder / name / kind / "score.py"
            script.parent.mkdir(parents=True)
            script.write_bytes((SCRIPTS / f"{name}.py").read_bytes())
            jobs.append((name, script))
    rewriting = rewrite([folder / name / "rewritten" for name in SERVED], write=True)
    assert len(rewriting.files) == len(SERVED)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda job: _serve(*job), jobs))
    return dict(zip(SERVED, zip(results[::2], results[1::2])))


@pytest.mark.parametrize("name", SERVED)
def test_rewritten_script_agrees(name: str, served: dict[str, tuple[Served, Served]]) -> None:
    """Same answers; same collections, data for each request in order, and correlations."""
    unchanged, rewritten = served[name]
    assert rewritten.answers == unchanged.answers
    assert unchanged.collected.data
    assert rewritten.collected.data == unchanged.collected.data
    assert rewritten.collected.shared == unchanged.collected.shared


def _serve(name: str, script: Path) -> Served:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    destination = script.parent / "collected"
    environment = {**os.environ, "MDC_BRIDGE_MODE": "modern", "MDC_STORAGE": str(destination)}
    log = script.parent / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "azureml_inference_server_http.amlserver"),
                *("--entry_script", str(script), "--model_dir", str(script.parent)),
                *("--port", str(port), "--worker_count", "1"),
            ],
            cwd=script.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(server, port, log)
        answers = [_request(port, "POST", "/score", json.dumps(body)) for body in REQUESTS[name]]
        server.terminate()
        assert server.wait(30) == 0, log.read_text()
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    return Served(answers, collected(destination))


def _wait_until_healthy(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            if _request(port, "GET", "/", None)[0] == http.client.OK:
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the server was not healthy in time:\n{log.read_text()}")


def _request(port: int, method: str, path: str, body: str | None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()
