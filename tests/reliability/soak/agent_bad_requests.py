"""Bad requests to the collector service: lengths, smuggling, bombs, hang-ups, hostile names."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .row import Row

_MOST_GROWTH = 64 * 1024 * 1024
_MEMORY = "mdc_agent_process_resident_memory_bytes"


def run(short: bool) -> Row:
    """Send many to one process, and look at its answers, its files and its memory."""
    from tests.modern.agent.agent_process import AgentProcess, running
    from tests.modern.agent.receive.bad_requests import files_outside, send_bad_requests

    count = 200 if short else 20_000
    with tempfile.TemporaryDirectory() as folder:
        agent = AgentProcess(Path(folder))
        with running(agent):
            send_bad_requests(agent, 100)
            before = agent.metric(_MEMORY)
            wrong = send_bad_requests(agent, count)
            grown = agent.metric(_MEMORY) - before
            code = agent.end()
        mine = {"deployment.yaml", "agent.yaml", "log"}
        outside = [each for each in files_outside(Path(folder)) if Path(each).name not in mine]
    return Row(
        f"{count} bad requests over raw sockets",
        "right statuses, no crash, 0 files elsewhere, memory grows by less than 64 MB",
        f"{len(wrong)} wrong, exit code {code}, {len(outside)} files, {grown / 2**20:.0f} MB"
        + "".join(f"\n{each}" for each in wrong[:5]),
        not wrong and not outside and code == 0 and grown < _MOST_GROWTH,
    )
