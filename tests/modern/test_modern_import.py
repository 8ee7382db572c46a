"""Importing the new SDK's faces is cheap and leaves the process as it was."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forked_python import ForkedPython

FACES = (
    "azureml.ai.monitoring",
    "azureml.ai.monitoring.context",
    "azure.ai.monitoring",
    "azure.ai.monitoring.context",
)

PROGRAM = """
import json, logging, signal, sys, threading, warnings

def state():
    root = logging.getLogger()
    return [
        [repr(handler) for handler in root.handlers], root.level, logging.root.manager.disable,
        [name for name, logger in sorted(root.manager.loggerDict.items())
         if getattr(logger, "handlers", []) or getattr(logger, "level", 0)],
        repr(signal.getsignal(signal.SIGTERM)), threading.active_count(),
    ]

import numpy, pandas
before = state()
warnings.simplefilter("error")
import {face}
loaded = [name for name in sys.modules
          if name.startswith(("azure.core", "azure.storage", "azure.identity", "requests", "flask",
                              "pyspark", "msal", "mdc_bridge"))]
print(json.dumps([loaded, before == state()]))
"""


@pytest.fixture(scope="module")
def python() -> Iterator[ForkedPython]:
    """Runs the programs, with what takes long to import."""
    with ForkedPython(["numpy", "pandas"]) as python:
        yield python


@pytest.mark.parametrize("face", FACES)
def test_import(python: ForkedPython, face: str, tmp_path: Path) -> None:
    """No azure package, no `requests`, no logging configuration, no handler, thread or warning."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    finished = python.run(["-c", PROGRAM.format(face=face)], tmp_path, environ)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout) == [[], True]
