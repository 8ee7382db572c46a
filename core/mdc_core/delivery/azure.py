"""The edge to azure-storage-blob: clients from settings, and its errors in our words.

Nothing of azure is imported before a storage account is really used: it costs 280 ms and 44 MB.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import quote

from ..storage import AccountUrl, ConnectionString
from .errors import DeliveryError
from .redaction import redact, redact_http_logs

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.identity import DefaultAzureCredential
    from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

_RETRYABLE = frozenset({408, 429})
# States of the service that pass, answered with 409 or 412.
_PASSING = frozenset({"AccountBeingCreated", "ContainerBeingDeleted", "ResourceBeingDeleted"})
_LONGEST_RETRY_AFTER = 600.0
_PUBLIC_SUFFIX = "core.windows.net"
_SETTINGS = "MDC_STORAGE or AML_MODEL_DC_STORAGE"
_VALID = (
    "valid: a connection string "
    "(AccountName=...;AccountKey=...;DefaultEndpointsProtocol=https), or an account URL "
    "(https://ACCOUNT.blob.core.windows.net), with ?SAS or for an identity"
)
_TIMEOUTS = {"connection_timeout": 10, "read_timeout": 30}


class Account:
    """One storage account, connected when it is first used.

    Args:
        storage: connection string, or account URL with a SAS or for an identity.
        setting: what `storage` came from, named in errors.
        retries: how often a failed request is repeated before it is an error.
    """

    def __init__(
        self,
        storage: ConnectionString | AccountUrl,
        setting: str = _SETTINGS,
        retries: int = 0,
    ) -> None:
        self._storage = storage
        self._setting = setting
        self._retries = retries
        self._client: Optional[BlobServiceClient] = None
        self._credential: Optional[DefaultAzureCredential] = None

    def __str__(self) -> str:
        return str(self._storage)

    def blob(self, container: str, name: str) -> BlobClient:
        """Return a client for a blob."""
        return self._service().get_blob_client(container, name)

    def container(self, container: str) -> ContainerClient:
        """Return a client for a container."""
        return self._service().get_container_client(container)

    def url(self, container: str, name: str) -> str:
        """Return the URL of a blob, without a signature."""
        # Not asked of a client: a wrong setting is the delivery's trouble, not the writer's.
        return f"{_endpoint(self._storage)}/{container}/{quote(name)}"

    def make_container(self, container: str) -> None:
        """Make a container unless it is there."""
        from azure.core.exceptions import ResourceExistsError

        try:
            self._service().create_container(container)
        except ResourceExistsError as error:
            if error_code(error) in _PASSING:
                raise

    def close(self) -> None:
        """Close the connections; the next use opens them again."""
        client, self._client = self._client, None
        credential, self._credential = self._credential, None
        if client is not None:
            client.close()
        if credential is not None:
            credential.close()

    def translated(self, container: str) -> AbstractContextManager[None]:
        """Return a context in which errors of azure-core become DeliveryError."""
        return _translated(f"container {container}", self._setting)

    def _service(self) -> BlobServiceClient:
        if self._client is None:
            self._client = self._connect(self._storage)
        return self._client

    def _connect(self, storage: ConnectionString | AccountUrl) -> BlobServiceClient:
        from azure.storage.blob import BlobServiceClient, ExponentialRetry

        redact_http_logs()
        # The first waits of the SDK's own policy are 15 seconds and more.
        retry = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=self._retries)
        options: dict[str, Any] = {"retry_policy": retry, **_TIMEOUTS}
        try:
            if isinstance(storage, ConnectionString):
                _check_credential(storage)
                return BlobServiceClient.from_connection_string(storage.secret, **options)
            if storage.sas:
                return BlobServiceClient(f"{storage.url}?{storage.sas}", **options)
            self._credential = _identity(storage)
            return BlobServiceClient(storage.url, credential=self._credential, **options)
        except ValueError as error:
            raise DeliveryError(
                f"the storage account {storage} of {self._setting} cannot be used: "
                f"{redact(str(error))}; {_VALID}",
                lasting=True,
            ) from None


def error_code(error: HttpResponseError) -> str:
    """Return the service's code, such as `BlobAlreadyExists`; empty without one."""
    code = getattr(error, "error_code", None) or ""
    # Known codes are members of an enumeration, others text.
    return str(getattr(code, "value", code))


