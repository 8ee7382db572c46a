"""A block blob that several writers extend in turns: the original SDK's protocol, made safe.

Lease the blob, read its committed blocks, stage the new ones, commit the old list plus its own,
release. Pods that still run the original SDK take part; `leased_blob` is what they do not do.
Source of the facts: the original's traffic, and Microsoft's "Put Block List" and "Lease Blob".
"""

from __future__ import annotations

import contextlib
import random
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Optional

from .azure import ConnectedAccount
from .errors import BusyError
from .leased_blob import CONTENT_TYPE, FULL_BLOCKS, LeasedBlob, is_anothers_turn

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobClient, BlobLeaseClient

LEASE_SECONDS = 30


class SharedBlobs:
    """The shared block blobs of one container.

    Args:
        account: where they are.
        container: made when missing, if that is allowed.
        full_blocks: number of blocks beyond which the older ones are merged.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        account: ConnectedAccount,
        container: str,
        full_blocks: int = FULL_BLOCKS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._container = container
        self._full_blocks = full_blocks
        self._clock = clock
        # The same for every lease of this process: one whose answer was lost is simply taken again.
        self._lease_id = str(uuid.uuid4())

    @contextlib.contextmanager
    def leased(self, name: str) -> Iterator[LeasedBlob]:
        """Hold the lease of a blob, which is made when missing.

        Raises:
            BusyError: another writer holds it, or took it from us.
            DeliveryError: the account does not answer, or refuses.
        """
        with self._account.translated(self._container):
            blob = self._acquire(name)
            try:
                yield blob
            finally:
                blob.release()

    def _acquire(self, name: str) -> LeasedBlob:
        from azure.core.exceptions import HttpResponseError
        from azure.storage.blob import BlobLeaseClient

        client = self._account.blob(self._container, name)
        lease = BlobLeaseClient(client, lease_id=self._lease_id)
        since = self._clock()
        try:
            self._take(client, lease)
        except HttpResponseError as error:
            if not is_anothers_turn(error):
                raise
            raise BusyError(
                f"{name} is leased by another writer", retry_after=0.1 + random.random() / 2
            ) from None
        blob = LeasedBlob(client, lease, since, self._full_blocks, self._clock)
        try:
            # In this order: an ETag older than the list can only make the commit fail.
            blob.size, blob.etag = _size_and_etag(client, lease)
            committed, staged = client.get_block_list("all", lease=lease)
            blob.blocks, blob.staged = list(committed), {block.id for block in staged}
        except BaseException:
            blob.release()
            raise
        return blob

    def _take(self, client: BlobClient, lease: BlobLeaseClient) -> None:
        from azure.core.exceptions import ResourceNotFoundError

        try:
            lease.acquire(lease_duration=LEASE_SECONDS)
        except ResourceNotFoundError:
            refusal = self._make(client)
            try:
                lease.acquire(lease_duration=LEASE_SECONDS)
            except ResourceNotFoundError as error:
                raise refusal or error from None

    def _make(self, client: BlobClient) -> Optional[HttpResponseError]:
        """Make an empty blob; return the refusal when, most likely, another writer was first."""
        from azure.storage.blob import ContentSettings

        content = ContentSettings(content_type=CONTENT_TYPE)
        make = partial(client.upload_blob, b"", content_settings=content, overwrite=False)
        return self._account.make_blob(self._container, make)


def _size_and_etag(client: BlobClient, lease: BlobLeaseClient) -> tuple[int, str]:
    """Return what the blob is now; an empty ETag where it has only blocks nobody committed.

    The original leaves such a blob for a moment when it makes one, and for a week when it dies.
    """
    from azure.core.exceptions import ResourceNotFoundError

    try:
        properties = client.get_blob_properties(lease=lease)
    except ResourceNotFoundError:
        return 0, ""
    return int(properties.size), str(properties.etag)
