"""`mdc-bridge migrate` with a plan."""

from __future__ import annotations

from pathlib import Path

from mdc_bridge.migrate import load_plan, migrate

from .columns import csv_files

PLAN = "plan.yaml"


def convert(source: Path, destination: Path, jobs: int) -> int:
    """Convert an archive by the plan beside it; return the bytes of its files."""
    plan = load_plan((source.parent / PLAN).read_text(), PLAN)
    report = migrate(str(source), str(destination), plan, jobs=jobs)
    if not report.is_complete:
        raise RuntimeError(f"rows were left out: {report}")
    return sum(path.stat().st_size for path in csv_files(source))
