"""Which storage account a setting means, however it is written."""

from __future__ import annotations

from hashlib import sha256
from typing import Dict, Union
from urllib.parse import urlsplit

from .storage import AccountUrl, ConnectionString

PUBLIC_SUFFIX = "core.windows.net"
_DEVELOPMENT_ENDPOINT = "http://127.0.0.1:10000/devstoreaccount1"
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
_USUAL_PORTS = frozenset({80, 443})
# A private endpoint's name for a host that has one without it.
_PRIVATE = ".privatelink."

# What follows the account in an emulator's host name.
_EMULATED = ".blob.localhost"

_SPELLINGS = {
    name.lower(): name
    for name in (
        "AccountKey",
        "AccountName",
        "BlobEndpoint",
        "BlobSecondaryEndpoint",
        "DefaultEndpointsProtocol",
        "EndpointSuffix",
        "SharedAccessSignature",
        "UseDevelopmentStorage",
    )
}

Account = Union[ConnectionString, AccountUrl]


def connection_fields(storage: ConnectionString) -> Dict[str, str]:
    """Return the fields of a connection string by their names in small letters."""
    parts = (part.partition("=") for part in storage.secret.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def spelled(storage: ConnectionString) -> str:
    """Return a connection string as old releases of the SDK take it: fields in their spelling."""
    parts = (part.partition("=") for part in storage.secret.split(";") if part.strip())
    return ";".join(
        f"{_SPELLINGS.get(name.strip().lower(), name.strip())}={value.strip()}"
        for name, _, value in parts
    )


def endpoint(storage: Account) -> str:
    """Return the URL of an account's blobs, as it is written there, without a signature."""
    if isinstance(storage, AccountUrl):
        return storage.url
    fields = connection_fields(storage)
    if fields.get("usedevelopmentstorage", "").lower() == "true":
        return _DEVELOPMENT_ENDPOINT
    suffix = fields.get("endpointsuffix") or PUBLIC_SUFFIX
    protocol = fields.get("defaultendpointsprotocol") or "https"
    written = (
        fields.get("blobendpoint") or f"{protocol}://{fields.get('accountname')}.blob.{suffix}"
    )
    return written.partition("?")[0].rstrip("/")


def identity(storage: Account) -> str:
    """Return the same text for each form in which an account may be written.

    Neither credentials nor their kind, protocol, order of fields, capitals or what is left out
    because it is the default make another account of it.
    """
    written = endpoint(storage)
    try:
        parts = urlsplit(written if "://" in written else f"//{written}")
        host, port = same_host(parts.hostname or ""), parts.port
    except ValueError:  # nothing can be delivered there, and a secret may be in it
        return sha256(written.lower().encode()).hexdigest()[:16]
    path = [each for each in parts.path.lower().split("/") if each]
    if host.endswith(_EMULATED):
        host, path = "127.0.0.1", [host[: -len(_EMULATED)], *path]
    usual = port is None or port in _USUAL_PORTS
    return "/".join([host if usual else f"{host}:{port}", *path])


def same_host(host: str) -> str:
    """Return the same text for each name of one host, as far as names tell."""
    name = host.lower().rstrip(".").replace(_PRIVATE, ".", 1)
    return "127.0.0.1" if name.strip("[]") in _THIS_MACHINE else name
