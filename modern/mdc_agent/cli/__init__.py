"""The command `mdc-agent`: one file for each subcommand."""

from __future__ import annotations

import sys

from .exits import FAILED, INTERRUPTED


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.version_info < (3, 10):  # noqa: UP036  # the wheel installs on older ones
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        print(  # noqa: T201  # rich may be missing
            f"mdc-agent needs Python 3.10 or newer, this is {version}; run it in an image of "
            "its own",
            file=sys.stderr,
        )
        sys.exit(FAILED)
    try:
        from .app import run
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mdc_"):
            raise
        print(  # noqa: T201  # as above
            f"mdc-agent needs packages that a scoring image does not have (no module "
            f"{error.name}); install them with: pip install 'mdc-bridge[agent]'",
            file=sys.stderr,
        )
        sys.exit(FAILED)
    sys.exit(run())
