"""Local files that are there as a whole or not at all, by way of a temporary one beside them."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# The mask can only be asked for by changing it, which all threads would see.
_asking = threading.Lock()


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream whose content is the file's once the block has ended without an error."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        put(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def put(temporary: Path, path: Path) -> None:
    """Move a file to its place: synced, and with the mode of an ordinary new file."""
    with open(temporary, "r+b") as stream:  # Windows syncs nothing that is open for reading only
        os.fsync(stream.fileno())
    with _asking:
        mask = os.umask(0o022)
        os.umask(mask)
    os.chmod(temporary, 0o666 & ~mask)
    os.replace(temporary, path)
