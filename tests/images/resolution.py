"""How long pip looks for versions that fit together, with our wheel among what it is asked for."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

import uv

from . import original
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
        fails_alone: nothing is found without our wheel either.
    """

    asked_for: str
    python: str
    seconds: Optional[float] = None
    alone: float = 0.0
    found: dict[str, str] = {}  # noqa: RUF012  never changed
    failure: str = ""
    fails_alone: bool = False

    @property
    def is_right(self) -> bool:
        """Something was found in time, unless there is nothing to be found."""
        if self.seconds is None or self.seconds >= LIMIT_SECONDS:
            return False
        return bool(self.found) or self.fails_alone

    @property
    def row(self) -> tuple[str, ...]:
        """Its line of the table."""
        if self.seconds is None:
            return (self.asked_for, self.python, "not run", *[""] * (len(HEAD) - 3))
        versions = [self.found.get(name, "") for name in HEAD[4:]]
        if self.fails_alone:
            versions = ["nothing fits, without mdc-bridge either", "", ""]
        seconds = (f"{self.seconds:.0f}", f"{self.alone:.0f}")
        return (self.asked_for, self.python, *seconds, *versions)


def resolve_all(images: Sequence[Image], wheel: Path, home: Path) -> Iterator[Resolution]:
    """Yield what pip finds for each azureml-defaults and Python of the images, and unpinned."""
    wheels = {
        (f"azureml-defaults=={each.defaults}", each.python): original.beside(each, wheel, home)
        for each in images
    }
    for (asked_for, python), ours in {**wheels, _UNPINNED: wheel}.items():
        yield _resolve(asked_for, python, ours, home)


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
    alone, found_alone, _ = _pip(python, asked_for)
    seconds, found, failure = _pip(python, str(wheel), asked_for)
    return Resolution(asked_for, version, seconds, alone, found, failure, not found_alone)


def _pip(python: Path, *requirements: str) -> tuple[float, dict[str, str], str]:
    """Return seconds, versions by package, and what pip says where it finds none."""
    folder = python.parents[1] / "found"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    report = folder / "report.json"
    command = ["install", "--dry-run", "--ignore-installed", "--report", str(report)]
    if not _can_report(python):
        command = ["download", "--dest", str(folder)]
    begun = time.monotonic()
    failure = ""
    try:
        run(str(python), "-m", "pip", command[0], "--quiet", *command[1:], *requirements)
    except RuntimeError as error:
        failure = str(error)
    return time.monotonic() - begun, _found(folder), failure


def _can_report(python: Path) -> bool:
    """Return whether pip, of 22.2 or newer, looks for versions without a download."""
    version = run(str(python), "-m", "pip", "--version").split()[1]
    return tuple(map(int, version.split(".")[:2])) >= (22, 2)


def _found(folder: Path) -> dict[str, str]:
    report = folder / "report.json"
    if report.exists():
        installs = json.loads(report.read_text("utf-8"))["install"]
        metadata = [each["metadata"] for each in installs]
        return {each["name"].lower(): each["version"] for each in metadata}
    parts = [path.name.removesuffix(".tar.gz").split("-") for path in folder.iterdir()]
    return {name.lower().replace("_", "-"): version for name, version, *_ in parts}
