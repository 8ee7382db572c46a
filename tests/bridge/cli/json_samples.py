"""What every command prints with `--json`, of inputs in which each field has a value."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from tests.bridge.status.shop import SCRIPT, Service

FLAT = SCRIPT.replace('"x", "y"', '"x"')
DEPLOY = """\
from azureml.core.webservice import AksWebservice
config = AksWebservice.deploy_configuration(collect_model_data=True, autoscale_enabled=True)
"""
MLMODEL = """\
flavors: {python_function: {loader_module: mlflow.sklearn}}
mlflow_version: 3.17.2
signature:
  inputs: '[{"type": "long", "name": "age"}, {"type": "double", "name": "income"}]'
  outputs: '[{"type": "double", "name": "p"}]'
"""


class Printed:
    """Runs commands and keeps what they print.

    Args:
        root: an empty folder.
        capsys: of the test.
    """

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._root = root
        self._capsys = capsys

    def by(self, command: str, *arguments: object) -> Any:
        """Return what a command prints."""
        self._capsys.readouterr()
        run([command, *map(str, arguments), "--json"])
        return json.loads(self._capsys.readouterr().out)

    def check(self) -> list[Any]:
        """Scripts, an environment, and one that cannot be read."""
        service = Service(self._root / "check")
        service.old()
        service.write("score.py", FLAT)
        service.write("broken.py", "def (")
        return [self.by("check", service.folder)]

    def rules(self) -> list[Any]:
        """All rules."""
        return [self.by("check", "--list-rules"), self.by("check", "--explain", "MDC304")]

    def doctor(self) -> list[Any]:
        """Of the container in which the tests run."""
        return [self.by("doctor")]

    def compare(self) -> list[Any]:
        """Sides with every kind of difference."""
        service = Service(self._root / "compare")
        self._collect(service)
        (inputs,) = service.collected.glob("modeldata/**/inputs/**/*.csv")
        inputs.write_bytes(inputs.read_bytes().replace(b"x,y", b"x,z", 1) + b'1,a"b\r\n')
        (lines,) = service.collected.glob("modelDataCollector/**/model_inputs/**/*.jsonl")
        text = lines.read_text().replace('"x":1.0', '"x":9.0').splitlines(keepends=True)
        lines.write_text("".join([*text[1:], "{]\n"]))
        (lines,) = service.collected.glob("modelDataCollector/**/model_outputs/**/*.jsonl")
        lines.write_text("".join(lines.read_text().splitlines(keepends=True)[:-2]))
        lines.with_name("odd.parquet").write_bytes(b"PAR1")
        service.write("collected/modeldata/odd.csv", "a\n1\n")
        place = service.collected
        return [
            self.by("compare", place, place),
            self.by("compare", place, place, "--since", "2020-01-01", "--until", "2200-01-01"),
        ]

    def deployment(self) -> list[Any]:
        """Code with something to say about."""
        service = Service(self._root / "deployment")
        return [self.by("deployment", service.write("deploy.py", DEPLOY))]

    def plan(self) -> list[Any]:
        """An archive with a file of no layout."""
        return [self.by("plan", self._archive("plan").collected)]

    def migrate(self) -> list[Any]:
        """With rejected rows, files that the plan does not name, and others of no layout."""
        service = self._archive("migrate")
        plan = self.by("plan", service.collected)
        plan["datasets"] = plan["datasets"][:1]
        path = service.write("plan.yaml", yaml.safe_dump(plan))
        return [self.by("migrate", service.collected, self._root / "new", "--plan", path)]

    def verify(self) -> list[Any]:
        """Of a destination that was tampered with."""
        self._migrated("verify")
        new = self._root / "verified"
        first, second, *_ = sorted(new.rglob("*.jsonl"))
        first.write_bytes(first.read_bytes() + b"\n")
        second.with_name(second.stem[:-1] + "9.jsonl").write_bytes(second.read_bytes())
        second.unlink()
        _note_another(new)
        return [self.by("migrate", self._root / "verify/collected", new, "--verify")]

    def undo(self) -> list[Any]:
        """Of a destination of which a file was changed."""
        self._migrated("undo")
        new = self._root / "verified"
        first = min(new.rglob("*.jsonl"))
        first.write_bytes(first.read_bytes() + b"\n")
        _note_another(new)
        return [self.by("migrate", self._root / "undo/collected", new, "--undo")]

    def read(self) -> list[Any]:
        """One collection, and two joined."""
        service = Service(self._root / "read")
        self._collect(service)
        return [self.by("read", service.collected, "-c", "model_inputs")]

    def rewrite(self) -> list[Any]:
        """Scripts that are rewritten, left alone, and not read."""
        service = Service(self._root / "rewrite")
        service.old()
        service.write("made.py", SCRIPT.replace("inputs.collect(data)", "print(inputs.other)"))
        service.write("broken.py", "def (")
        return [self.by("rewrite", service.folder)]

    def status(self) -> list[Any]:
        """A service that is done, one that is not, and one of which nothing is known."""
        done = Service(self._root / "status/done")
        done.finish()
        left = Service(self._root / "status/left")
        left.collect("legacy", "2019-01-01T09:00:00")
        left.deploy("FILL_IN")
        entries = [{"name": "done", "scripts": 3}]
        path = self._root / "services.yaml"
        path.write_text(yaml.safe_dump({"services": entries}))
        return [self.by("status", self._root / "status"), self.by("status", path)]

    def mlflow_score(self) -> list[Any]:
        """A model with a signature."""
        folder = self._root / "churn"
        folder.mkdir()
        (folder / "MLmodel").write_text(MLMODEL)
        return [self.by("mlflow-score", folder)]

    def all(self) -> dict[str, Callable[[], list[Any]]]:
        """Return the sections of the page, and what makes their samples."""
        return {
            "check": self.check,
            "check --list-rules, check --explain": self.rules,
            "doctor": self.doctor,
            "compare": self.compare,
            "deployment": self.deployment,
            "plan": self.plan,
            "migrate": self.migrate,
            "migrate --verify": self.verify,
            "migrate --undo": self.undo,
            "read": self.read,
            "rewrite": self.rewrite,
            "status": self.status,
            "mlflow-score": self.mlflow_score,
        }

    def _collect(self, service: Service) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MDC_STORAGE", str(service.collected))
            patch.setenv("MDC_BRIDGE_MODE", "dual")
            inputs = ModelDataCollector("m", "inputs", ["x", "y"], webservice_name="svc")
            outputs = ModelDataCollector("m", "predictions", ["p"], webservice_name="svc")
            for at in range(4):
                inputs.collect(np.array([[float(at), 0.5]]))
                outputs.collect(np.array([[0.5 + at]]))
            assert mdc_core.flush(10)
            mdc_core.shutdown()

    def _archive(self, name: str) -> Service:
        service = Service(self._root / name)
        self._collect(service)
        for path in service.collected.glob("modeldata/**/*.csv"):
            path.write_bytes(path.read_bytes() + b'1,a"b\r\n')
        service.write("collected/modeldata/odd.csv", "a\n1\n")
        return service

    def _migrated(self, name: str) -> None:
        service = Service(self._root / name)
        self._collect(service)
        options = [str(service.collected), str(self._root / "verified")]
        run(["migrate", *options, "--no-skip-existing"])


def _note_another(destination: Path) -> None:
    """Note a unit of another archive at a destination."""
    note = min((destination / ".mdc-bridge/migrate").glob("*.json"))
    noted = {**json.loads(note.read_text()), "archive": "file:///other"}
    note.with_name(f"{'f' * 32}.json").write_text(json.dumps(noted))


def fields_of(value: Any, known: Collection[str], path: str = "") -> dict[str, set[str]]:
    """Return the fields of a JSON value, each with the types of its values.

    Args:
        value: the value.
        known: fields; `{}` in them stands for keys that are names of the user's, and `[]` for the
            elements of a list.
        path: of the value.
    """
    found: dict[str, set[str]] = {}
    if isinstance(value, dict):
        for key, each in value.items():
            name = f"{path}.{key}" if path else key
            if not _is_known(name, known) and _is_known(f"{path}{{}}", known):
                name = f"{path}{{}}"
            _add(found, fields_of(each, known, name))
    elif isinstance(value, list):
        for each in value:
            _add(found, fields_of(each, known, f"{path}[]"))
    elif value is not None or not _has_parts(path, known):
        found[path] = {_TYPES[type(value)]}
    return found


def _add(found: dict[str, set[str]], others: dict[str, set[str]]) -> None:
    for name, types in others.items():
        found.setdefault(name, set()).update(types)


def _is_known(path: str, known: Collection[str]) -> bool:
    return path in known or _has_parts(path, known)


def _has_parts(path: str, known: Collection[str]) -> bool:
    return any(each.startswith((f"{path}.", f"{path}[", f"{path}{{")) for each in known)


_TYPES = {
    str: "text",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}
