"""The core of mdc-bridge: rows, events, layouts, settings, queue, spool, destinations.

What applications may use is here; `mdc_core.testing` serves their tests.
"""

from .errors import (
    CollectionDisabledError,
    CollectionNameError,
    MdcError,
    QueueClosedError,
    QueueFullError,
    SettingsError,
    UnsupportedDataError,
)
from .runtime import counts, flush, shutdown
from .settings import Settings
from .transport.counters import Counts
from .version import __version__

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
