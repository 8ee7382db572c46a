"""The command `mdc-bridge`: one file for each subcommand, which calls the function of its name."""

from __future__ import annotations

import io
import sys

from .exits import FAILED, INTERRUPTED
from .startup import leave_at_interrupt, open_closed_streams

_TOO_OLD = (
    "mdc-bridge: the commands need Python 3.9 or newer, this is {}.{}; run them on another "
    "machine. Scoring works here; this command shows its settings: python -m mdc_bridge.doctor"
)
_MISSING = (
    "mdc-bridge: the command needs packages that a scoring image does not have (no module {}); "
    "install them with: pip install 'mdc-bridge[tools]'"
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    open_closed_streams()
    if sys.version_info < (3, 9):
        print(_TOO_OLD.format(*sys.version_info), file=sys.stderr)  # noqa: T201  # as below
        sys.exit(FAILED)
    leave_at_interrupt()
    try:
        sys.exit(_run())
    except KeyboardInterrupt:  # after a command, which has said what it did
        print("interrupted", file=sys.stderr)  # noqa: T201
        sys.exit(INTERRUPTED)


def _run() -> int:
    try:
        from .app import run
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mdc_"):
            raise
        print(_MISSING.format(error.name), file=sys.stderr)  # noqa: T201  # rich may be missing
        return FAILED
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr: told oddly, but told
    return run()
