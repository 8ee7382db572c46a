"""What the installed Azure packages cannot do for an account, found out without importing them.

Old images hold old ones, and some hold none. Said when a collector is made: events then wait in
the spool, and nothing has to fail before anybody knows. Source of the versions: each release of
azure-identity from 1.2 to 1.15, asked for a token by each of these variables.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Optional, Tuple

from ..storage import AccountUrl, ConnectionString

Version = Tuple[int, ...]

# An identity that a variable announces, since when azure-identity knows of it, and the variables
# with which older versions knew of one as well.
_SINCE: tuple[tuple[str, Version, frozenset[str]], ...] = (
    ("IDENTITY_HEADER", (1, 9), frozenset({"MSI_ENDPOINT", "IDENTITY_SERVER_THUMBPRINT"})),
    ("AZURE_FEDERATED_TOKEN_FILE", (1, 7), frozenset()),
    ("AZURE_CLIENT_ID", (1, 4), frozenset({"AZURE_CLIENT_SECRET"})),
)
# Releases of azure-storage-blob before these take azure-core from these on. Source: their metadata.
_TAKEN: tuple[tuple[Version, str], ...] = (
    ((1, 28), "12.24"),
    ((1, 26), "12.17"),
    ((1, 24, 2), "12.16"),
    ((1, 23, 1), "12.14"),
    ((1, 15), "12.12"),
    ((1, 10), "12.10"),
)
_NEEDS_CORE = re.compile(r"^Requires-Dist: *azure-core\b.*?>= *([\d.]+)", re.MULTILINE)
_ASKED_FOR = re.compile(r"^Requires-Dist: *([A-Za-z0-9._-]+)(?![^\n]*;)", re.MULTILINE)
_INSTEAD = "or give the account by a connection string or with a SAS"


def shortcoming(
    storage: ConnectionString | AccountUrl, setting: str, environ: Mapping[str, str]
) -> str:
    """Return what prevents the delivery to an account, and what to do; empty when nothing does.

    Args:
        storage: the account.
        setting: that names it.
        environ: variables by name.
    """
    client = _folder("azure/storage/blob")
    if client is None:
        return (
            f"{setting} is a storage account, and azure-storage-blob is not installed; events "
            "wait in the spool until it is: pip install azure-storage-blob"
        )
    unfit = unfit_client(client)
    if unfit:
        return f"{setting} is a storage account, and {unfit}; events wait in the spool until then"
    if isinstance(storage, ConnectionString) or storage.sas:
        return ""
    folder = _folder("azure/identity")
    if folder is None:
        return (
            f"{setting} is an account for an identity, and azure-identity is not installed: "
            f"pip install azure-identity, {_INSTEAD}"
        )
    version = _version(folder)
    for variable, since, older_ways in _SINCE:
        if version < since and environ.get(variable) and not any(map(environ.get, older_ways)):
            needed = ".".join(map(str, since))
            return (
                f"{setting} is an account for an identity, and azure-identity "
                f"{'.'.join(map(str, version))} does not know that of {variable}: "
                f"pip install 'azure-identity>={needed}', {_INSTEAD}"
            )
    return ""


def unknown_identities(version: Version) -> list[str]:
    """Return the variables whose identities a version of azure-identity does not know."""
    return [variable for variable, since, _ in _SINCE if version < since]


def unfit_client(client: Optional[Path] = None) -> str:
    """Return why azure-storage-blob cannot be used as it is installed, and what repairs it.

    Args:
        client: its folder, where that is known.

    Returns:
        such as `azure-storage-blob 12.19.1 needs azure-core 1.28.0, but ...: pip install ...`;
        empty where it can be used, or is not installed.
    """
    client = client or _folder("azure/storage/blob")
    if client is None:
        return ""
    if (client / "blockblobservice.py").is_file():
        return (
            "azure-storage-blob is older than 12.0, which had other classes: "
            "pip install 'azure-storage-blob>=12.8'"
        )
    return _core_too_old(client) or _not_importable(client)


def _core_too_old(client: Path) -> str:
    """Return what to do where azure-core is older than azure-storage-blob needs; else nothing.

    Releases of pip before 20.3 leave them so, and so does `pip install --no-deps`.
    """
    core = _folder("azure/core")
    found = _NEEDS_CORE.search(_metadata(client.parents[2], "azure_storage_blob"))
    if core is None or found is None:
        return ""
    version = _version(core)
    if version >= tuple(map(int, found.group(1).split("."))):
        return ""
    fitting = next((f"<{before}" for since, before in _TAKEN if version >= since), "==12.8.0")
    return (
        f"azure-storage-blob {'.'.join(map(str, _version(client)))} needs azure-core "
        f"{found.group(1)}, but {'.'.join(map(str, version))} is installed: "
        f"pip install 'azure-storage-blob{fitting}'"
    )


def _not_importable(client: Path) -> str:
    """Return the message where something that azure-storage-blob imports is not installed.

    It is imported only where that looks so: its import takes a second.
    """
    site = client.parents[2]
    asked_for = set()
    for package in ("azure_storage_blob", "azure_core"):
        asked_for |= set(_ASKED_FOR.findall(_metadata(site, package)))
    lacking = sorted(name for name in asked_for if not _is_installed(name))
    if not lacking:
        return ""
    try:
        importlib.import_module("azure.storage.blob")
    except Exception as error:  # noqa: BLE001  whatever its import raises
        return f"azure-storage-blob cannot be imported ({error}): pip install {' '.join(lacking)}"
    return ""


def _metadata(site: Path, package: str) -> str:
    """Return the metadata of a package; empty for the moment while it is replaced."""
    path = next(site.glob(f"{package}-*.dist-info/METADATA"), None)
    return "" if path is None else path.read_text(encoding="utf-8", errors="replace")


def _is_installed(name: str) -> bool:
    pattern = re.compile(rf"{re.sub('[-_.]+', '[-_.]+', name)}-\d.*\.(dist|egg)-info", re.I)
    return any(
        pattern.match(entry) is not None
        for place in sys.path
        if os.path.isdir(place)
        for entry in os.listdir(place)
    )


def _folder(package: str) -> Path | None:
    # `importlib.util.find_spec` would import the packages that it is in.
    for place in sys.path:
        folder = Path(place, package)
        if (folder / "__init__.py").is_file():
            return folder
    return None


def _version(folder: Path) -> Version:
    """Return the version of a package of the Azure SDK; a very new one when it does not say."""
    try:
        text = (folder / "_version.py").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r'VERSION\s*=\s*"(\d+)\.(\d+)\.(\d+)', text)
    return tuple(map(int, found.groups())) if found else (sys.maxsize,)
