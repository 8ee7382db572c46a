"""`python -m mdc_bridge.doctor`: the report as plain text, without the extra `tools`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from .examination import doctor


def main() -> int:
    """Print the report and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m mdc_bridge.doctor",
        description=__doc__,
        epilog="Exit codes: 0 ok, 1 warnings, 2 failures.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    report = doctor()
    if arguments.json:
        sys.stdout.write(json.dumps(report.to_json(), indent=2) + "\n")
    else:
        sys.stdout.write(report.as_text(shutil.get_terminal_size().columns))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
