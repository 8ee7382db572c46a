"""What stands between a client and a scoring server: the agent and its peers, as processes."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .servers import Server, free_port, process, write_deployment

_AGENT = "from mdc_agent.cli import main; main()"
# Answers what is asked as fast as Python can; an event stream in steps of ten milliseconds.
_UPSTREAM = """
import asyncio, sys

BODY = b"[11055.977245525679, 4503.079536107787]"
FIELDS = b"Content-Type: application/json\\r\\nContent-Length: %d\\r\\n" % len(BODY)
ANSWER = b"HTTP/1.1 200 OK\\r\\n" + FIELDS + b"\\r\\n" + BODY
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\nConnection: close\\r\\n\\r\\n"

class Scoring(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.data = b""

    def data_received(self, data):
        self.data += data
        while (end := self.data.find(b"\\r\\n\\r\\n")) >= 0:
            head = self.data[:end].lower()
            if head.startswith(b"get /events"):
                self.data = b""
                self.transport.write(HEAD)
                self.stream(5)
                return
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\\r\\n", 1)[0]) if at >= 0 else 0
            if len(self.data) < end + 4 + length:
                return
            self.data = self.data[end + 4 + length :]
            self.transport.write(ANSWER)

    def stream(self, left):
        self.transport.write(b"data: x\\n\\n")
        if left:
            asyncio.get_running_loop().call_later(0.01, self.stream, left - 1)
        else:
            self.transport.close()

async def main():
    server = await asyncio.get_running_loop().create_server(Scoring, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()

try:
    import uvloop
    uvloop.run(main())
except ImportError:
    asyncio.run(main())
"""
_STARLETTE = """
import sys
import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

client = httpx.AsyncClient(base_url="http://127.0.0.1:" + sys.argv[2])

async def pass_on(request):
    sent = client.build_request(
        request.method, request.url.path, headers=request.headers.raw, content=await request.body()
    )
    answer = await client.send(sent, stream=True)
    headers = {k: v for k, v in answer.headers.items() if k != "connection"}
    return StreamingResponse(answer.aiter_raw(), answer.status_code, headers, background=None)

app = Starlette(routes=[Route("/{path:path}", pass_on, methods=["GET", "POST"])])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error")
"""
_NGINX = """
worker_processes 1; daemon off; master_process off; error_log stderr; pid nginx.pid;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000000;
  client_body_temp_path a; proxy_temp_path b; fastcgi_temp_path c; uwsgi_temp_path d;
  scgi_temp_path e;
  upstream scoring {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 0;
    location / {{
      proxy_pass http://scoring; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_request_buffering off;
    }}
  }}
}}
"""


@contextlib.contextmanager
def upstream(folder: Path) -> Iterator[Server]:
    """Run a server that answers at once."""
    port = free_port()
    folder.mkdir()
    with process([sys.executable, "-c", _UPSTREAM, str(port)], folder, port) as server:
        yield server


@contextlib.contextmanager
def splice(folder: Path, behind: int) -> Iterator[Server]:
    """Run the agent in front of a port, with all requests and responses logged to a folder."""
    port = free_port()
    folder.mkdir()
    write_deployment(folder)
    settings = {
        "listen": f"127.0.0.1:{free_port()}",
        "spool": "spool",
        "datastores": {"workspaceblobstore": {"folder": "out"}},
        "payload": {"listen": f"127.0.0.1:{port}", "upstream": f"127.0.0.1:{behind}"},
    }
    (folder / "agent.yaml").write_text(json.dumps(settings))
    files = ["--deployment", "deployment.yaml", "--settings", "agent.yaml"]
    with process([sys.executable, "-c", _AGENT, "run", *files], folder, port) as server:
        yield server


@contextlib.contextmanager
def nginx(folder: Path, behind: int) -> Iterator[Server | None]:
    """Run nginx as a plain proxy, where it is installed."""
    command = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if command is None:
        yield None
        return
    port = free_port()
    folder.mkdir()
    (folder / "nginx.conf").write_text(_NGINX.format(port=port, upstream=behind))
    with process([command, "-p", str(folder), "-c", "nginx.conf"], folder, port) as server:
        yield server


@contextlib.contextmanager
def starlette(folder: Path, behind: int) -> Iterator[Server | None]:
    """Run a proxy of Starlette and httpx, where they are installed."""
    if find_spec("starlette") is None or find_spec("httpx") is None:
        yield None
        return
    port = free_port()
    folder.mkdir()
    command = [sys.executable, "-c", _STARLETTE, str(port), str(behind)]
    with process(command, folder, port) as server:
        yield server
