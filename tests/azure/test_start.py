"""What dead processes left is delivered from the start, whether events come or not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Callable, Dict, List

import pytest
from azure.storage.blob import ContainerClient

from azureml.ai.monitoring import Collector
from tests.azure.fault_proxy import FaultProxy

Blobs = Callable[[], Dict[str, bytes]]
Eventually = Callable[[Callable[[], object], str], None]
DEADLINE = 60.0
KILLED = """
import os, time, pandas
from azureml.ai.monitoring import Collector
import mdc_core
collector = Collector(name="model_inputs")
for number in range(5):
    collector.collect(pandas.DataFrame({"n": [number]}))
while sum(each.written for each in mdc_core.counts()) < 5:
    time.sleep(0.01)
os.kill(os.getpid(), 9)
"""

pytestmark = pytest.mark.usefixtures("to_account")


@pytest.fixture
def leave(proxy: FaultProxy) -> Callable[[], None]:
    """Leaves five events in the spool, of a process that is killed."""

    def run() -> None:
        proxy.refuse()
        died = subprocess.run(
            [sys.executable, "-c", KILLED],
            env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
            timeout=DEADLINE,
        )
        assert died.returncode == -signal.SIGKILL
        proxy.restore()

    return run


@pytest.fixture
def has_all(container: ContainerClient, blobs: Blobs) -> Callable[[], bool]:
    """Says whether the five events are there, once."""

    def look() -> bool:
        if not container.exists():
            return False
        lines = [line for content in blobs().values() for line in content.splitlines()]
        return sorted(row["n"] for line in lines for row in json.loads(line)["data"]) == [*range(5)]

    return look


def threads() -> List[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("mdc-")]


def test_a_collector_that_is_only_made_delivers_what_waits(
    leave: Callable[[], None], has_all: Callable[[], bool], eventually: Eventually
) -> None:
    """Nothing is collected; what was left arrives."""
    leave()
    Collector(name="model_inputs")
    eventually(has_all, "delivered")


def test_where_nothing_waits_no_thread_is_started() -> None:
    """A process that only imports a scoring script stays as it was."""
    before = threads()
    Collector(name="model_inputs")
    assert threads() == before


def test_a_forked_worker_delivers_what_waits(
    leave: Callable[[], None], has_all: Callable[[], bool], eventually: Eventually
) -> None:
    """Its collector was made by its parent, before anybody died."""
    Collector(name="model_inputs")
    leave()
    child = os.fork()
    if not child:
        time.sleep(DEADLINE)
        os._exit(0)
    try:
        eventually(has_all, "delivered")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
