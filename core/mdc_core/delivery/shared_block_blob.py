"""A block blob that several writers extend in turns: the original SDK's protocol, made safe.

Lease the blob, read its committed blocks, stage the new ones, commit the old list plus its own,
release. Pods that still run the original SDK take part. What the original does not do: a commit
carries the ETag of the list it extends, so a lease that ran out while the process was paused
cannot overwrite anything, and nothing is sent on a lease that may have run out.
Source of the facts: the original's traffic, and Microsoft's "Put Block List" and "Lease Blob".
"""

from __future__ import annotations

import contextlib
import random
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .azure import Account
from .errors import BusyError

if TYPE_CHECKING:
    from azure.storage.blob import BlobBlock, BlobClient, BlobLeaseClient

HEADER_ID = "00000000-0000-0000-0000-000000000000"
LEASE_SECONDS = 30
# A lease is renewed before a request when it is older than the first of these, and nothing is
# sent on it any more when it is older than the second.
LEASE_FRESH_SECONDS = 8.0
LEASE_USABLE_SECONDS = 24.0
RESTAGE_BYTES = 8 * 1024 * 1024
# Of the 50,000 that a blob may have. The last ones keep their ids, for who looks for them.
FULL_BLOCKS = 45_000
KEPT_BLOCKS = 20_000

_CONTENT_TYPE = "application/octet-stream"
# Ids of one blob have one length. Others than these also may not survive the SDK's decoding.
_OUR_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Piece(NamedTuple):
    """The content of one new block.

    Attributes:
        id: 36 characters.
        read: returns the content.
    """

    id: str
    read: Callable[[], bytes]


@dataclass
class _Held:
    """A leased blob, as its lists were under the lease; `staged` are ids nobody has committed."""

    client: BlobClient
    lease: BlobLeaseClient
    since: float
    blocks: list[BlobBlock]
    staged: set[str]
    size: int
    etag: str


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
        account: Account,
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
            held = self._acquire(name)
            try:
                yield LeasedBlob(held, self._full_blocks, self._clock)
            finally:
                _release(held)

    def _acquire(self, name: str) -> _Held:
        from azure.core.exceptions import HttpResponseError
        from azure.storage.blob import BlobLeaseClient

        client = self._account.blob(self._container, name)
        lease = BlobLeaseClient(client, lease_id=self._lease_id)
        since = self._clock()
        try:
            self._take(client, lease)
        except HttpResponseError as error:
            if error.status_code != 409:
                raise
            raise BusyError(
                f"{name} is leased by another writer", retry_after=0.1 + random.random() / 2
            ) from None
        held = _Held(client, lease, since, [], set(), 0, "")
        try:
            # In this order: an ETag older than the list can only make the commit fail.
            properties = client.get_blob_properties(lease=lease)
            held.size, held.etag = int(properties.size), str(properties.etag)
            committed, staged = client.get_block_list("all", lease=lease)
            held.blocks, held.staged = list(committed), {block.id for block in staged}
        except BaseException:
            _release(held)
            raise
        return held

    def _take(self, client: BlobClient, lease: BlobLeaseClient) -> None:
        from azure.core.exceptions import ResourceNotFoundError

        try:
            lease.acquire(lease_duration=LEASE_SECONDS)
        except ResourceNotFoundError:
            self._create(client)
            lease.acquire(lease_duration=LEASE_SECONDS)

    def _create(self, client: BlobClient) -> None:
        """Make an empty blob, and its container, unless they are there."""
        from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
        from azure.storage.blob import ContentSettings

        settings: dict[str, Any] = {
            "content_settings": ContentSettings(content_type=_CONTENT_TYPE),
            "overwrite": False,
        }
        try:
            try:
                client.upload_blob(b"", **settings)
            except ResourceNotFoundError:
                self._account.make_container(self._container)
                client.upload_blob(b"", **settings)
        except HttpResponseError as error:
            if error.status_code not in (409, 412):  # made, or already leased, by another writer
                raise


