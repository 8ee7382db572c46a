"""Folders of services, as teams have them, on which the real commands work."""

from __future__ import annotations

import contextvars
import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from freezegun import freeze_time

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.compare import compare
from mdc_bridge.status import ServiceStatus, status

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
MADE = datetime(2026, 11, 22, 23, tzinfo=timezone.utc)

SCRIPT = """\
import json

import numpy as np
from azureml.monitoring import ModelDataCollector


def init():
    global inputs
    inputs = ModelDataCollector("m", designation="inputs", feature_names=["x", "y"])


def run(body):
    data = np.array(json.loads(body)["data"])
    inputs.collect(data)
    return len(data)
"""
CONDA = """\
dependencies:
- python=3.8
- pip:
  - azureml-defaults==1.54.0
  - {package}
"""
DEPLOYMENT = """\
$schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
name: blue
endpoint_name: {endpoint}
data_collector:
  collections:
    model_inputs:
      enabled: 'True'
"""


class Service:
    """One service's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.collected = folder / "collected"
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the service."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def old(self) -> None:
        """Write a script and a conda file as AKS had them."""
        self.write("score.py", SCRIPT)
        self.write("conda.yml", CONDA.format(package="azureml-monitoring"))

    def installed(self) -> None:
        """Put mdc-bridge where azureml-monitoring stood."""
        self.write("conda.yml", CONDA.format(package="mdc-bridge"))

    def collect(self, mode: str, *times: str, name: str = "svc") -> None:
        """Collect one request at each time."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MDC_STORAGE", str(self.collected))
            patch.setenv("MDC_BRIDGE_MODE", mode)
            inputs = ModelDataCollector("m", "inputs", ["x"], webservice_name=name)
            for time in times:
                with freeze_time(time, real_asyncio=True):
                    contextvars.Context().run(inputs.collect, np.array([[0.5]]))
            assert mdc_core.flush(10)
            mdc_core.shutdown()

    def compare(self, made: datetime = MADE, **options: Any) -> dict[str, Any]:
        """Save a comparison, and return it."""
        report = compare(self.collected, self.collected, **options).to_json(made)
        self.write("compare.json", json.dumps(report))
        return report

    def deploy(self, endpoint: str = "svc") -> None:
        """Write the YAML of the endpoint."""
        self.write("endpoint/deployment.yml", DEPLOYMENT.format(endpoint=endpoint))

    def migrate(self) -> None:
        """Migrate the archive to where the JSONL is."""
        place = str(self.collected)
        assert run(["migrate", place, place, "--skip-existing"]) < 2

    def rewrite(self) -> None:
        """Rewrite the script."""
        assert run(["rewrite", "--write", str(self.folder / "score.py")]) == 0

    def finish(self) -> None:
        """Go all the way."""
        self.old()
        self.installed()
        self.collect("legacy", "2026-11-20T09:00:00")
        self.collect("dual", "2026-11-21T09:00:00", "2026-11-22T09:00:00")
        self.deploy()
        self.migrate()
        self.compare()
        self.rewrite()

    def status(self) -> ServiceStatus:
        """Return where it stands, among its neighbours."""
        report = status(self.folder.parent, now=NOW)
        return next(each for each in report.services if each.name == self.folder.name)

    def step(self, number: int) -> tuple[str, str]:
        """Return the state and text of one of its steps."""
        step = self.status().steps[number - 1]
        return step.state.value, step.text


def marks(service: ServiceStatus) -> str:
    """Return the states of the steps, a letter for each."""
    letters = {"done": "x", "left": "-", "unknown": "?", "unreadable": "!"}
    return "".join(letters[step.state.value] for step in service.steps)


def touch(path: Path, moment: datetime) -> None:
    """Give a file the time at which it was written."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))
