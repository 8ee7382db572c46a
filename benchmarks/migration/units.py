"""An archive of very many small files, each a unit of its own: days of many models."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.archives.large import DAY, WORKSPACE

from mdc_bridge.migrate import dump_plan, plan

from .by_migrate import PLAN

_DAYS = 500
_CONTENTS = {
    "inputs": "a,b,c\n1,2.5,x\n2,3.5,y\n3,4.5,z\n",
    "predictions": "p\n0.5\n0.25\n0.125\n",
}


def make_units(folder: Path, files: int) -> Path:
    """Make an archive of so many files, a multiple of 1,000, and its plan.

    Returns:
        the archive's folder.
    """
    archive = folder / f"{files} units" / "modeldata"
    for model in range(files // (_DAYS * len(_CONTENTS))):
        for designation, content in _CONTENTS.items():
            for day in range(_DAYS):
                date = DAY + timedelta(days=day)
                below = archive / WORKSPACE / f"service-{model}/model/1/{designation}"
                below = below / f"{date:%Y/%m/%d}"
                below.mkdir(parents=True)
                (below / "data.csv").write_text(content)
    (archive.parent / PLAN).write_text(dump_plan(plan(str(archive), sample=None)))
    return archive
