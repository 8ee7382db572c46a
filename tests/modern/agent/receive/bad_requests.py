"""Sends raw requests, and says what is wrong with the answers."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import Phase, given, settings

from tests.modern.agent.receive.raw_requests import NONE, OK, Raw, raw_requests

if TYPE_CHECKING:
    from tests.modern.agent.agent_process import AgentProcess
    from tests.modern.agent.running import Running

_SECONDS = 20.0
NEVER = -1


def status_of(port: int, raw: Raw) -> int:
    """Send a request, and return the status of the first answer; 0 for none, -1 for an open end."""
    content = raw.content()
    with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as client:
        try:
            client.sendall(content)
            client.shutdown(socket.SHUT_WR)
            answer = client.recv(65536)
            while answer.startswith(b"HTTP/1.1 100"):
                answer = answer.partition(b"\r\n\r\n")[2] or client.recv(65536)
        except TimeoutError:
            return NEVER
        except OSError:
            return NONE  # it was cut off, before or after it had an answer
    return int(answer.split(b" ")[1]) if answer else NONE


def send_bad_requests(agent: Running | AgentProcess, count: int) -> list[str]:
    """Send many, and return what is wrong: statuses that are not right, lines that are missing.

    Args:
        agent: that receives them.
        count: how many.
    """
    wrong: list[str] = []
    stored = 0

    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate], derandomize=True
    )
    @given(raw_requests())
    def send(raw: Raw) -> None:
        nonlocal stored
        status = status_of(agent.port, raw)
        stored += status == OK
        if status not in raw.answers() | ({NONE} if len(raw.content()) > 60_000 else set()):
            wrong.append(f"{status} in place of {set(raw.answers())}: {raw.content()[:300]!r}")

    send()
    lines = len(agent.lines())
    text = agent.request("GET", "/metrics")[1]
    repeated = re.findall(r"^mdc_agent_repeated_events_total{.*} (.*)", text, re.MULTILINE)
    if stored > lines + sum(map(float, repeated)):
        wrong.append(f"{stored} were answered {OK}, {lines} are stored")
    if agent.request("GET", "/health")[0] != OK:
        wrong.append("it does not live any more")
    good = {"ce-type": "azureml.inference.model_inputs"}
    if agent.request("POST", "/modeldata/log", b"[1]", good)[0] != OK:
        wrong.append("it takes no good request any more")
    return wrong


def files_outside(root: Path) -> list[str]:
    """Return what was written beside the folders that are for it."""
    return [
        str(path)
        for path in root.rglob("*")
        if path.relative_to(root).parts[0] not in ("out", "spool")
        or (
            path.is_file()
            and path.relative_to(root).parts[0] == "out"
            and path.relative_to(root).parts[1:3] != ("modelDataCollector", "ep")
            and path.relative_to(root).parts[1] != ".mdc-bridge"
        )
    ]
