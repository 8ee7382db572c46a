"""The archives that are converted, each with its plan: made once for all rounds."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from tests.archives.large import DAY, FOLDER, KINDS, write_large

from mdc_bridge.migrate import dump_plan, plan

from .by_migrate import PLAN

MANY_FILES = "many files"
FILES = 16


def make_archive(folder: Path, name: str, size: int) -> Path:
    """Make an archive and its plan.

    Args:
        folder: for all archives.
        name: a kind of large file, or `MANY_FILES` of the first kind.
        size: bytes in all.

    Returns:
        the archive's folder.
    """
    archive = folder / name / "modeldata"
    count = FILES if name == MANY_FILES else 1
    kind = KINDS[0] if name == MANY_FILES else name
    for day in range(count):
        date = DAY + timedelta(days=day)
        write_large(archive / FOLDER / f"{date:%Y/%m/%d}" / "data.csv", size // count, kind, day)
    (folder / name / PLAN).write_text(dump_plan(plan(str(archive), sample=None)))
    return archive


def remove_archive(archive: Path) -> None:
    """Remove an archive and its plan."""
    shutil.rmtree(archive.parent)
