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
    if _folder("azure/storage/blob") is None:
        return (
            f"{setting} is a storage account, and azure-storage-blob is not installed; events "
            "wait in the spool until it is: pip install azure-storage-blob"
        )
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
