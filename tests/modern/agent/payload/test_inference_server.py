"""The real inference server: request, response, inputs and outputs have one id."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.modern.agent.payload.payload_peers import agent_before
from tests.ports import free_port

pytestmark = pytest.mark.newest_only

DEADLINE_S = 60
SCRIPT = """
import json
import pandas
from azureml.ai.monitoring import Collector

def init():
    global inputs, outputs
    inputs = Collector(name="model_inputs")
    outputs = Collector(name="model_outputs")

def run(data):
    rows = json.loads(data)["data"]
    if rows == "fail":
        raise ValueError("no rows")
    context = inputs.collect(pandas.DataFrame(rows))
    outputs.collect(pandas.DataFrame({"p": [sum(row) for row in rows]}), context)
    return [sum(row) for row in rows]
"""
DEPLOYMENT = """
endpoint_name: ep
name: blue
data_collector:
  collections:
    request: {enabled: 'True'}
    response: {enabled: 'True'}
"""


@contextmanager
def inference_server(folder: Path, **variables: str) -> Iterator[tuple[str, int]]:
    """The server with the script, in a process of its own."""
    (folder / "score.py").write_text(SCRIPT)
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "azureml_inference_server_http"),
            *("--entry_script", str(folder / "score.py"), "--port", str(port)),
        ],
        cwd=folder,
        env={
            **environ,
            "MDC_STORAGE": str(folder / "out"),
            "AML_APP_ROOT": str(folder),
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                if ask(("127.0.0.1", port), "GET", "/")[0] == 200:
                    break
            except OSError:
                assert server.poll() is None, server.communicate()[0]
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield "127.0.0.1", port
    finally:
        server.terminate()
        server.communicate(timeout=DEADLINE_S)


def ask(
    address: tuple[str, int], method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(*address, timeout=DEADLINE_S)
    try:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, fields)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def score_all(address: tuple[str, int]) -> list[str]:
    """Send one request with an id, one without, and one that fails; return their ids."""
    status, headers, body = ask(
        address, "POST", "/score?a=1", {"data": [[1, 2]]}, x_request_id="order-1"
    )
    assert (status, headers["x-request-id"], json.loads(body)) == (200, "order-1", [3])
    status, headers, _ = ask(address, "POST", "/score", {"data": [[3, 4], [5, 6]]})
    assert status == 200
    assert ask(address, "POST", "/score", {"data": "fail"}, x_request_id="order-3")[0] == 500
    return ["order-1", headers["x-request-id"]]


def lines_of(out: Path, collection: str) -> list[dict[str, Any]]:
    files = out.glob(f"modelDataCollector/*/*/{collection}/**/*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return sorted(lines, key=lambda line: str(line["time"]))


def test_one_id_joins_all(tmp_path: Path) -> None:
    """Behind the splice, and with the log inside, which one variable switches on: the same lines.

    The server is as it is, and its script too; the id is the client's, or the server's own.
    """
    (tmp_path / "deployment.yaml").write_text(DEPLOYMENT)
    (tmp_path / "agent.yaml").write_text("datastores:\n  workspaceblobstore: payloads\n")
    variables = {
        "GUNICORN_CMD_ARGS": "--config python:mdc_agent.middleware.gunicorn",
        "MDC_AGENT_DEPLOYMENT": str(tmp_path / "deployment.yaml"),
        "MDC_AGENT_SETTINGS": str(tmp_path / "agent.yaml"),
    }
    with inference_server(tmp_path, **variables) as upstream, agent_before(upstream) as agent:
        ids = score_all(agent.address)
        agent.close(grace_s=10)
    for collection, expected in (
        ("request", ids),
        ("response", ids),
        ("failures", ["order-3"]),
    ):
        events = agent.store.of(collection)
        lines = lines_of(tmp_path / "payloads", collection)
        assert [event.request_id for event in events] == expected
        assert sorted(line["xrequestid"] for line in lines) == sorted(expected)
        if collection != "failures":  # they tell of times
            data = {event.request_id: json.loads(event.data) for event in events}
            assert {line["xrequestid"]: line["data"] for line in lines} == data
            assert {line["contentrange"] for line in lines} == {
                event.content_range for event in events
            }
    (row,) = json.loads(agent.store.of("failures")[0].data)
    assert (row["status"], row["request"]) == (500, {"data": "fail"})
    for collection in ("model_inputs", "model_outputs"):
        lines = lines_of(tmp_path / "out", collection)
        assert sorted(line["xrequestid"] for line in lines) == sorted(ids)
