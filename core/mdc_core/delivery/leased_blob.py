"""A shared block blob while its lease is held: what is in it, and how it is extended.

A commit carries the ETag of the list it extends, so a lease that ran out while the process was
paused cannot overwrite anything, and nothing is sent on a lease that may have run out.
Source of the facts: Microsoft's "Put Block List" and "Lease Blob"; tried against Azurite.
"""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .azure import read_blob
from .azure_errors import error_code
from .errors import BusyError

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobBlock, BlobClient, BlobLeaseClient

HEADER_ID = "00000000-0000-0000-0000-000000000000"
# A lease is renewed before a request when it is older than the first of these, and nothing is
# sent on it any more when it is older than the second.
LEASE_FRESH_SECONDS = 8.0
LEASE_USABLE_SECONDS = 24.0
RESTAGE_BYTES = 8 * 1024 * 1024
# A blob may have 50,000 blocks. The last ones keep their ids, which other writers look for.
FULL_BLOCKS = 45_000
KEPT_BLOCKS = 20_000
CONTENT_TYPE = "application/octet-stream"

# Codes beside those of leases with which another writer's turn shows; some servers give none.
_TURNS = frozenset({"", "ConditionNotMet", "PendingCopyOperation"})
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
class LeasedBlob:
    """One blob while its lease is held; made by `SharedBlobs.leased`.

    Attributes:
        client, lease: of the blob.
        since: when the lease was taken, or renewed.
        full_blocks: number of blocks beyond which the older ones are merged.
        clock: monotonic seconds.
        blocks: that are committed, as they were under the lease.
        staged: ids of blocks that nobody has committed.
        size: of the blob.
        etag: of the list of blocks; empty where there is none.
    """

    client: BlobClient
    lease: BlobLeaseClient
    since: float
    full_blocks: int
    clock: Callable[[], float]
    blocks: list[BlobBlock] = field(default_factory=list)
    staged: set[str] = field(default_factory=set)
    size: int = 0
    etag: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in the blob."""
        return not self.blocks and self.size == 0

    def holds(self, block_id: str) -> bool:
        """Return whether a block is committed."""
        return any(block.id == block_id for block in self.blocks)

    def extend(self, pieces: Iterable[Piece]) -> None:
        """Commit new blocks behind what is in the blob: all of them, or none.

        Raises:
            BusyError: the lease was lost; nothing is committed.
        """
        from azure.storage.blob import BlobBlock

        self._discard_foreign()
        pieces = list(pieces)
        blocks = self._addable_blocks()
        if self.is_empty and HEADER_ID in self.staged and pieces[0].id != HEADER_ID:
            # Another writer has staged the header of a blob that it is about to make.
            blocks = [BlobBlock(HEADER_ID)]
        staged = [self._stage(piece.id, piece.read()) for piece in pieces]
        self._commit([*blocks, *staged])

    def _addable_blocks(self) -> list[BlobBlock]:
        """Return the committed blocks, restaged where ours could not be added to them."""
        blocks = self.blocks
        if not blocks or not all(_OUR_ID.fullmatch(block.id) for block in blocks):
            return [*self._restage(0, self.size, HEADER_ID), *self._end_of_row()]
        self._restore_shadowed()
        return blocks if len(blocks) < self.full_blocks else self._merged(blocks)

    def _discard_foreign(self) -> None:
        """Discard what a dead writer staged under ids of another length: ours are refused then."""
        uploaded = self.size and not self.blocks  # by one request: no list to commit again
        if not uploaded and any(len(each) != len(HEADER_ID) for each in self.staged):
            self.etag = self._commit(self.blocks)
            self.staged = set()

    def _restore_shadowed(self) -> None:
        """Stage committed blocks again whose ids a dead writer has staged with its own content.

        Of two blocks with one id a commit takes the staged one: the SDK does not send the state
        `Committed`, whatever the answers.
        """
        start = 0
        for block in self.blocks:
            if block.id in self.staged:
                self._stage(block.id, self._download(start, block.size))
            start += block.size

    def _merged(self, blocks: Sequence[BlobBlock]) -> list[BlobBlock]:
        """Return the blocks with all but the last ones in few; the header stays as it is."""
        first = 1 if blocks[0].id == HEADER_ID else 0
        last = len(blocks) - min(KEPT_BLOCKS, self.full_blocks // 2)
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
        size = self.size
        if not size or self._download(size - 1, 1) == b"\n":
            return []
        return [self._stage(str(uuid.uuid4()), b"\r\n")]

    def _download(self, start: int, length: int) -> bytes:
        self._keep_lease()
        with self._losing_lease():
            return read_blob(self.client, start, length, lease=self.lease)

    def _stage(self, block_id: str, content: bytes) -> BlobBlock:
        from azure.storage.blob import BlobBlock

        self._keep_lease()
        with self._losing_lease():
            self.client.stage_block(block_id, content, lease=self.lease)
        return BlobBlock(block_id)

    def _commit(self, blocks: Sequence[BlobBlock]) -> str:
        from azure.core import MatchConditions
        from azure.storage.blob import ContentSettings

        self._keep_lease()
        condition: dict[str, Any] = {"match_condition": MatchConditions.IfMissing}
        if self.etag:
            condition = {"etag": self.etag, "match_condition": MatchConditions.IfNotModified}
        with self._losing_lease():
            answer = self.client.commit_block_list(
                list(blocks),
                lease=self.lease,
                content_settings=ContentSettings(content_type=CONTENT_TYPE),
                **condition,
            )
        return str(answer["etag"])

    def release(self) -> None:
        """Give the lease up."""
        from azure.core.exceptions import AzureError

        with contextlib.suppress(AzureError):  # it runs out by itself
            self.lease.release()

    def _keep_lease(self) -> None:
        """Renew the lease in time; give up when it may have run out."""
        age = self.clock() - self.since
        if age > LEASE_USABLE_SECONDS:
            raise self._lost()
        if age > LEASE_FRESH_SECONDS:
            since = self.clock()
            with self._losing_lease():
                self.lease.renew()
            self.since = since

    @contextlib.contextmanager
    def _losing_lease(self) -> Iterator[None]:
        from azure.core.exceptions import HttpResponseError

        try:
            yield
        except HttpResponseError as error:
            if is_anothers_turn(error):
                raise self._lost() from None
            raise

    def _lost(self) -> BusyError:
        return BusyError(f"the lease on {self.client.blob_name} was lost", retry_after=0.1)


def is_anothers_turn(error: HttpResponseError) -> bool:
    """Return whether a refusal is that of a lease or a condition, which another writer met."""
    code = error_code(error)
    return error.status_code in (409, 412) and (code.startswith("Lease") or code in _TURNS)
