"""A pod that still runs the original SDK, as far as its blob server could see it.

Made from its traffic: lease the blob, read its committed blocks, stage new ones under uuids of 36
characters, commit the old list plus these with the header's block first, release. It sends no
conditions, and staging on a blob made by an upload erases that blob's bytes, as the original did.
"""

from __future__ import annotations

import time
import uuid
from typing import Callable

from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.storage.blob import BlobBlock, BlobClient, BlobLeaseClient

HEADER_ID = "00000000-0000-0000-0000-000000000000"
LEASE_SECONDS = 15
DEADLINE = 60.0


class OriginalWriter:
    """Writes rows to a blob that others share.

    Args:
        blob: in a container that exists.
        header: written to the blob if it has no header block yet; empty for none.
    """

    def __init__(self, blob: BlobClient, header: bytes = b"") -> None:
        self._blob = blob
        self._header = header

    def write(self, *rows: bytes, between: Callable[[], object] = lambda: None) -> None:
        """Commit rows, one block each.

        Args:
            rows: of bytes.
            between: called after the list is read and before anything is staged.
        """
        self._create()
        lease = self._acquire()
        try:
            committed, _ = self._blob.get_block_list("committed", lease=lease)
            between()
            ids = [block.id for block in committed]
            header = []
            if self._header and HEADER_ID not in ids:
                header = [self._stage(HEADER_ID, self._header, lease)]
            staged = [self._stage(str(uuid.uuid4()), row, lease) for row in rows]
            self._blob.commit_block_list(
                [BlobBlock(each) for each in header + ids + staged], lease=lease
            )
        finally:
            lease.release()

    def stage_and_die(self, *blocks: tuple[str, bytes]) -> None:
        """Stage blocks, identifier and content, and never commit them."""
        lease = self._acquire()
        for block_id, content in blocks:
            self._stage(block_id, content, lease)
        lease.break_lease(0)

    def _create(self) -> None:
        try:
            self._blob.upload_blob(b"", overwrite=False)
        except ResourceExistsError:
            return

    def _acquire(self) -> BlobLeaseClient:
        end = time.monotonic() + DEADLINE
        while True:
            try:
                return self._blob.acquire_lease(LEASE_SECONDS)
            except HttpResponseError as error:
                if error.status_code != 409 or time.monotonic() > end:
                    raise
            time.sleep(0.02)

    def _stage(self, block_id: str, content: bytes, lease: BlobLeaseClient) -> str:
        self._blob.stage_block(block_id, content, lease=lease)
        return block_id
