"""How fast an archive of CSV becomes JSONL; see `benchmarks.migration` for more of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_MB = 1_000_000


def convert(folder: Path, way: str, megabytes: int) -> dict[str, float]:
    """Return the MB of CSV that are converted in a CPU second, on one core.

    Args:
        folder: for the archive, which stays for the next way.
        way: as in `benchmarks.migration.contender`.
        megabytes: of the archive.
    """
    from ..migration.archives import KINDS, make_archive

    archive = folder / "archives" / KINDS[0] / "modeldata"
    if not archive.exists():
        make_archive(folder / "archives", KINDS[0], megabytes * _MB)
    os.sync()  # what others have written is not to be waited for here
    with tempfile.TemporaryDirectory(dir=folder) as destination:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.migration.contender", way, str(archive)]
            + [f"{destination}/lines", "1"],
            stdout=subprocess.PIPE,
            check=True,
        )
    taken = json.loads(done.stdout)
    return {"value": taken["bytes"] / taken["cpu"] / _MB}
