"""What ties the old SDK to the new one while scoring, and the commands of the migration."""

import sys

__all__ = ["__version__"]

# As of `typing`, which is not imported: a command is ready for Ctrl-C the sooner.
TYPE_CHECKING = False
# Python 3.6 does not ask a module for names that it lacks.
if TYPE_CHECKING or sys.version_info < (3, 7):
    from mdc_core.version import __version__


def __getattr__(name: str) -> str:
    """Import the version when it is asked for."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from mdc_core.version import __version__

    return __version__
