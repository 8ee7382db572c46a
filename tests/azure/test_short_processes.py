"""A process that ends as soon as it has collected: no thread is missing, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List

import pytest
from azure.storage.blob import ContainerClient

from tests.azure.azurite import Place
from tests.azure.collector_settings import endpoint_variables
from tests.azure.fault_proxy import FaultProxy
from tests.azure.recorder import KEEP, SILENT, Answer, recording

SCRIPT = Path(__file__).parent / "scripts" / "ending_early.py"
WHEN = ("at_once", "slowly", "in_handler")
DEADLINE = 120.0
Blobs = Callable[[], Dict[str, bytes]]
End = Callable[..., None]


@pytest.fixture
def end(tmp_path: Path, container: ContainerClient) -> End:
    """Runs the script with some settings; it ends in order and speaks of no loss."""

    def run(when: str, **settings: str) -> None:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(SCRIPT), when],
            env={
                **os.environ,
                "PYTHONPATH": ":".join(sys.path),
                "MDC_SPOOL_DIR": str(tmp_path / "spool"),
                "MDC_CONTAINER": container.container_name,
                **settings,
            },
            stderr=subprocess.PIPE,
            text=True,
            timeout=DEADLINE,
        )
        assert done.returncode == 0
        assert "Traceback" not in done.stderr
        assert "lost" not in done.stderr

    return run


def numbers(lines: List[bytes]) -> List[int]:
    """Return the numbers in lines, in order."""
    return sorted(row["n"] for line in lines for row in json.loads(line)["data"])


def spooled(root: Path) -> List[int]:
    """Return the numbers in a spool."""
    paths = [path for path in root.rglob("*.jsonl") if ".mdc-bridge" not in path.parts]
    return numbers([line for path in paths for line in path.read_bytes().splitlines()])


def delivered(container: ContainerClient, blobs: Blobs) -> List[int]:
    """Return the numbers in the account."""
    if not container.exists():
        return []
    return numbers([line for content in blobs().values() for line in content.splitlines()])


@pytest.mark.parametrize("when", WHEN)
def test_an_account_or_the_spool_has_them(
    when: str,
    end: End,
    through_proxy: Place,
    container: ContainerClient,
    blobs: Blobs,
    tmp_path: Path,
) -> None:
    """Each number is delivered, or waits in the spool where there was no time, and none is lost."""
    end(when, MDC_STORAGE=through_proxy.connection_string)
    there = delivered(container, blobs)
    assert set(there) | set(spooled(tmp_path / "spool")) == {0, 1, 2}
    assert len(there) == len(set(there))


@pytest.mark.parametrize("when", WHEN)
def test_an_account_that_does_not_answer_leaves_them_in_the_spool(
    when: str, end: End, proxy: FaultProxy, through_proxy: Place, tmp_path: Path
) -> None:
    """What waits stays for the next process."""
    proxy.swallow()
    end(when, MDC_STORAGE=through_proxy.connection_string)
    assert spooled(tmp_path / "spool") == [0, 1, 2]


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize("way", [KEEP, SILENT])
def test_a_collector_or_the_spool_has_them(when: str, way: str, end: End, tmp_path: Path) -> None:
    """Each event is posted, or waits in the spool; one that is not answered does both."""
    spool = tmp_path / "spool"
    with recording() as recorder:
        recorder.choose = lambda body: Answer(way=way)
        end(when, **endpoint_variables(recorder.port, spool))
        posted = [row["n"] for request in recorder.requests for row in request.data()]
    assert set(posted) | set(spooled(spool)) == {0, 1, 2}
    assert way == KEEP or spooled(spool) == [0, 1, 2]
