"""Files that commands write: whole or not at all, and never over another without --force."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from mdc_core.errors import MdcError, SettingsError, StoreError


@contextlib.contextmanager
def writing(path: Path, force: bool) -> Iterator[BinaryIO]:
    """Yield a stream whose content is the file's once the block has ended without an error.

    Raises:
        SettingsError: see `check_free`.
        StoreError: it cannot be written.
    """
    from ..files.atomic import replacing

    check_free(path, force)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as stream:
            yield stream
    except OSError as error:
        if isinstance(error, MdcError):
            raise
        raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None


def check_free(path: Path, force: bool) -> None:
    """Refuse a file that is there, before the work is done for which it is asked.

    Raises:
        SettingsError: the file is there and `force` is not given, or it is none: a folder, pipe
            or device.
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "not a regular file"
        raise SettingsError(f"{path} is {what}; valid: the name of a file")
    if path.exists() and not force:
        raise SettingsError(f"{path} already exists; --force overwrites it")
