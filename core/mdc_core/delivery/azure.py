"""The edge to azure-storage-blob: clients from settings.

Nothing of azure is imported before a storage account is really used: it costs 280 ms and 44 MB.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import quote

from ..redaction import redact, redact_http_logs
from ..storage import AccountUrl, ConnectionString
from ..storage_account import connection_fields, endpoint, identity, spelled
from .azure_errors import PASSING, VALID, error_code, translated
from .azure_packages import shortcoming
from .errors import DeliveryError
from .pooled_sockets import PooledSockets

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.identity import DefaultAzureCredential
    from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

_SETTINGS = "MDC_STORAGE or AML_MODEL_DC_STORAGE"
_TIMEOUTS = {"connection_timeout": 10.0, "read_timeout": 30.0}


class ConnectedAccount:
    """One storage account, connected when it is first used.

    Args:
        storage: connection string, or account URL with a SAS or for an identity.
        setting: what `storage` came from, named in errors.
        retries: how often a failed request is repeated before it is an error.
        client_id: of the user-assigned identity; without one, that of `AZURE_CLIENT_ID`, or the
            system's.
    """

    def __init__(
        self,
        storage: ConnectionString | AccountUrl,
        setting: str = _SETTINGS,
        retries: int = 0,
        client_id: Optional[str] = None,
    ) -> None:
        self._storage = storage
        self._setting = setting
        self._retries = retries
        self._client_id = client_id
        self._client: Optional[BlobServiceClient] = None
        self._credential: Optional[DefaultAzureCredential] = None
        self._sockets = PooledSockets()
        # Monotonic seconds, see `limit`.
        self._until: Optional[float] = None

    def __str__(self) -> str:
        return str(self._storage)

    def identity(self) -> str:
        """Return the same text for each form in which the account may be written."""
        return identity(self._storage)

    def blob(self, container: str, name: str) -> BlobClient:
        """Return a client for a blob."""
        return self._service().get_blob_client(container, name)

    def container(self, container: str) -> ContainerClient:
        """Return a client for a container."""
        return self._service().get_container_client(container)

    def url(self, container: str, name: str) -> str:
        """Return the URL of a blob, without a signature."""
        # Not asked of a client: a wrong setting is the delivery's trouble, not the writer's.
        return f"{endpoint(self._storage)}/{container}/{quote(name)}"

    def in_container(self, container: str, make: Callable[[], object]) -> None:
        """Make something in a container, which is made when missing, if that is allowed."""
        from azure.core.exceptions import ResourceNotFoundError

        try:
            make()
        except ResourceNotFoundError:
            self.make_container(container)
            make()

    def make_blob(self, container: str, make: Callable[[], object]) -> Optional[HttpResponseError]:
        """Do the same; return the refusal when, most likely, the name is taken."""
        from azure.core.exceptions import HttpResponseError

        try:
            self.in_container(container, make)
        except HttpResponseError as error:
            if error.status_code in (409, 412) and error_code(error) not in PASSING:
                return error
            raise
        return None

    def make_container(self, container: str) -> None:
        """Make a container unless it is there."""
        from azure.core.exceptions import ResourceExistsError

        try:
            self._service().create_container(container)
        except ResourceExistsError as error:
            if error_code(error) in PASSING:
                raise

    def limit(self, seconds: float) -> None:
        """Wait no longer for the account; behind that time it is not connected at all."""
        self._until = time.monotonic() + seconds

    def close(self) -> None:
        """Close the connections; the next use opens them again."""
        client, self._client = self._client, None
        credential, self._credential = self._credential, None
        if client is not None:
            self._sockets.let_go_of_lost()
            client.close()
        close = getattr(credential, "close", None)  # azure-identity has it since 1.7
        if close is not None:
            close()

    @contextlib.contextmanager
    def translated(self, container: str) -> Iterator[None]:
        """Make DeliveryError of the errors of azure-core, and of packages that do not fit."""
        _leave_out_processor()
        with self._importing():
            importlib.import_module("azure.core.exceptions")
            self._sockets.let_go_of_lost()
            try:
                with translated(f"container {container}", self._setting):
                    yield
            finally:
                self._sockets.watch(self._client)

    def shortcoming(self) -> str:
        """Return what the installed Azure packages lack for it; empty when they lack nothing."""
        return shortcoming(self._storage, self._setting, os.environ)

    @contextlib.contextmanager
    def _importing(self) -> Iterator[None]:
        """Translate import errors: packages are missing, or do not fit each other."""
        try:
            yield
        except ImportError as error:
            raise DeliveryError(
                self.shortcoming()
                or f"the Azure packages that {self._setting} needs are incompatible ({error}); "
                f"pip check lists them",
                lasting=True,
            ) from error

    def _service(self) -> BlobServiceClient:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _connect(self) -> BlobServiceClient:
        with self._importing():
            from azure.storage.blob import BlobServiceClient, ExponentialRetry

        storage, timeouts = self._storage, self._timeouts()
        redact_http_logs()
        # The first waits of the SDK's own policy are 15 seconds and more.
        retry = ExponentialRetry(initial_backoff=1, increment_base=2, retry_total=self._retries)
        options: dict[str, Any] = {"retry_policy": retry, **timeouts}
        try:
            if isinstance(storage, ConnectionString):
                _check_credential(storage)
                return BlobServiceClient.from_connection_string(spelled(storage), **options)
            if storage.sas:
                return BlobServiceClient(f"{storage.url}?{storage.sas}", **options)
            with self._importing():
                self._credential = _identity(storage, self._client_id)
            return BlobServiceClient(storage.url, credential=self._credential, **options)
        except ValueError as error:
            raise DeliveryError(
                f"the storage account {storage} of {self._setting} cannot be used: "
                f"{redact(str(error))}; {VALID}",
                lasting=True,
            ) from None

    def _timeouts(self) -> dict[str, float]:
        if self._until is None:
            return _TIMEOUTS
        # Its packages may have taken all of the time, and one request waits for both.
        left = (self._until - time.monotonic()) / 2
        if left <= 0:
            raise DeliveryError("no time is left to connect the storage account")
        return {name: min(most, left) for name, most in _TIMEOUTS.items()}


def _identity(storage: AccountUrl, client_id: Optional[str]) -> DefaultAzureCredential:
    from azure.identity import DefaultAzureCredential

    if not storage.url.startswith("https://"):
        raise ValueError("an identity's token is sent over https:// only")
    if client_id:
        return DefaultAzureCredential(managed_identity_client_id=client_id)
    return DefaultAzureCredential()


def _check_credential(storage: ConnectionString) -> None:
    """Refuse what the SDK would use without any credential."""
    fields = connection_fields(storage)
    given = fields.keys() & {"accountkey", "sharedaccesssignature", "usedevelopmentstorage"}
    if not given and "sig=" not in fields.get("blobendpoint", ""):
        raise ValueError("it has neither AccountKey nor SharedAccessSignature")


def _leave_out_processor() -> None:
    """Let `platform` say that the processor is not known, as in most images, where gevent is.

    Azure's packages name the platform in each request, and since Python 3.9 `platform.platform`
    starts `uname -p` for that. Where gevent has replaced `subprocess`, this works in the thread of
    the main hub alone: in a thread of the system it raises a TypeError, each time again, and at an
    exit a RuntimeError.
    """
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("subprocess") or sys.version_info < (3, 9):
        return  # before 3.9 it is known since `uuid` was imported
    # Where a later Python keeps it in another way it is asked as ever.
    with contextlib.suppress(AttributeError, TypeError):
        vars(platform.uname()).setdefault("processor", "")


def read_blob(client: BlobClient, start: int, length: int, **options: Any) -> bytes:
    """Return bytes of a blob.

    Args:
        client: for the blob.
        start: of the bytes.
        length: how many there are, for sure.
        options: for the SDK, such as a lease.

    Raises:
        DeliveryError: some are missing; old HTTP libraries do not mind an answer that breaks off.
    """
    content: bytes = client.download_blob(offset=start, length=length, **options).readall()
    if len(content) != length:
        raise DeliveryError(f"an answer had {len(content)} of {length} bytes")
    return content
