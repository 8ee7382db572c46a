"""Tools and the folder run without what only POSIX has: `fcntl`, `resource`, users, forks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_collecting_and_the_tools(tmp_path: Path) -> None:
    """Collected in both layouts, checked, migrated, read, compared; one warning of locks."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.platforms.without_posix", str(tmp_path)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        text=True,
        timeout=110,
    )
    assert ended.stdout == "done\n", ended.stderr
    assert ended.stderr.count("cannot lock files") == 1, ended.stderr
