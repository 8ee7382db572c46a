"""What `platform` asks a child process is answered without one where gevent is.

Azure's packages name the platform in each request, and since Python 3.9 `platform.platform` starts
`uname -p` for that. Where gevent has replaced `subprocess`, this works in the thread of the main
hub alone: in a thread of the system it raises a TypeError, each time again, and at an exit a
RuntimeError.
"""

from __future__ import annotations

import contextlib
import platform
import sys


def leave_out_processor() -> None:
    """Let `platform` say that the processor is not known, as in most images, unless it is."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("subprocess") or sys.version_info < (3, 9):
        return  # before 3.9 it is known since `uuid` was imported
    # Where a later Python keeps it in another way it is asked as ever.
    with contextlib.suppress(AttributeError, TypeError):
        vars(platform.uname()).setdefault("processor", "")
