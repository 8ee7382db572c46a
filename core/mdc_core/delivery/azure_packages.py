"""What the installed Azure packages cannot do for an account, found out without importing them.

Old images hold old ones, and some hold none. Said when a collector is made: events then wait in
the spool, and nothing has to fail before anybody knows. Source of the versions: each release of
azure-identity from 1.2 to 1.15, asked for a token by each of these variables.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Tuple

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
    unfit = _unfit(client)
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


def _unfit(client: Path) -> str:
    """Return what to do where azure-core is older than azure-storage-blob needs; else nothing.

    Releases of pip before 20.3 leave them so, and so does everybody else who is told to.
    """
    core = _folder("azure/core")
    # There is one but for a moment while it is replaced.
    metadata = next(client.parents[2].glob("azure_storage_blob-*.dist-info/METADATA"), None)
    if core is None or metadata is None:
        return ""
    found = _NEEDS_CORE.search(metadata.read_text(encoding="utf-8", errors="replace"))
    version = _version(core)
    if found is None or version >= tuple(map(int, found.group(1).split("."))):
        return ""
    fitting = next((f"<{before}" for since, before in _TAKEN if version >= since), "==12.8.0")
    return (
        f"azure-storage-blob {'.'.join(map(str, _version(client)))} needs azure-core "
        f"{found.group(1)}, but {'.'.join(map(str, version))} is installed: "
        f"pip install 'azure-storage-blob{fitting}'"
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
