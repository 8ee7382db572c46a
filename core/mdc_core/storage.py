"""The forms in which a destination is given: a folder, a connection string, an account URL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union
from urllib.parse import SplitResult, unquote, urlsplit

from .errors import SettingsError
from .foreign_places import foreign_folder
from .redaction import redact

_VALID = (
    "a folder (/data/collected, ./collected), a file:// URL, a storage connection string "
    "(AccountName=...;AccountKey=...;DefaultEndpointsProtocol=https), or an account URL "
    "(https://ACCOUNT.blob.core.windows.net)"
)
_OUR_SCHEMES = frozenset({"file", "http", "https", "memory"})
_SECRET_FIELDS = ("accountkey", "sharedaccesssignature")
_FOLDER_STARTS = ("/", "./", "../", "~")
_CONNECTION_FIELDS = frozenset(
    {
        "accountname",
        "accountkey",
        "blobendpoint",
        "defaultendpointsprotocol",
        "endpointsuffix",
        "sharedaccesssignature",
        "usedevelopmentstorage",
    }
)


@dataclass(frozen=True)
class Folder:
    """A folder of the local file system."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True)
class Memory:
    """The in-memory destination of this process with this name, for tests."""

    name: str

    def __str__(self) -> str:
        return f"memory://{self.name}"


@dataclass(frozen=True)
class ConnectionString:
    """A storage account by connection string; its text never shows the secrets."""

    secret: str = field(repr=False)

    def __str__(self) -> str:
        return ";".join(_masked(part) for part in self.secret.split(";") if part)


@dataclass(frozen=True)
class AccountUrl:
    """A storage account by URL, reached with an identity or with the SAS in the URL's query."""

    url: str
    sas: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.url + ("?***" if self.sas else "")


Storage = Union[Folder, Memory, ConnectionString, AccountUrl]


def parse_storage(text: str, setting: str) -> Storage:
    """Return the destination that `text` names.

    Args:
        text: a folder, `file://` URL, connection string, account URL, or `memory://name`.
        setting: the setting it came from, named in errors.

    Raises:
        SettingsError: when `text` is none of these; secrets in it are not repeated.
    """
    text = text.strip()
    if "\0" in text or not text:
        raise SettingsError(f"{setting} is empty or holds a NUL character; valid: {_VALID}")
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if scheme and scheme.group(1).lower() in _OUR_SCHEMES:
        return _parse_url(text, scheme.group(1).lower(), setting)
    foreign = foreign_folder(text, setting, _VALID)
    if foreign is not None:
        return _parse_folder(foreign, setting)
    if (";" in text or "=" in text) and not text.startswith(_FOLDER_STARTS):
        return _parse_connection_string(text, setting)
    return _parse_folder(os.path.expanduser(text), setting)


def _parse_folder(text: str, setting: str) -> Folder:
    if redact(text) != text:
        raise SettingsError(f"{setting} holds a secret, and names no account; valid: {_VALID}")
    path = os.path.abspath(text)
    try:
        is_file = os.path.exists(path) and not os.path.isdir(path)
    except ValueError:  # Python 3.7, of a text that no file system takes
        is_file = False
    if is_file:
        raise SettingsError(f"{setting} names a file, {path}, but a folder is needed")
    return Folder(Path(path))


def _parse_url(text: str, scheme: str, setting: str) -> Storage:
    if scheme == "memory":
        return Memory(text[len("memory://") :])
    parts = _split_url(text, setting)
    if scheme == "file":
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            raise SettingsError(f"{setting}: a file URL has the form file:///absolute/path")
        path = unquote(parts.path)
        if "\0" in path:
            raise SettingsError(f"{setting} holds a NUL character; valid: {_VALID}")
        return _parse_folder(path, setting)
    if redact(f"{parts.netloc}{parts.path}") != f"{parts.netloc}{parts.path}":
        raise SettingsError(f"{setting} has a signature before its question mark; valid: {_VALID}")
    if parts.netloc:
        return AccountUrl(f"{scheme}://{parts.netloc}{parts.path}".rstrip("/"), parts.query)
    raise SettingsError(f"{setting} is a URL without an account; valid: {_VALID}")


def _split_url(text: str, setting: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.port != 0 and "@" not in parts.netloc:
            return parts
    except ValueError:
        pass  # without its cause, which would repeat secrets in the URL
    raise SettingsError(f"{setting} is not a valid URL without user and password; valid: {_VALID}")


def _parse_connection_string(text: str, setting: str) -> Storage:
    names = {part.partition("=")[0].strip().lower() for part in text.split(";") if part.strip()}
    known = names & _CONNECTION_FIELDS
    if not names <= _CONNECTION_FIELDS | {name for name in names if name.endswith("endpoint")}:
        raise SettingsError(
            f"{setting} looks like a connection string, "
            f"but holds fields that none has (known here: {', '.join(sorted(known)) or 'none'}); "
            f"valid: {_VALID}"
        )
    if not known & {"accountname", "blobendpoint", "usedevelopmentstorage"}:
        raise SettingsError(
            f"{setting} is a connection string without AccountName or BlobEndpoint; valid: {_VALID}"
        )
    return ConnectionString(text)


def _masked(field_text: str) -> str:
    name, equals, value = field_text.partition("=")
    if name.strip().lower() in _SECRET_FIELDS:
        value = "***"
    # The URL of an endpoint may carry a SAS.
    url, query, _ = value.partition("?")
    return f"{name}{equals}{url}{query and '?***'}"