class LeasedBlob:
    """One blob while its lease is held; made by `SharedBlobs.leased`."""

    def __init__(self, held: _Held, full_blocks: int, clock: Callable[[], float]) -> None:
        self._held = held
        self._full_blocks = full_blocks
        self._clock = clock

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the blob."""
        return not self._held.blocks and self._held.size == 0

    def holds(self, block_id: str) -> bool:
        """Return whether a block is committed."""
        return any(block.id == block_id for block in self._held.blocks)

    def extend(self, pieces: Iterable[Piece]) -> None:
        """Commit new blocks behind what is in the blob: all of them, or none.

        Raises:
            BusyError: the lease was lost; nothing is committed.
        """
        self._discard_foreign()
        blocks = self._addable_blocks()
        staged = [self._stage(piece.id, piece.read()) for piece in pieces]
        self._commit([*blocks, *staged])

    def _addable_blocks(self) -> list[BlobBlock]:
        """Return the committed blocks, restaged where ours could not be added to them."""
        blocks = self._held.blocks
        if not blocks or not all(_OUR_ID.fullmatch(block.id) for block in blocks):
            return [*self._restage(0, self._held.size, HEADER_ID), *self._end_of_row()]
        self._restore_shadowed()
        return blocks if len(blocks) < self._full_blocks else self._merged(blocks)

    def _discard_foreign(self) -> None:
        """Discard what a dead writer staged under ids of another length: ours are refused then."""
        held = self._held
        uploaded = held.size and not held.blocks  # by one request: no list to commit again
        if not uploaded and any(len(each) != len(HEADER_ID) for each in held.staged):
            held.etag = self._commit(held.blocks)
            held.staged = set()

    def _restore_shadowed(self) -> None:
        """Stage committed blocks again whose ids a dead writer has staged with its own content.

        Of two blocks with one id a commit takes the staged one: the SDK does not send the state
        `Committed`, whatever it is told.
        """
        start = 0
        for block in self._held.blocks:
            if block.id in self._held.staged:
                self._stage(block.id, self._download(start, block.size))
            start += block.size

    def _merged(self, blocks: Sequence[BlobBlock]) -> list[BlobBlock]:
        """Return the blocks with all but the last ones in few; the header stays as it is."""
        first = 1 if blocks[0].id == HEADER_ID else 0
        last = len(blocks) - min(KEPT_BLOCKS, self._full_blocks // 2)
        start, stop = (sum(block.size for block in blocks[:end]) for end in (first, last))
        return [*blocks[:first], *self._restage(start, stop), *blocks[last:]]

    def _restage(self, start: int, stop: int, first_id: str = "") -> list[BlobBlock]:
        """Stage bytes of the blob again, in few blocks with ids of our length.

        Args:
            start: of the bytes.
            stop: of the bytes.
            first_id: of the first block. The original writes a header where it misses the
                header's id, so this one has to stand for the top of a blob that came without.
        """
        staged = []
        for offset in range(start, stop, RESTAGE_BYTES):
            content = self._download(offset, min(RESTAGE_BYTES, stop - offset))
            staged.append(self._stage(first_id or str(uuid.uuid4()), content))
            first_id = ""
        return staged

    def _end_of_row(self) -> list[BlobBlock]:
        """Stage the line feed that somebody else's last row may lack."""
        size = self._held.size
        if not size or self._download(size - 1, 1) == b"\n":
            return []
        return [self._stage(str(uuid.uuid4()), b"\r\n")]

    def _download(self, start: int, length: int) -> bytes:
        self._keep_lease()
        with self._losing_lease():
            content: bytes = self._held.client.download_blob(
                offset=start, length=length, lease=self._held.lease
            ).readall()
        return content

    def _stage(self, block_id: str, content: bytes) -> BlobBlock:
        from azure.storage.blob import BlobBlock

        self._keep_lease()
        with self._losing_lease():
            self._held.client.stage_block(block_id, content, lease=self._held.lease)
        return BlobBlock(block_id)

    def _commit(self, blocks: Sequence[BlobBlock]) -> str:
        from azure.core import MatchConditions
        from azure.storage.blob import ContentSettings

        self._keep_lease()
        with self._losing_lease():
            answer = self._held.client.commit_block_list(
                list(blocks),
                lease=self._held.lease,
                etag=self._held.etag,
                match_condition=MatchConditions.IfNotModified,
                content_settings=ContentSettings(content_type=_CONTENT_TYPE),
            )
        return str(answer["etag"])

    def _keep_lease(self) -> None:
        """Renew the lease in time; give up when it may have run out."""
        age = self._clock() - self._held.since
        if age > LEASE_USABLE_SECONDS:
            raise self._lost()
        if age > LEASE_FRESH_SECONDS:
            since = self._clock()
            with self._losing_lease():
                self._held.lease.renew()
            self._held.since = since

    @contextlib.contextmanager
    def _losing_lease(self) -> Iterator[None]:
        from azure.core.exceptions import HttpResponseError

        try:
            yield
        except HttpResponseError as error:
            if error.status_code in (409, 412):
                raise self._lost() from None
            raise

    def _lost(self) -> BusyError:
        return BusyError(f"the lease on {self._held.client.blob_name} was lost", retry_after=0.1)


def _release(held: _Held) -> None:
    from azure.core.exceptions import AzureError

    with contextlib.suppress(AzureError):  # it runs out by itself
        held.lease.release()
