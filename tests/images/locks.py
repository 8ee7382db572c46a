"""The locks of the images, and what their heads say.

A lock names every package that is in the image, as `NAME==VERSION`. Its head says what the image
was asked for:

    # python: 3.8
    # as of: 2021-10-15
    # asked for: azureml-defaults==1.34.0 numpy==1.18.5
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Optional

FOLDER = Path(__file__).parents[2] / "requirements" / "images"

_HEAD = re.compile(r"# ([a-z ]+): (.+)")
_PACKAGE = re.compile(r"([a-z0-9][a-z0-9.-]*)==(\S+)")
_KEYS = ("python", "as of", "asked for")


class Image(NamedTuple):
    """What one lock says.

    Attributes:
        name: of the lock, without its suffix.
        python: such as `3.8`.
        as_of: the day whose newest packages were taken.
        asked_for: requirements that were resolved.
        packages: version by name.
        text: of the lock.
    """

    name: str
    python: str
    as_of: str
    asked_for: tuple[str, ...]
    packages: dict[str, str]
    text: str

    @property
    def key(self) -> str:
        """What changes when the lock does."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def server(self) -> Optional[str]:
        """Version of the inference server; None where the image has Flask and gunicorn alone."""
        return self.packages.get("azureml-inference-server-http")

    @property
    def defaults(self) -> str:
        """Version of azureml-defaults."""
        return self.packages["azureml-defaults"]


def read_images(names: Sequence[str] = (), folder: Path = FOLDER) -> list[Image]:
    """Return the images, oldest first.

    Args:
        names: of those wanted; all where none is given.
        folder: of the locks.

    Raises:
        ValueError: there is no such lock, or one is not as it should be.
    """
    paths = {path.stem: path for path in folder.glob("*.txt")}
    unknown = sorted(set(names) - set(paths))
    if unknown:
        raise ValueError(f"no lock named {', '.join(unknown)}; valid: {', '.join(sorted(paths))}")
    images = [parse_lock(name, paths[name].read_text("utf-8")) for name in names or paths]
    return sorted(images, key=lambda one: (_numbers(one.defaults), _numbers(one.python)))


def parse_lock(name: str, text: str) -> Image:
    """Return what a lock says.

    Raises:
        ValueError: a line is neither of the head nor one package at one version.
    """
    head: dict[str, str] = {}
    packages: dict[str, str] = {}
    for line in text.splitlines():
        said = _HEAD.fullmatch(line)
        package = _PACKAGE.fullmatch(line)
        if said:
            head[said.group(1)] = said.group(2)
        elif package:
            packages[package.group(1)] = package.group(2)
        elif line.strip():
            raise ValueError(f"{name}: {line!r} is not a package at one version")
    missing = [key for key in _KEYS if key not in head]
    if missing:
        raise ValueError(f"{name}: the head does not say {', '.join(missing)}")
    return Image(
        name, head["python"], head["as of"], tuple(head["asked for"].split()), packages, text
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version))
