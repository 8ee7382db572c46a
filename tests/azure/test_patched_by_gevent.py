"""The delivery's thread where gevent has replaced Python's threads, sockets and child processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict

import pytest
from azure.storage.blob import ContainerClient

from tests.azure.azurite import Place

pytest.importorskip("gevent")
SCRIPT = """
from gevent import monkey
monkey.patch_all()
import sys
import pandas
from azureml.ai.monitoring import Collector
import mdc_core
collector = Collector(name="numbers")
for number in range(3):
    collector.collect(pandas.DataFrame({"n": [number]}))
sys.exit(not mdc_core.flush(60))
"""


def test_an_account_takes_all(
    through_proxy: Place,
    container: ContainerClient,
    blobs: Callable[[], Dict[str, bytes]],
    tmp_path: Path,
) -> None:
    """Nothing of the delivery needs a child process, which the main hub alone can have."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT],
        env={
            **os.environ,
            "PYTHONPATH": ":".join(sys.path),
            "MDC_STORAGE": through_proxy.connection_string.replace("127.0.0.1", "localhost"),
            "MDC_CONTAINER": container.container_name,
            "MDC_SPOOL_DIR": str(tmp_path / "spool"),
        },
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert b"".join(blobs().values()).count(b"\n") == 3
