"""Every exception this project raises; each is also the nearest built-in one."""

from __future__ import annotations


class MdcError(Exception):
    """Base of all errors raised by mdc-bridge.

    Attributes:
        reason: under which an event lost to this error is counted.
    """

    reason = "error"


class SettingsError(MdcError, ValueError):
    """A setting makes no sense; the message names it and says what is valid."""


class SpoolFolderError(SettingsError, PermissionError):
    """The spool folder is not this user's alone; what waits is kept in memory until it is."""


class CollectionDisabledError(MdcError, RuntimeError):
    """The data were offered to a collector, or a collection, that is switched off."""

    reason = "disabled"


class CollectionNameError(MdcError, ValueError):
    """A collector was made without a collection name."""


class UnsupportedDataError(MdcError, TypeError):
    """The data are of a type that cannot be collected."""

    reason = "unsupported_type"


class ContextError(MdcError, ValueError):
    """A correlation context makes no sense."""

    reason = "bad_context"


class CellError(MdcError, ValueError):
    """A cell raised something that is not an `Exception` when it was copied or looked at."""


class QueueFullError(MdcError, RuntimeError):
    """The queue is at its bound of events or bytes; the event was not accepted."""

    reason = "queue_full"


class QueueClosedError(MdcError, RuntimeError):
    """The collector was shut down; the event was not accepted."""

    reason = "queue_closed"


class StoreError(MdcError, OSError):
    """A folder or storage account cannot be read or written."""


class UnreadableFileError(StoreError):
    """One file cannot be read; the others of its tree may."""


class MissingFileError(StoreError, FileNotFoundError):
    """A file, folder or container that was named does not exist."""


class SpoolFullError(StoreError):
    """What waits for a destination leaves no room; the event was not accepted."""

    reason = "spool_full"


class PlanError(MdcError, ValueError):
    """A plan of a migration makes no sense, or does not fit what is there."""
