"""Files that commands write: whole or not at all, and never over another without --force."""

from __future__ import annotations

import contextlib
import os
import tempfile
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
    from ..files.permissions import public_mode

    check_free(path, force)
    name = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, public_mode())
        os.replace(name, path)
    except BaseException as error:
        if name is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
        if isinstance(error, OSError) and not isinstance(error, MdcError):
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
        raise


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
