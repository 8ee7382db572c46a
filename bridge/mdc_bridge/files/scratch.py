"""Local folders for files on their way; those of processes that died are swept by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from mdc_core.systems import try_lock

_LOCK = ".lock"


@contextlib.contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """Yield a new empty folder that only this user can read, which is gone afterwards.

    Args:
        parent: made when missing.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    folder = parent / uuid.uuid4().hex
    descriptor = _own_lock(folder.with_suffix(_LOCK))
    try:
        folder.mkdir(0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_suffix(_LOCK).unlink(missing_ok=True)
        os.close(descriptor)


def _own_lock(path: Path) -> int:
    """Return the descriptor of a new lock file that nobody swept before it was locked."""
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        if try_lock(descriptor) and path.exists():
            return descriptor
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    for path in parent.glob(f"*{_LOCK}"):
        try:
            descriptor = os.open(path, os.O_RDWR)
        except OSError:  # swept by another, or another user's
            continue
        if try_lock(descriptor):
            shutil.rmtree(path.with_suffix(""), ignore_errors=True)
            path.unlink(missing_ok=True)
        os.close(descriptor)
