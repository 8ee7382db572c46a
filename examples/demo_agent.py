"""`make demo-agent`: the collector service beside the inference server, on this machine.

Starts `mdc-agent` with a deployment file, serves `agent_score.py`, sends requests through the
agent, stops both, and reads back request, response, inputs and outputs of one id. Exit
code 1 when one is missing.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo_steps.server import ServerError, serving
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "examples" / "agent_score.py"
OUTPUT = ROOT / "demo-output" / "agent"
COLLECTED = OUTPUT / "collected"
COLLECTIONS = ("request", "response", "model_inputs", "model_outputs")
REQUESTS = 40
SECONDS = 30.0

DEPLOYMENT = """\
name: blue
endpoint_name: houses
type: kubernetes
instance_type: small
data_collector:
  collections:
    request: {enabled: 'True'}
    response: {enabled: 'True'}
    model_inputs: {enabled: 'True'}
    model_outputs: {enabled: 'True'}
  request_logging:
    capture_headers: [x-tenant]
"""


def main() -> int:
    """Run all steps and return the exit code."""
    begun = time.monotonic()
    console = Console(highlight=False)
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    events, payloads = _free_port(), _free_port()
    try:
        # Each needs the other's port: the server gets the agent's, and takes a free one.
        settings = {
            "AZUREML_MDC_CONFIG_PATH": str(OUTPUT / "mdc-config.json"),
            "AZUREML_MDC_PORT": str(events),
            "MDC_SPOOL_DIR": str(OUTPUT / "sdk-spool"),
        }
        _write_files(events, payloads, 0)
        _make_sdk_config()
        with serving(SCRIPT, OUTPUT, settings, 1, OUTPUT / "server.log") as server:
            _write_files(events, payloads, server.port)
            with _serving_agent(events) as agent:
                console.print(
                    f"Serving {_relative(SCRIPT)} with the agent in front of it and beside it:\n"
                    f"[cyan]  mdc-agent run --deployment {_relative(OUTPUT)}/deployment.yaml "
                    f"--settings {_relative(OUTPUT)}/agent.yaml[/]"
                )
                for number in range(REQUESTS):
                    _send(payloads, number)
                server.stop()
                text = _get(events, "/metrics")
                agent.send_signal(signal.SIGTERM)
                agent.wait(SECONDS)
    except (ServerError, OSError, subprocess.SubprocessError) as error:
        console.print(f"[bold red]Failed:[/] {error}")
        return 1
    console.print(f"Sent {REQUESTS} requests through it, and stopped both. Its counts were:")
    for line in text.splitlines():
        if line.startswith(("mdc_agent_events_total", "mdc_agent_errors_total")):
            console.print(f"[dim]  {line}[/]")
    lines = {name: _lines(name) for name in COLLECTIONS}
    missing = sum(_missing(lines, number) for number in range(REQUESTS))
    _show_one(console, lines, "order-7")
    _show_read(console)
    console.print(
        f"Files: [bold]{_relative(COLLECTED)}/[/]\n"
        f"{missing} of {REQUESTS * len(COLLECTIONS)} lines are missing. "
        f"Took {time.monotonic() - begun:.1f} s."
    )
    return 1 if missing else 0


def _write_files(events: int, payloads: int, upstream: int) -> None:
    (OUTPUT / "deployment.yaml").write_text(DEPLOYMENT)
    settings = {
        "listen": f"127.0.0.1:{events}",
        "spool": "spool",
        "datastores": {"workspaceblobstore": {"folder": "collected"}},
        "payload": {
            "listen": f"127.0.0.1:{payloads}",
            "upstream": f"127.0.0.1:{upstream or 5001}",
        },
    }
    (OUTPUT / "agent.yaml").write_text(json.dumps(settings, indent=1))


def _make_sdk_config() -> None:
    """Write the SDK's config file before the scoring server starts, as an init container would."""
    files = [str(OUTPUT / "deployment.yaml"), "--out", str(OUTPUT / "mdc-config.json")]
    command = [sys.executable, "-c", "from mdc_agent.cli import main; main()", "config", *files]
    subprocess.run(command, check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def _serving_agent(port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "from mdc_agent.cli import main; main()", "run"]
    files = ["--deployment", "deployment.yaml", "--settings", "agent.yaml"]
    with (OUTPUT / "agent.log").open("wb") as log:
        process = subprocess.Popen([*command, *files], cwd=OUTPUT, stderr=log, stdout=log)
    try:
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                _get(port, "/ready")
                break
            time.sleep(0.05)
        else:
            raise ServerError((OUTPUT / "agent.log").read_text())
        yield process
    finally:
        process.kill()
        process.wait()


def _send(port: int, number: int) -> None:
    houses = [{"rooms": number % 5 + at, "metres": 50 + number} for at in (1, 2)]
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/score?view=short",
        json.dumps({"data": houses}).encode(),
        {
            "Content-Type": "application/json",
            "x-request-id": f"order-{number}",
            "x-tenant": "north",
        },
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def _get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=SECONDS) as answer:
        text: str = answer.read().decode()
        return text


def _lines(collection: str) -> dict[str, dict[str, Any]]:
    files = COLLECTED.glob(f"modelDataCollector/houses/blue/{collection}/**/*.jsonl")
    lines = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    return {line["correlationid"]: line for line in lines}


def _missing(lines: dict[str, dict[str, dict[str, Any]]], number: int) -> int:
    return sum(f"order-{number}" not in lines[name] for name in COLLECTIONS)


def _show_one(console: Console, lines: dict[str, dict[str, dict[str, Any]]], identity: str) -> None:
    table = Table(title=f"What is stored of the request {identity}", title_justify="left")
    for column in ("collection", "data", "beside it"):
        table.add_column(column, overflow="fold")
    for name in COLLECTIONS:
        line = lines[name].get(identity, {})
        shown = ("path", "method", "xtenant", "contentrange", "agent")
        beside = ", ".join(f"{key}={line[key]}" for key in shown if key in line)
        table.add_row(name, json.dumps(line.get("data")), beside)
    console.print(table)


def _show_read(console: Console) -> None:
    command = ["read", str(COLLECTED), "--join", ",".join(COLLECTIONS), "--limit", "4"]
    console.print(f"[cyan]  mdc-bridge {' '.join(command).replace(str(ROOT) + '/', '')}[/]")
    code = "from mdc_bridge.cli import main; main()"
    answer = subprocess.run(
        [sys.executable, "-c", code, *command], capture_output=True, text=True, timeout=60
    )
    console.print(answer.stdout + answer.stderr, markup=False)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
