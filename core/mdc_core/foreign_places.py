"""Places in the spelling of other systems: resolved, or refused with the spelling that works here.

None of them is a folder below the working directory, which is what `open` would make of them.
Sources: Azure's and Databricks' documents on `abfss://`, `wasbs://` and `dbfs:/`; RFC 8089.
"""

from __future__ import annotations

import os
import re
from typing import Optional
from urllib.parse import unquote

from .errors import SettingsError

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:|\\")
# Without slashes only these are taken for a scheme: a folder may have a colon in its name.
_STORES = frozenset({"abfs", "abfss", "wasb", "wasbs"})
_KNOWN = _STORES | {"adl", "az", "azureml", "dbfs", "file", "gs", "hdfs", "http", "https", "memory"}
_KNOWN |= {"s3", "s3a"}
_IN_A_STORE = re.compile(r"//([a-z0-9$-]{3,63})@([a-z0-9]{3,24})\.(?:blob|dfs)\.([a-z0-9.-]+)")
_DATABRICKS = "/dbfs"
_VOLUMES_ROOT = "/Volumes"


def foreign_folder(text: str, setting: str, valid: str) -> Optional[str]:
    """Return the absolute path of the folder that a text in another system's spelling names.

    Args:
        text: what was given.
        setting: where it was given, named in errors.
        valid: what may be given.

    Returns:
        None for another text.

    Raises:
        SettingsError: nothing here has this name; secrets in it are not repeated.
    """
    if os.name != "nt" and _DRIVE.match(text):
        raise SettingsError(f"{setting} is a path of Windows, which this is not; valid: {valid}")
    match = _URL.fullmatch(text)
    if match is None:
        return None
    scheme, rest = match.group(1).lower(), match.group(2)
    if not rest.startswith("/") and scheme not in _KNOWN:
        return None
    if scheme == "file":
        return _file(rest, setting)
    if scheme == "dbfs":
        return _databricks(rest, setting)
    if scheme in _STORES:
        raise SettingsError(f"{setting}: {scheme}:// is not supported; valid: {_in_a_store(rest)}")
    slashes = rest[: len(rest) - len(rest.lstrip("/"))]
    raise SettingsError(f"{setting}: {scheme}:{slashes} is not supported; valid: {valid}")


def _file(rest: str, setting: str) -> str:
    path = unquote(rest)
    if not path.startswith("/") or "\0" in path:
        raise SettingsError(f"{setting}: a file URL has the form file:///absolute/path")
    return path


def _databricks(rest: str, setting: str) -> str:
    if not rest.startswith("/"):
        raise SettingsError(f"{setting}: a path of Databricks has the form dbfs:/absolute/path")
    path = rest.partition("?")[0].strip("/")
    is_volume = path.startswith("Volumes/")
    root = _VOLUMES_ROOT if is_volume else _DATABRICKS
    folder = f"{root}/{path[len('Volumes/') :] if is_volume else path}"
    if os.path.isdir(root):
        return folder
    raise SettingsError(
        f"{setting}: dbfs:/ is a folder on Databricks only, where it is {folder}; "
        f"there is no {root} here"
    )


def _in_a_store(rest: str) -> str:
    """Return how an account and its container are named here."""
    found = _IN_A_STORE.match(rest)
    container, account, domain = found.groups() if found else ("CONTAINER", "ACCOUNT", "")
    domain = domain or "core.windows.net"
    return (
        f"https://{account}.blob.{domain}, and the container by itself: --container {container}, "
        f"or MDC_CONTAINER={container} for what is collected as JSONL"
    )
