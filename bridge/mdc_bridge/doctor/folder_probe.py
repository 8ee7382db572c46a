"""A folder as destination: a file written to it, read and removed again."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from pathlib import Path

from mdc_core import systems

from .clock import check_offset
from .report import Check, MayChange, fail, ok_unless

_LITTLE_ROOM = 100 * 1024 * 1024
_CONTENT = b"mdc-bridge doctor\n"


def probe_folder(may_change: MayChange, name: str, folder: Path, setting: str) -> list[Check]:
    """Return checks of whether files can be written below a folder; test files are removed.

    Args:
        may_change: asked before something is changed.
        name: of the check.
        folder: made when missing, as the first event would, and removed again then.
        setting: where the folder comes from.
    """
    if not may_change():
        return []
    begun = time.time()
    try:
        with contextlib.ExitStack() as made:
            for each in (*reversed(folder.parents), folder):
                if not each.exists():
                    each.mkdir()
                    made.callback(_remove, each)
            written = _write_and_remove(folder / f".mdc-bridge-doctor-{uuid.uuid4().hex}")
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return [
            fail(
                name,
                f"{folder} ({setting}) cannot be written by user {systems.user_id()}: "
                f"{error.strerror or error} ({error.filename})",
                f"give the user the right to write there, or set {setting} to another folder",
            )
        ]
    found = f"{folder} ({setting}): written, read and removed; {free / 1024**2:,.0f} MB free"
    checks = [ok_unless("make room" if free < _LITTLE_ROOM else "", name, found)]
    # File systems count in steps of up to two seconds.
    if not begun - 2 <= written <= time.time() + 2:
        checks.append(check_offset(f"the file system of {folder}", begun - written))
    return checks


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):  # in use by now: then it is no longer ours
        folder.rmdir()


def _write_and_remove(path: Path) -> float:
    """Return the time that the file system gave the file, in seconds since the epoch."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, _CONTENT)
        os.fsync(descriptor)
        if systems.read_at(descriptor, len(_CONTENT), 0) != _CONTENT:
            raise OSError(None, "the test file read back differs from what was written", str(path))
        return os.fstat(descriptor).st_mtime
    finally:
        os.close(descriptor)
        path.unlink()
