"""A storage account as destination: a blob written to it and deleted again."""

from __future__ import annotations

import importlib
import time
import uuid
from email.utils import parsedate_to_datetime
from typing import Any, Optional

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.azure_errors import error_code
from mdc_core.delivery.errors import DeliveryError
from mdc_core.storage import AccountUrl, ConnectionString

from .clock import check_offset
from .report import Check, MayChange, fail, ok, warn

_CONTENT = b"mdc-bridge doctor\n"
_REQUEST_SECONDS = 4.0
# No blob has it: a write on this condition is permitted, or not, and never done.
_NO_ETAG = '"0x0"'


def probe_account(
    may_change: MayChange,
    name: str,
    storage: ConnectionString | AccountUrl,
    container: str,
    kind: str,
    setting: str,
    until_then: str = "until then events wait in the spool",
) -> list[Check]:
    """Return checks of whether blobs can be written to a container; nothing stays behind.

    A missing container is not made, because its name would be blocked for a while after its
    removal. If blobs can be written but not deleted, a write with an impossible condition shows
    what is permitted.

    Args:
        may_change: asked before something is changed.
        name: of the check.
        storage: the account.
        container: of the account.
        kind: of the blobs there, `AppendBlob` or `BlockBlob`.
        setting: where the account comes from.
        until_then: what becomes of events while it cannot be used.
    """
    account = ConnectedAccount(storage, setting)
    lacking = account.shortcoming()
    if lacking:
        return [fail(name, lacking, until_then)]
    broken = _import_error()
    if broken:
        todo = f"pip check names what does not fit each other; {until_then}"
        return [fail(name, f"azure-storage-blob cannot be imported: {broken}", todo)]
    probe = _Probe(account, container, kind)
    url = account.url(container, "").rstrip("/")
    place = f"{url} ({setting})"
    try:
        with account.translated(container):
            check = _tried(may_change, probe, name, place)
    except DeliveryError as error:
        check = fail(name, str(error), f"correct {setting}; {until_then}")
    finally:
        account.close()
    if probe.offset is None:
        return [check]
    return [check, check_offset(url.rpartition("/")[0], probe.offset)]


def _import_error() -> str:
    try:
        importlib.import_module("azure.storage.blob")
    except Exception as error:  # noqa: BLE001  whatever the import of old packages raises
        return f"{type(error).__name__}: {error}"
    return ""


def _tried(may_change: MayChange, probe: _Probe, name: str, place: str) -> Check:
    refused = probe.delete()
    if refused == "ContainerNotFound":
        return warn(
            name,
            f"{place} does not exist; the account answers",
            "make the container, or let the first event make it, if the account permits that",
        )
    if refused is not None:
        probe.ask_to_write()
        return ok(
            name,
            f"{place}: can be written; no test blob was written, because it could "
            f"not be deleted ({refused})",
        )
    if not may_change():
        return fail(name, f"{place} does not answer in time", "check the network")
    try:
        probe.write()
    finally:
        left = probe.delete()
    if left is not None:
        todo = f"delete the blob {probe.name} in container {probe.container}"
        return warn(name, f"{place}: the probe could not be deleted ({left})", todo)
    return ok(name, f"{place}: a blob was written and deleted")


class _Probe:
    """One blob that nobody else has."""

    def __init__(self, account: ConnectedAccount, container: str, kind: str) -> None:
        self._account = account
        self.container = container
        self._kind = kind
        # In no folder: accounts with hierarchical folders would keep it.
        self.name = f".mdc-bridge-doctor-{uuid.uuid4().hex}"
        # Seconds that this machine's clock is ahead of the account's, if that was heard.
        self.offset: Optional[float] = None

    def delete(self) -> Optional[str]:
        """Delete the blob, or nothing; return the code of what prevents it, None when nothing."""
        from azure.core.exceptions import HttpResponseError

        try:
            self._blob().delete_blob(**self._options())
        except HttpResponseError as error:
            code = error_code(error)
            if code in ("BlobNotFound", "ContainerNotFound"):
                return None if code == "BlobNotFound" else code
            # With a wrong key writing is refused, too: then report that refusal.
            if error.status_code == 403 and "Authorization" in code:
                return code
            raise
        return None

    def write(self) -> None:
        """Write the blob."""
        if self._kind == "AppendBlob":
            self._blob().create_append_blob(**self._options())
            self._blob().append_block(_CONTENT, **self._options())
        else:
            self._blob().upload_blob(_CONTENT, blob_type=self._kind, **self._options())

    def ask_to_write(self) -> None:
        """Write nothing; an error of azure-core says when writing is not permitted."""
        from azure.core import MatchConditions
        from azure.core.exceptions import HttpResponseError

        try:
            self._blob().upload_blob(
                _CONTENT,
                blob_type=self._kind,
                overwrite=True,
                etag=_NO_ETAG,
                match_condition=MatchConditions.IfNotModified,
                **self._options(),
            )
        except HttpResponseError as error:
            if error.status_code not in (404, 412):
                raise

    def _blob(self) -> Any:
        return self._account.blob(self.container, self.name)

    def _options(self) -> dict[str, Any]:
        return {
            "connection_timeout": _REQUEST_SECONDS,
            "read_timeout": _REQUEST_SECONDS,
            "raw_response_hook": self._hear,
        }

    def _hear(self, response: Any) -> None:
        date = response.http_response.headers.get("Date")
        if date and self.offset is None:
            # Dates are cut to whole seconds.
            self.offset = time.time() - parsedate_to_datetime(date).timestamp() - 0.5
