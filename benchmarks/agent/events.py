"""Events received, each written before it is answered."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Optional

from ..table import digits, print_table
from .senders import CLIENTS
from .servers import agent, bare, peer

# Events per second.
_FIGURES = {"keep": 8_000, "new": 3_000}
_WAYS = {
    "keep": f"{CLIENTS} clients, kept connections",
    "new": f"{CLIENTS} clients, a new connection for each event",
}
_LIMIT = "aiohttp, nothing"
_OFFICIAL_EVENTS = 2_000
_OFFICIAL = """
import sys, time
import pandas
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.init import teardown

collector = Collector(name="model_inputs")
frame = pandas.DataFrame([[at + 0.5 for at in range(23)]]).add_prefix("feature_")
began = time.perf_counter()
for _ in range(int(sys.argv[1])):
    collector.collect(frame)
teardown(wait_for_flush=True)
print(int(sys.argv[1]) / (time.perf_counter() - began))
"""


def measure(folder: Path, rounds: int, seconds: float, official: Optional[str]) -> None:
    """Measure in interleaved rounds, and print the medians.

    Args:
        folder: for files.
        rounds: how many.
        seconds: of each measurement.
        official: the Python that has `azureml-ai-monitoring`; None to leave it out.
    """
    rates: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    costs: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        servers = {
            "agent": stack.enter_context(agent(folder / "agent")),
            "aiohttp, a line": stack.enter_context(peer(folder / "peer")),
            _LIMIT: stack.enter_context(bare(folder / "bare")),
        }
        for _ in range(rounds):
            for way in [*_WAYS, "official"] if official else _WAYS:
                for name, server in servers.items():
                    before = server.cpu_seconds()
                    if way == "official":
                        rate, count = _official_rate(str(official), server.port)
                    else:
                        rate, count = _rate(way, server.port, seconds)
                    rates[way, name].append(rate)
                    costs[way, name].append((server.cpu_seconds() - before) / count)
    rows = []
    for way, text in {**_WAYS, "official": "the official SDK's worker"}.items():
        if (way, "agent") in rates:
            found = [digits(median(rates[way, name])) for name in servers]
            found += [digits(1e6 * median(costs[way, name])) for name in servers]
            ratio = median(
                own / limit
                for own, limit in zip(costs[way, "agent"], costs[way, _LIMIT], strict=True)
            )
            figure = _FIGURES.get(way)
            rows.append([text, *found, f"{ratio:.1f}", f"at least {figure:,}" if figure else ""])
    print_table(
        f"Events per second, written before the answer; medians of {rounds} rounds",
        ["", *servers, *(f"us of CPU, {name}" for name in servers), "times the limit", "figure"],
        rows,
    )


def _rate(way: str, port: int, seconds: float) -> tuple[float, int]:
    command = [sys.executable, "-m", "benchmarks.agent.senders", way, str(port), str(seconds)]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=120)
    rate, count = answer.stdout.split()
    return float(rate), int(count)


def _official_rate(python: str, port: int) -> tuple[float, int]:
    environ = {
        **os.environ,
        "AZUREML_MDC_ENABLED": "true",
        "AZUREML_MDC_PORT": str(port),
        "AZUREML_MDC_QUEUE_CAPACITY": str(_OFFICIAL_EVENTS),
    }
    command = [python, "-c", _OFFICIAL, str(_OFFICIAL_EVENTS)]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=300, env=environ)
    return float(answer.stdout.split()[-1]), _OFFICIAL_EVENTS
