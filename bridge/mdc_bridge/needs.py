"""What mdc-bridge needs beside it, as pyproject.toml declares it."""

from __future__ import annotations

BRIDGE = "mdc-bridge"
PYTHON = (3, 6)
# Before it mdc-bridge stands in front of the original package, since then in its place.
IN_PLACE_PYTHON = (3, 7)
TOOLS_PYTHON = (3, 9)
PACKAGES = {
    "azure-identity": (1, 2),
    "azure-storage-blob": (12, 8),
    "numpy": (1, 18),
    "orjson": (3, 6),
    "pandas": (1, 1),
}


def needed(name: str) -> str:
    """Return the requirement of a package, such as `numpy>=1.18`."""
    return f"{name}>={'.'.join(map(str, PACKAGES[name]))}"
