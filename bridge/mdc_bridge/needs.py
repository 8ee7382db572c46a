"""What mdc-bridge needs beside it, as pyproject.toml declares it."""

from __future__ import annotations

BRIDGE = "mdc-bridge"
PYTHON = (3, 6, 1)
# Before it mdc-bridge stands in front of the original package, since then in its place.
IN_PLACE_PYTHON = (3, 7)
TOOLS_PYTHON = (3, 9)
# Minor versions, up to the newest there is.
PYTHONS = tuple((3, minor) for minor in range(PYTHON[1], 15))
PACKAGES = {
    "azure-identity": (1, 2),
    "azure-storage-blob": (12, 8),
    "numpy": (1, 18),
    "orjson": (3, 6),
    "pandas": (1, 1),
}


def packages_on(python: tuple[int, ...]) -> list[str]:
    """Return the packages that pip installs for mdc-bridge on a Python."""
    # azureml-defaults brings azure-identity; the wheel for Python 3.6 asks for none.
    return [name for name in PACKAGES if python >= IN_PLACE_PYTHON or name != "azure-identity"]


def needed(name: str) -> str:
    """Return the requirement of a package, such as `numpy>=1.18`."""
    return f"{name}>={version_text(PACKAGES[name])}"


def version_text(version: tuple[float, ...]) -> str:
    """Return a version as it is written."""
    return ".".join(str(int(number)) for number in version)
