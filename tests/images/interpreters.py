"""Where the Pythons of this machine are."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

_SECONDS = 60.0
_ASK = "import ensurepip, ssl, sys; print('%d.%d' % sys.version_info[:2])"


@functools.cache
def find_interpreter(version: str) -> Optional[Path]:
    """Return a Python that makes environments, None where this machine has none.

    Looked for on the path, among pyenv's, and below `/opt` and `/usr/local`; each is asked who it
    is, because what stands on the path may be a shim of something that is not there.

    Args:
        version: such as `3.8`.
    """
    return next((path for path in _candidates(version) if _answers(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    name = f"python{version}"
    yield Path(sys.executable)
    found = shutil.which(name)
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for folder in sorted((pyenv / "versions").glob(f"{version}*"), key=_patch, reverse=True):
        yield folder / "bin" / name
    for root in ("/usr/local", "/opt", "/opt/homebrew"):
        yield Path(root, "bin", name)
        yield from sorted(Path(root).glob(f"*/bin/{name}"))


def _patch(folder: Path) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", folder.name))


def _answers(path: Path, version: str) -> bool:
    try:
        answer = subprocess.run(
            [str(path), "-c", _ASK], capture_output=True, check=False, text=True, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.strip() == version
