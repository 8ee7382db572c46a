"""An image as it was locked, and our wheel beside it, without a package of the image changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import uv

from .locks import Image

OURS = "mdc-bridge"
_SECONDS = 900.0
_NAME = re.compile(r"[-_.]+")


class Installed(NamedTuple):
    """An image with our wheel in it.

    Attributes:
        python: of the image.
        folder: of the environment; holds the logs.
        before: version by package, without our wheel.
        after: the same with it.
    """

    python: Path
    folder: Path
    before: Mapping[str, str]
    after: Mapping[str, str]

    @property
    def changed(self) -> list[str]:
        """What became of packages that were there before, such as `azure-core 1.19 -> 1.33`."""
        return [
            f"{name} {version} -> {self.after.get(name, 'gone')}"
            for name, version in self.before.items()
            if self.after.get(name) != version
        ]

    @property
    def came(self) -> list[str]:
        """What was missing and came with our wheel."""
        return [name for name in self.after if name not in self.before and name != OURS]


def install(image: Image, interpreter: Path, wheel: Path, home: Path) -> Installed:
    """Install an image and our wheel; what already exists stays.

    The wheel is installed as MIGRATION says: with pip of the image, which is held to what is there.

    Args:
        image: to be installed.
        interpreter: that makes the environment.
        wheel: of this checkout.
        home: has a folder for each image.

    Raises:
        RuntimeError: a command fails; its output is the message.
    """
    folder = home / image.name
    python = folder / "bin" / "python"
    lock = _Mark(folder / "lock.sha256", image.key)
    beside = _Mark(
        folder / "wheel.sha256", image.key + hashlib.sha256(wheel.read_bytes()).hexdigest()
    )
    before, after = folder / "before.txt", folder / "after.txt"
    if not lock.is_set:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        run(str(interpreter), "-m", "venv", str(folder))
    if not beside.is_set:
        beside.remove()
        requirements = folder / "lock.txt"
        requirements.write_text(image.text, "utf-8")
        sync = ("pip", "sync", "--quiet", "--python", str(python), str(requirements))
        run(uv.find_uv_bin(), *sync)
        lock.set()
        before.write_text(_freeze(python), "utf-8")
        run(str(python), "-m", "pip", "install", "--quiet", "-c", str(before), str(wheel))
        after.write_text(_freeze(python), "utf-8")
        beside.set()
    return Installed(python, folder, _versions(before), _versions(after))


def run(*command: str, **settings: str) -> str:
    """Return what a command prints.

    Raises:
        RuntimeError: it fails; what it printed is the message.
    """
    ended = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": "", "UV_PYTHON_DOWNLOADS": "never", **settings},
        capture_output=True,
        check=False,
        text=True,
        timeout=_SECONDS,
    )
    if ended.returncode:
        shown = " ".join(map(str, command))
        raise RuntimeError(f"{shown}\nended with {ended.returncode}\n{ended.stdout}{ended.stderr}")
    return ended.stdout


class _Mark:
    """A file that says for which key something was done."""

    def __init__(self, path: Path, key: str) -> None:
        self._path, self._key = path, key

    @property
    def is_set(self) -> bool:
        return self._path.exists() and self._path.read_text() == self._key

    def set(self) -> None:
        self._path.write_text(self._key)

    def remove(self) -> None:
        self._path.unlink(missing_ok=True)


def _freeze(python: Path) -> str:
    """Return what is installed; `pip freeze` has paths of a builder in place of some versions."""
    return run(str(python), "-m", "pip", "list", "--format=freeze")


def _versions(frozen: Path) -> dict[str, str]:
    found = {}
    for line in frozen.read_text("utf-8").splitlines():
        name, _, version = line.partition("==")
        found[_NAME.sub("-", name).lower()] = version
    return found