def _identity(storage: AccountUrl) -> DefaultAzureCredential:
    from azure.identity import DefaultAzureCredential

    if not storage.url.startswith("https://"):
        raise ValueError("an identity's token is sent over https:// only")
    return DefaultAzureCredential()


def _check_credential(storage: ConnectionString) -> None:
    """Refuse what the SDK would use without any credential."""
    fields = _fields(storage)
    given = fields.keys() & {"accountkey", "sharedaccesssignature", "usedevelopmentstorage"}
    if not given and "sig=" not in fields.get("blobendpoint", ""):
        raise ValueError("it has neither AccountKey nor SharedAccessSignature")


def _fields(storage: ConnectionString) -> dict[str, str]:
    parts = (part.partition("=") for part in storage.secret.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def _endpoint(storage: ConnectionString | AccountUrl) -> str:
    if isinstance(storage, AccountUrl):
        return storage.url
    fields = _fields(storage)
    if "usedevelopmentstorage" in fields:
        return "http://127.0.0.1:10000/devstoreaccount1"
    host = f"{fields.get('accountname')}.blob.{fields.get('endpointsuffix') or _PUBLIC_SUFFIX}"
    protocol = fields.get("defaultendpointsprotocol") or "https"
    endpoint = fields.get("blobendpoint") or f"{protocol}://{host}"
    return endpoint.partition("?")[0].rstrip("/")


@contextlib.contextmanager
def _translated(place: str, setting: str) -> Iterator[None]:
    from azure.core.exceptions import (
        AzureError,
        ClientAuthenticationError,
        HttpResponseError,
        ServiceRequestError,
        ServiceResponseError,
    )

    try:
        yield
    except (ServiceRequestError, ServiceResponseError) as error:
        raise DeliveryError(
            f"{place} does not answer ({redact(str(error))}); check the account's name or "
            f"endpoint in {setting}, and the network"
        ) from None
    except ClientAuthenticationError as error:
        detail = error_code(error) or redact(str(error.message)).partition("\n")[0]
        raise DeliveryError(_no_access(place, detail, setting), lasting=True) from None
    except HttpResponseError as error:
        raise _of_response(error, place, setting) from None
    except AzureError as error:
        raise DeliveryError(f"{place}: {redact(str(error))}") from None


def _of_response(error: HttpResponseError, place: str, setting: str) -> DeliveryError:
    status = error.status_code or 0
    code = error_code(error)
    if status in _RETRYABLE or status >= 500 or status == 0 or code in _PASSING:
        return DeliveryError(
            f"{place} answered {status} {code}".rstrip(), retry_after=_retry_after(error)
        )
    if status in (401, 403):
        return DeliveryError(_no_access(place, f"{status} {code}".rstrip(), setting), lasting=True)
    if status == 404:
        return DeliveryError(
            f"{place} does not exist or cannot be made; valid: an account ({setting}) and a "
            "container (MDC_CONTAINER when scoring) that exist, or the permission to make the "
            "container",
            lasting=True,
        )
    if code in ("InvalidResourceName", "OutOfRangeInput", "InvalidUri"):
        return DeliveryError(
            f"{place} has no legal name ({code}); valid for a container (MDC_CONTAINER when "
            "scoring): 3 to 63 lower-case letters, digits and single hyphens",
            lasting=True,
        )
    return DeliveryError(f"{place} answered {status} {code}; {setting}, {_VALID}", lasting=True)


def _no_access(place: str, detail: str, setting: str) -> str:
    return (
        f"no access to {place} ({detail}); check {setting}: valid are a "
        "current key or SAS with the rights read, add, create and write (the commands of "
        "mdc-bridge also list and delete), or an identity with the role Storage Blob Data "
        "Contributor"
    )


def _retry_after(error: HttpResponseError) -> Optional[float]:
    """Return the seconds that the service asks for, in any of the forms it has for that."""
    headers = getattr(error.response, "headers", None) or {}
    for name, unit in (("x-ms-retry-after-ms", 1000.0), ("Retry-After", 1.0)):
        text = headers.get(name)
        if text:
            with contextlib.suppress(TypeError, ValueError):
                seconds = float(text) / unit if _is_number(text) else _seconds_until(text)
                return min(max(0.0, seconds), _LONGEST_RETRY_AFTER)
    return None


def _is_number(text: str) -> bool:
    return text.strip().isdecimal()


def _seconds_until(http_date: str) -> float:
    return parsedate_to_datetime(http_date).timestamp() - time.time()
