"""A spool folder that only this user can read and change, with nothing planted in it."""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from .. import systems
from ..errors import SpoolFolderError

logger = logging.getLogger("mdc_core")

_WRITABLE_BY_OTHERS = 0o022


def prepare_folder(path: Path, setting: str) -> None:
    """Make a folder for a spool, below the folder that the setting names, or check them.

    Args:
        path: of the spool; the setting names its parent.
        setting: named in errors.

    Raises:
        SpoolFolderError: one of the two is a symbolic link, somebody else's or shared by all, or
            something in the spool is a link or somebody else's: it might be sent or followed.
        OSError: a folder cannot be made.
    """
    _check_folder(path.parent, setting)
    _check_folder(path, setting)
    if stat.S_IMODE(path.lstat().st_mode) != 0o700:
        path.chmod(0o700)
    for entry, why in planted(path):
        raise SpoolFolderError(
            f"{setting}: {entry} is {why}; nothing in the spool is sent or followed while it is "
            "there; valid: a spool that holds only files of this user; look at it and remove it"
        )


def refusal(path: Path, setting: str) -> Optional[str]:
    """Return why a folder that exists cannot hold or be a spool, None when it can.

    Args:
        path: of the folder; nothing is changed.
        setting: named in the answer.
    """
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return f"{setting}: {path} is a symbolic link; valid: a folder's own path"
    if not stat.S_ISDIR(found.st_mode):
        return f"{setting}: {path} is a file; valid: a folder"
    if systems.is_of_others(found):
        return (
            f"{setting}: {path} belongs to user {found.st_uid}, this process is user "
            f"{systems.user_id()}; valid: a folder of this user, or one that does not exist yet"
        )
    if found.st_mode & stat.S_ISVTX:
        return (
            f"{setting}: {path} is shared by all users; valid: a folder of its own, "
            f"such as {path / 'mdc-spool'}"
        )
    return None


def planted(root: Path) -> Iterator[tuple[Path, str]]:
    """Yield what this user's spool would never hold, and what it is."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            try:
                found = path.lstat()
            except FileNotFoundError:
                continue  # delivered by a process beside this one
            if stat.S_ISLNK(found.st_mode):
                yield path, "a symbolic link"
            elif systems.is_of_others(found):
                yield path, f"of user {found.st_uid}"
            elif not stat.S_ISDIR(found.st_mode) and not stat.S_ISREG(found.st_mode):
                yield path, "neither a file nor a folder"
            elif stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
                yield path, "a hard link to a file elsewhere"


def _check_folder(path: Path, setting: str) -> None:
    with contextlib.suppress(FileExistsError):  # a file, or a link to nothing: refused below
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    refused = refusal(path, setting)
    if refused:
        raise SpoolFolderError(refused)
    mode = path.lstat().st_mode
    if mode & _WRITABLE_BY_OTHERS:
        path.chmod(stat.S_IMODE(mode) & ~_WRITABLE_BY_OTHERS)
        logger.warning(
            "mdc-bridge: %s: %s could be written by other users; only this user can now",
            setting,
            path,
        )
