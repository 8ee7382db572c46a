"""What is installed in the environment of a setup."""

from __future__ import annotations

from pathlib import Path

from ..sdks import versions


def packages(_folder: Path) -> dict[str, str]:
    """Return versions by package."""
    return versions()
