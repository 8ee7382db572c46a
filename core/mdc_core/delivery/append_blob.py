"""JSONL segments as append blobs of the same name, each byte exactly once.

Every append names the position it expects. A response that was lost shows as 412 on the retry;
what the blob holds then tells whether the append had happened. A restart resumes at the blob's
length. A blob that cannot be used any more is left alone: what waits moves to a new name.
Source of the facts: Microsoft's "Append Block" and "Put Blob"; tried against Azurite.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from ..spool.outbox import SpoolFile
from ..spool.spool import Spool
from .azure import Account, error_code
from .errors import BusyError
from .loop import Uploader

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobClient

MAX_APPEND_BYTES = 4 * 1024 * 1024
# Of the 50,000 that a blob may have; what waits when it is reached still fits into the others.
FULL_BLOCKS = 49_000
# Answers to an append that concern this one blob and do not pass.
_LEAVE_BLOB = frozenset(
    {
        "BlobNotFound",
        "BlockCountExceedsLimit",
        "ContainerNotFound",
        "InvalidBlobType",
        "LeaseIdMissing",
    }
)


@dataclass
class _Blob:
    client: BlobClient
    blocks: int


class AppendBlobUploader(Uploader):
    """Mirrors spool files to append blobs.

    Args:
        account: where to.
        container: made when missing, if that is allowed.
        spool: what to mirror.
        full_blocks: number of appends after which a segment is continued in a new one.
    """

    def __init__(
        self, account: Account, container: str, spool: Spool, full_blocks: int = FULL_BLOCKS
    ) -> None:
        self._account = account
        self._container = container
        self._spool = spool
        self._full_blocks = full_blocks
        self._blobs: dict[str, _Blob] = {}
        # Paths whose blob takes no more from here, until the writer has sealed the file.
        self._left: set[str] = set()

    def upload(self, file: SpoolFile) -> int:
        if file.path in self._left:
            self._leave(file, "takes no more")
        with self._account.translated(self._container):
            blob = self._blobs.get(file.path)
            if blob is None:
                return self._resume(file)
            chunk = self._next_chunk(file)
            return self._append(blob, file, chunk)

    def finish(self, file: SpoolFile) -> None:
        self._blobs.pop(file.path, None)
        self._left.discard(file.path)
        self._spool.finish(file)

    def close(self) -> None:
        self._account.close()

    def _resume(self, file: SpoolFile) -> int:
        """Find or make the blob; return how much of the file it holds already."""
        from azure.core.exceptions import ResourceNotFoundError

        blob = _Blob(self._account.blob(self._container, file.path), 0)
        try:
            made = _make_if_missing(blob.client)
        except ResourceNotFoundError:
            self._account.make_container(self._container)
            made = _make_if_missing(blob.client)
        held = 0 if made else self._find(blob, file)
        self._blobs[file.path] = blob
        self._roll_if_full(blob, file)
        return held

    def _find(self, blob: _Blob, file: SpoolFile) -> int:
        properties = blob.client.get_blob_properties()
        held = int(properties.size)
        blob.blocks = int(properties.append_blob_committed_block_count or 0)
        ours = properties.blob_type == "AppendBlob"
        if not ours or not self._begins_with_blob(file, blob, held):
            self._leave(file, "is somebody else's")
        return held

    def _append(self, blob: _Blob, file: SpoolFile, chunk: bytes) -> int:
        from azure.core.exceptions import HttpResponseError

        try:
            answer = blob.client.append_block(chunk, appendpos_condition=file.delivered)
        except HttpResponseError as error:
            return self._resolve(blob, file, error)
        blob.blocks = int(str(answer["blob_committed_block_count"]))
        self._roll_if_full(blob, file)
        return file.delivered + len(chunk)

    def _resolve(self, blob: _Blob, file: SpoolFile, error: HttpResponseError) -> int:
        """Find out why an append was refused; return how much the blob holds.

        When an append had happened and only its answer was lost, the blob goes on as the file
        does. The file may have grown since, so the chunk of then is not the chunk of now.
        """
        code = error_code(error)
        if code in _LEAVE_BLOB:
            self._leave(file, f"takes no more ({code})")
        if code != "AppendPositionConditionNotMet":
            raise error
        length = int(blob.client.get_blob_properties().size)
        if not file.delivered < length <= file.size:
            self._leave(file, "is also written by somebody else")
        count = length - file.delivered
        held = blob.client.download_blob(offset=file.delivered, length=count).readall()
        if held != self._spool.read(file.path, file.delivered, length):
            self._leave(file, "is also written by somebody else")
        blob.blocks += 1
        self._roll_if_full(blob, file)
        return length

    def _roll_if_full(self, blob: _Blob, file: SpoolFile) -> None:
        if blob.blocks >= self._full_blocks:
            self._spool.roll(file.path)

    def _leave(self, file: SpoolFile, why: str) -> NoReturn:
        """Move what waits to a new name, as soon as the writer has sealed the file.

        Raises:
            BusyError: always; the next round goes on with the new name.
        """
        self._blobs.pop(file.path, None)
        if file.sealed:
            self._left.discard(file.path)
            self._spool.move_rest(file)
        else:
            self._left.add(file.path)
            self._spool.roll(file.path)
        raise BusyError(f"{file.path} {why}; what waits goes to a new blob", retry_after=0.1)

    def _begins_with_blob(self, file: SpoolFile, blob: _Blob, held: int) -> bool:
        """Return whether a found blob is the beginning of the file; compares its last megabytes."""
        if held == 0 or held > file.size:
            return held == 0
        start = max(0, held - MAX_APPEND_BYTES)
        found = blob.client.download_blob(offset=start, length=held - start).readall()
        return bool(found == self._spool.read(file.path, start, held))

    def _next_chunk(self, file: SpoolFile) -> bytes:
        """Return what to append next: whole lines where they fit."""
        stop = min(file.size, file.delivered + MAX_APPEND_BYTES)
        chunk = self._spool.read(file.path, file.delivered, stop)
        end = chunk.rfind(b"\n") + 1
        return chunk[:end] if end else chunk


def _make_if_missing(client: BlobClient) -> bool:
    """Make an append blob; return False when the name is taken."""
    from azure.core import MatchConditions
    from azure.core.exceptions import ResourceExistsError

    try:
        # Without the condition an existing blob would be truncated to nothing.
        client.create_append_blob(match_condition=MatchConditions.IfMissing)
    except ResourceExistsError:
        return False
    return True
