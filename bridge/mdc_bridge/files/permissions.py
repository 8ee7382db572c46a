"""The permissions of files that are made by way of a temporary one."""

from __future__ import annotations

import os
import threading

# The mask can only be asked for by changing it, which all threads would see.
_asking = threading.Lock()


def public_mode() -> int:
    """Return the mode of an ordinary new file; temporary ones are for their owner only."""
    with _asking:
        mask = os.umask(0o022)
        os.umask(mask)
    return 0o666 & ~mask
