"""The file of `--plan`: what `mdc-bridge plan` wrote, changed or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mdc_core.errors import StoreError

if TYPE_CHECKING:
    from ..migrate import Plan


def read_plan(path: Path) -> Plan:
    """Return the plan in a file.

    Raises:
        StoreError: the file cannot be read.
        PlanError: it holds no plan.
    """
    from ..migrate import load_plan

    try:
        return load_plan(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise StoreError(f"--plan: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StoreError(f"--plan: {path} is not UTF-8") from error
