"""One entry of `datastores:`: a folder, or an account with its container and identity."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mdc_core.errors import SettingsError
from mdc_core.storage import AccountUrl, ConnectionString, Folder, parse_storage
from mdc_core.storage_account import PUBLIC_SUFFIX

from . import value_rules as rules
from .settings import Datastore

DATASTORE_KEYS: Mapping[str, rules.ValueRule] = {
    "folder": rules.text,
    "account": rules.text,
    "account_file": rules.path,
    "container": rules.text,
    "client_id": rules.text,
}
_VALID = (
    "a folder, {folder: PATH}, or {account: ACCOUNT, container: CONTAINER}, with client_id for a "
    "user-assigned identity"
)
_ACCOUNT_NAME = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]|\$root|\$web")


def datastore(parts: Mapping[str, Any], where: str, base: Path) -> Datastore:
    """Return a datastore.

    Args:
        parts: its keys and values.
        where: its place in the settings, for messages.
        base: folder in which relative paths begin.

    Raises:
        SettingsError: it is neither a folder nor an account.
    """
    places = parts.keys() & {"folder", "account", "account_file"}
    if len(places) != 1:
        named = " and ".join(sorted(places)) or "neither a folder nor an account"
        raise SettingsError(f"{where} names {named}; valid: {_VALID}")
    if "folder" in parts:
        if len(parts) > 1:
            raise SettingsError(f"{where} is a folder, which takes no other keys; valid: {_VALID}")
        return Datastore(_folder(parts["folder"], where, base))
    if "container" not in parts:
        raise SettingsError(f"{where} has no container; valid: {_VALID}")
    if not _CONTAINER.fullmatch(parts["container"]):
        raise SettingsError(
            f"{where}.container is {parts['container']!r}; valid: 3 to 63 small letters, "
            "digits and single dashes"
        )
    storage = _account(parts, where)
    client_id = parts.get("client_id")
    found = Datastore(storage, parts["container"], client_id)
    if client_id and found.has_own_credential:
        raise SettingsError(
            f"{where} has a client_id and an account with a key or signature; valid: one of them"
        )
    return found


def _folder(text: object, where: str, base: Path) -> Folder:
    """Return the folder that a text names; a relative one begins at `base`."""
    if not isinstance(text, str) or not text.strip():
        raise SettingsError(f"{where} is empty or not text; valid: {_VALID}")
    storage = parse_storage(text, where)
    if not isinstance(storage, Folder):
        raise SettingsError(f"{where} is not a folder; valid: {_VALID}")
    written = text.strip()
    if "://" in written or os.path.isabs(os.path.expanduser(written)):
        return storage
    return Folder(Path(os.path.abspath(base / written)))


def _account(parts: Mapping[str, Any], where: str) -> AccountUrl | ConnectionString:
    """Return the account that `account`, or the text in `account_file`, names.

    Secrets in the text are not repeated in errors.
    """
    if "account_file" in parts:
        where = f"{where}.account_file"
        try:
            text = Path(parts["account_file"]).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingsError(f"{where} cannot be read: {error}") from error
    else:
        where, text = f"{where}.account", parts["account"]
    if _ACCOUNT_NAME.fullmatch(text):
        return AccountUrl(f"https://{text}.blob.{PUBLIC_SUFFIX}")
    storage = parse_storage(text, where)
    if isinstance(storage, (AccountUrl, ConnectionString)):
        return storage
    raise SettingsError(
        f"{where} is not an account; valid: a name, https://ACCOUNT.blob.{PUBLIC_SUFFIX}, or a "
        "storage connection string"
    )
