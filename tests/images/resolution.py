"""How long pip looks for versions that fit together, with our wheel among what it is asked for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

import uv

from .installation import run
from .interpreters import find_interpreter
from .locks import Image

LIMIT_SECONDS = 60.0
HEAD = (
    "asked for",
    "Python",
    "seconds",
    "seconds without mdc-bridge",
    "azure-core",
    "azure-identity",
    "azure-storage-blob",
)

_UNPINNED = ("azureml-defaults", "3.9")


class Resolution(NamedTuple):
    """What pip found.

    Attributes:
        asked_for: beside our wheel.
        python: such as `3.8`.
        seconds: it took; None where this machine has no such Python.
        alone: seconds it took without our wheel.
        found: version by package; empty where nothing was found.
        failure: what pip said then.
    """

    asked_for: str
    python: str
    seconds: Optional[float] = None
    alone: float = 0.0
    found: dict[str, str] = {}  # noqa: RUF012  never changed
    failure: str = ""

    @property
    def is_right(self) -> bool:
        """Something was found, in time."""
        return bool(self.found) and self.seconds is not None and self.seconds < LIMIT_SECONDS

    @property
    def row(self) -> tuple[str, ...]:
        """Its line of the table."""
        if self.seconds is None:
            return (self.asked_for, self.python, "not run", *[""] * (len(HEAD) - 3))
        versions = (self.found.get(name, "") for name in HEAD[4:])
        seconds = (f"{self.seconds:.0f}", f"{self.alone:.0f}")
        return (self.asked_for, self.python, *seconds, *versions)


def resolve_all(images: Sequence[Image], wheel: Path, home: Path) -> Iterator[Resolution]:
    """Yield what pip finds for each azureml-defaults and Python of the images, and unpinned."""
    pinned = [(f"azureml-defaults=={each.defaults}", each.python) for each in images]
    for asked_for, python in dict.fromkeys([*pinned, _UNPINNED]):
        yield _resolve(asked_for, python, wheel, home)


def _resolve(asked_for: str, version: str, wheel: Path, home: Path) -> Resolution:
    interpreter = find_interpreter(version)
    if interpreter is None:
        return Resolution(asked_for, version)
    folder = home / f"pip-{version}"
    python = folder / "bin" / "python"
    if not python.exists():
        run(
            uv.find_uv_bin(), "venv", "--quiet", "--seed", "--python", str(interpreter), str(folder)
        )
    alone, _, _ = _pip(python, asked_for)
    seconds, found, failure = _pip(python, str(wheel), asked_for)
    return Resolution(asked_for, version, seconds, alone, found, failure)


def _pip(python: Path, *requirements: str) -> tuple[float, dict[str, str], str]:
    """Return seconds, versions by package, and what pip says where it finds none."""
    report = python.parents[1] / "report.json"
    report.unlink(missing_ok=True)
    begun = time.monotonic()
    failure = ""
    try:
        run(
            *(str(python), "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"),
            *("--report", str(report), *requirements),
        )
    except RuntimeError as error:
        failure = str(error)
    return time.monotonic() - begun, _found(report), failure


def _found(report: Path) -> dict[str, str]:
    if not report.exists():
        return {}
    metadata = [each["metadata"] for each in json.loads(report.read_text("utf-8"))["install"]]
    return {each["name"].lower(): each["version"] for each in metadata}
