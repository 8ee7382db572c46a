"""Importing the old SDK's faces is cheap and leaves the process as it was."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

FACES = ("azureml.monitoring", "azureml.monitoring.modeldatacollector", "azureml.datacollector")

PROGRAM = """
import json, logging, signal, sys, threading

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
import {face}
loaded = [name for name in sys.modules
          if name.startswith(("azure.core", "azure.storage", "azure.identity", "requests", "flask",
                              "pyspark", "msal"))]
print(json.dumps([loaded, before == state()]))
"""


@pytest.mark.parametrize("face", FACES)
def test_import(face: str) -> None:
    """No azure package, no `requests`, no logging configuration, no handler, no thread."""
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(face=face)],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert json.loads(finished.stdout) == [[], True]
    assert finished.stderr == ""


def test_import_under_warnings_as_errors() -> None:
    """The faces themselves warn of nothing."""
    program = f"import numpy, pandas, warnings; warnings.simplefilter('error'); import {FACES[0]}"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
