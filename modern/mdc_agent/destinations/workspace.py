"""Datastores of a workspace, read by Azure's own client, which the extra `azure` installs."""

from __future__ import annotations

import functools
import importlib
import logging
import re
from typing import Any

from mdc_core.errors import SettingsError
from mdc_core.redaction import redact
from mdc_core.storage import AccountUrl

from .settings import Datastore

_BLOB_KINDS = {"AzureBlobDatastore": "container_name", "AzureDataLakeGen2Datastore": "filesystem"}
_NEEDED = (
    "azure-ai-ml is not installed, but is needed to read a workspace: "
    "pip install 'mdc-bridge[agent,azure]'"
)


def ask_datastore(workspace: str, name: str) -> Datastore:
    """Return a datastore as its workspace describes it.

    Args:
        workspace: `subscription/resource group/workspace`.
        name: of the datastore.

    Raises:
        SettingsError: it cannot be reached, or there is no such datastore, or one without blobs.
    """
    found = call_client(f"the datastore {name}", lambda: client_of(workspace).datastores.get(name))
    attribute = _BLOB_KINDS.get(type(found).__name__)
    if attribute is None:
        raise SettingsError(
            f"the datastore {name} of {workspace} is a {type(found).__name__}; valid: one of blobs"
        )
    suffix = re.sub(r"^dfs\.", "", found.endpoint or "core.windows.net")
    url = f"{found.protocol or 'https'}://{found.account_name}.blob.{suffix}"
    return Datastore(AccountUrl(url), getattr(found, attribute))


@functools.lru_cache(maxsize=8)
def client_of(workspace: str) -> Any:
    """Return Azure's client for a workspace, as the identity of this process.

    Raises:
        SettingsError: the client is not installed.
    """
    try:
        client_class = importlib.import_module("azure.ai.ml").MLClient
        credential = importlib.import_module("azure.identity").DefaultAzureCredential()
    except ModuleNotFoundError as error:
        raise SettingsError(f"{_NEEDED} (no module {error.name})") from error
    # It logs each request, and what it thinks of its own state.
    logging.getLogger("azure").setLevel(logging.ERROR)
    subscription, group, name = workspace.split("/")
    return client_class(credential, subscription, group, name, enable_telemetry=False)


def call_client(what: str, call: Any) -> Any:
    """Return the result of a call of Azure's client.

    Raises:
        SettingsError: it failed, for whatever reason.
    """
    try:
        return call()
    except SettingsError:
        raise
    except Exception as error:  # the client's own and those of all below it
        text = " ".join(redact(str(error)).split())[:500]
        raise SettingsError(f"{what} cannot be read: {type(error).__name__}: {text}") from error
