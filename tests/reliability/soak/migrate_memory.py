"""The most memory that one process of a migration takes for one large file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.archives.large import FOLDER, write_large

from .row import Row

_MB = 1_000_000
_LIMIT = 500 * _MB
# The process tells by itself: what `getrusage` tells of a child is never less than its parent had.
_MIGRATE = """
import re, sys
from pathlib import Path
from mdc_bridge.migrate import migrate

migrate(sys.argv[1], sys.argv[2], jobs=1)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def run(short: bool) -> Row:
    """Migrate a file without a plan, so that one is made from all of its rows."""
    size = (50 if short else 2000) * _MB
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "modeldata"
        rows = write_large(archive / FOLDER / "2019/06/01/data.csv", size, "runs")
        command = [sys.executable, "-c", _MIGRATE, str(archive), str(folder / "lines")]
        most = int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) * 1024
    return Row(
        f"one file of {size // _MB} MB, {rows:,} rows, migrated",
        f"below {_LIMIT // _MB} MB of memory",
        f"{most // _MB} MB",
        most < _LIMIT,
    )
