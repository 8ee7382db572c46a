"""The agent; its peer, aiohttp with the least that receiving is; and the limit, aiohttp alone."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_DEPLOYMENT = """\
name: blue
endpoint_name: bench
type: kubernetes
instance_type: small
data_collector:
  collections:
    model_inputs: {enabled: 'True'}
    request: {enabled: 'True'}
    response: {enabled: 'True'}
"""
_AGENT = "from mdc_agent.cli import main; main()"
# Checks that the body is JSON, and has the line in the file before it answers: no ids, no bounds.
_PEER = """
import os, sys
import orjson
from aiohttp import web

file = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

async def log(request):
    body = await request.read()
    orjson.loads(body)
    os.write(file, b'{"id":"%s","data":%s}\\n' % (request.headers["trace-id"].encode(), body))
    return web.Response()

app = web.Application()
app.router.add_post("/modeldata/log", log)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""
# The limit: what aiohttp takes for a request, and an answer that says nothing.
_BARE = """
import asyncio, sys
from aiohttp import web

async def answer(request):
    return web.Response()

async def main():
    loop = asyncio.get_running_loop()
    server = web.Server(answer, access_log=None, auto_decompress=False)
    await loop.create_server(server, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    await asyncio.Event().wait()

try:
    import uvloop
    uvloop.run(main())
except ImportError:
    asyncio.run(main())
"""
_SECONDS = 60.0


class Server(NamedTuple):
    """A process that listens.

    Attributes:
        port: at which.
        pid: of it.
    """

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Return the CPU that it has taken so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def agent(folder: Path) -> Iterator[Server]:
    """Run the agent with a folder as destination."""
    port = free_port()
    folder.mkdir()
    write_deployment(folder)
    settings = {
        "listen": f"127.0.0.1:{port}",
        "spool": "spool",
        "datastores": {"workspaceblobstore": {"folder": "out"}},
    }
    (folder / "agent.yaml").write_text(json.dumps(settings))
    files = ["--deployment", "deployment.yaml", "--settings", "agent.yaml"]
    with process([sys.executable, "-c", _AGENT, "run", *files], folder, port) as server:
        yield server


@contextlib.contextmanager
def peer(folder: Path) -> Iterator[Server]:
    """Run the peer."""
    port = free_port()
    folder.mkdir()
    with process([sys.executable, "-c", _PEER, str(port), "lines.jsonl"], folder, port) as server:
        yield server


@contextlib.contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """Run aiohttp with a handler that does nothing."""
    port = free_port()
    folder.mkdir()
    with process([sys.executable, "-c", _BARE, str(port)], folder, port) as server:
        yield server


def write_deployment(folder: Path) -> None:
    """Write the deployment file that the agent follows."""
    (folder / "deployment.yaml").write_text(_DEPLOYMENT)


@contextlib.contextmanager
def process(command: list[str], folder: Path, port: int) -> Iterator[Server]:
    """Run a command in a folder until the block ends; it listens when the block begins."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, env=os.environ)
    try:
        deadline = time.monotonic() + _SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.02)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(_SECONDS)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
