"""The core of mdc-bridge: rows, events, layouts, settings, queue, spool, destinations.

What applications may use is here; `mdc_core.testing` serves their tests. All but the exceptions is
imported when it is first asked for, so that the commands start without pandas and the queue.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from .errors import (
    CollectionDisabledError,
    CollectionNameError,
    MdcError,
    QueueClosedError,
    QueueFullError,
    SettingsError,
    UnsupportedDataError,
)
from .version import __version__

# Python 3.6 does not ask a module for names that it lacks.
if TYPE_CHECKING or sys.version_info < (3, 7):
    from .runtime import counts, flush, shutdown
    from .settings import Settings
    from .transport.counters import Counts

__all__ = [
    "CollectionDisabledError",
    "CollectionNameError",
    "Counts",
    "MdcError",
    "QueueClosedError",
    "QueueFullError",
    "Settings",
    "SettingsError",
    "UnsupportedDataError",
    "__version__",
    "counts",
    "flush",
    "shutdown",
]

_HOMES = {
    "Counts": "transport.counters",
    "Settings": "settings",
    "counts": "runtime",
    "flush": "runtime",
    "shutdown": "runtime",
}


def __getattr__(name: str) -> Any:
    """Import a name from the module that makes it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
