"""The most memory that one process of a migration takes for one large file."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.archives.large import FOLDER, write_large

from .row import Row

_MB = 1_000_000
_LIMIT = 500 * _MB
_MIGRATE = "from mdc_bridge.cli import main; main()"


def run(short: bool) -> Row:
    """Migrate a file by the command, its plan made from all rows, as it is without a plan."""
    size = (50 if short else 2000) * _MB
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "modeldata"
        rows = write_large(archive / FOLDER / "2019/06/01/data.csv", size, "runs")
        command = [sys.executable, "-c", _MIGRATE, "migrate", str(archive), str(folder / "lines")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Row(
        f"one file of {size // _MB} MB, {rows:,} rows, migrated",
        f"below {_LIMIT // _MB} MB of memory",
        f"{most // _MB} MB",
        most < _LIMIT,
    )
