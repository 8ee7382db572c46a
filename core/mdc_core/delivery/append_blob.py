"""JSONL segments as append blobs of the same name, each byte exactly once.

Every append names the position it expects. A response that was lost shows as 412 on the retry;
what the blob holds then tells whether the append had happened. A restart resumes at the blob's
length, and where a reader has taken the blob away, at what was noted of it. A blob that cannot be
used any more is left alone: what waits moves to a new name, a few times at most.
Source of the facts: Microsoft's "Append Block", "Put Blob" and "Blob service error codes"; tried
against Azurite.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn, Optional

from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .azure import ConnectedAccount, read_blob
from .azure_errors import error_code
from .errors import BusyError, RefusedError
from .uploader import Uploader

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError
    from azure.storage.blob import BlobClient

MAX_APPEND_BYTES = 4 * 1024 * 1024
# A blob may have 50,000 blocks; what waits at this number still fits into the rest of them.
FULL_BLOCKS = 49_000
# New names in a row for what waits, before it stays where it is.
MOVES = 3
REFUSALS = 3  # of one blob, while others take something, before it is left
GONE = frozenset({"BlobNotFound", "ContainerNotFound"})
# Answers to an append that concern this one blob and do not pass.
TAKES_NO_MORE = frozenset(
    {
        "BlobArchived",
        "BlobImmutableDueToPolicy",
        "BlockCountExceedsLimit",
        "InvalidBlobType",
        "LeaseIdMissing",
        *GONE,
    }
)


@dataclass
class _KnownBlob:
    """A blob that appends go to.

    Attributes:
        client: for it.
        blocks: that it has.
        is_uncertain: an append may have happened whose answer was lost.
    """

    client: BlobClient
    blocks: int = 0
    is_uncertain: bool = False


class AppendBlobUploader(Uploader):
    """Mirrors the files of `spool` to append blobs.

    Args:
        account, container: where to; the container is made when missing, if that is allowed.
        spool: what to mirror.
        full_blocks: number of appends after which a segment is continued in a new one.
    """

    def __init__(
        self,
        account: ConnectedAccount,
        container: str,
        spool: Spool,
        full_blocks: int = FULL_BLOCKS,
    ) -> None:
        super().__init__(spool)
        self._account = account
        self._container = container
        self._full_blocks = full_blocks
        self._blobs: dict[str, _KnownBlob] = {}
        # Paths whose blob takes no more from here, until the writer has sealed the file.
        self._left: set[str] = set()
        # By folder: new names since something was appended there.
        self._moves: dict[str, int] = {}
        # By path: how often its blob has refused, and how much the others had taken by then.
        self._refusals: dict[str, tuple[int, int]] = {}
        self._taken = 0

    def upload(self, file: SpoolFile) -> int:
        if file.path in self._left:
            self._leave(file, "takes no more")
        try:
            with self._account.translated(self._container):
                held = self._upload(file)
        except RefusedError as error:
            if not isinstance(error, BusyError):
                self._refused(file, error)
            raise
        self._taken += 1
        self._refusals.pop(file.path, None)
        return held

    def forget(self, file: SpoolFile) -> None:
        self._blobs.pop(file.path, None)
        self._refusals.pop(file.path, None)
        self._left.discard(file.path)

    def _upload(self, file: SpoolFile) -> int:
        blob = self._blobs.get(file.path)
        if blob is None:
            return self._resume(file)
        held = self._append(blob, file, self._next_chunk(file))
        self._moves.pop(_folder(file), None)
        self.note(file, held)
        return held

    def _resume(self, file: SpoolFile) -> int:
        """Find or make the blob; return how much of the file it holds already."""
        blob = _KnownBlob(self._account.blob(self._container, file.path))
        refusal = None if file.delivered else self._make(blob.client)
        found = file.delivered or refusal
        held = self._find(blob, file, refusal) if found else 0
        self._blobs[file.path] = blob
        self._roll_if_full(blob, file)
        return held

    def _make(self, client: BlobClient) -> Optional[HttpResponseError]:
        from azure.core import MatchConditions

        # Without the condition an existing blob would be truncated to nothing.
        make = partial(client.create_append_blob, match_condition=MatchConditions.IfMissing)
        return self._account.make_blob(self._container, make)

    def _find(self, blob: _KnownBlob, file: SpoolFile, refusal: Optional[HttpResponseError]) -> int:
        from azure.core.exceptions import ResourceNotFoundError

        try:
            properties = blob.client.get_blob_properties()
        except ResourceNotFoundError as error:
            if refusal or error_code(error) not in GONE:
                raise refusal or error from None
            self._leave(file, "was taken away")
        held = _common_end(file, int(properties.size))
        blob.blocks = int(properties.append_blob_committed_block_count or 0)
        ours = properties.blob_type == "AppendBlob" and held >= file.delivered
        if not ours or not self._is_same(file, blob, max(0, held - MAX_APPEND_BYTES), held):
            self._leave(file, "is somebody else's")
        return held

    def _append(self, blob: _KnownBlob, file: SpoolFile, chunk: bytes) -> int:
        from azure.core.exceptions import HttpResponseError

        was_uncertain, blob.is_uncertain = blob.is_uncertain, True
        try:
            answer = blob.client.append_block(chunk, appendpos_condition=file.delivered)
        except HttpResponseError as error:
            blob.is_uncertain = was_uncertain or (error.status_code or 500) >= 500
            return self._resolve(blob, file, error)
        blob.is_uncertain = False
        blob.blocks = int(str(answer["blob_committed_block_count"]))
        self._roll_if_full(blob, file)
        return file.delivered + len(chunk)

    def _resolve(self, blob: _KnownBlob, file: SpoolFile, error: HttpResponseError) -> int:
        """Find out why an append was refused; return how much the blob holds.

        Where only an answer was lost the blob goes on as the file does, which may have grown since.
        """
        code = error_code(error)
        if code in TAKES_NO_MORE:
            if blob.is_uncertain:
                found = self._find(blob, file, None)
                blob.is_uncertain = False
                return found
            self._leave(file, f"takes no more ({code})")
        if code != "AppendPositionConditionNotMet":
            raise error
        held = _common_end(file, int(blob.client.get_blob_properties().size))
        if held <= file.delivered or not self._is_same(file, blob, file.delivered, held):
            self._leave(file, "is also written by somebody else")
        blob.blocks += 1
        blob.is_uncertain = False
        self._roll_if_full(blob, file)
        return held

    def _roll_if_full(self, blob: _KnownBlob, file: SpoolFile) -> None:
        if blob.blocks >= self._full_blocks:
            self._spool.roll(file.path)

    def _refused(self, file: SpoolFile, error: RefusedError) -> None:
        """Leave a blob that refuses again and again what others take."""
        count, taken = self._refusals.get(file.path, (0, -1))
        if taken != self._taken:
            count += 1
        self._refusals[file.path] = (count, self._taken)
        blob = self._blobs.get(file.path)
        if blob is not None and blob.is_uncertain:
            del self._blobs[file.path]  # it is looked at first
        elif count > REFUSALS and self._moves.get(_folder(file), 0) < MOVES:
            self._leave(file, f"takes nothing ({error})")

    def _leave(self, file: SpoolFile, why: str) -> NoReturn:
        """Move what waits to a new name, as soon as the writer has sealed the file.

        Raises:
            BusyError: the next round goes on with the new name.
            RefusedError: the names before were no better; what waits stays.
        """
        self._blobs.pop(file.path, None)
        if file.path not in self._left:
            moves = self._moves.get(_folder(file), 0)
            if moves >= MOVES:
                raise RefusedError(f"the blob {why}, as {moves} others before", lasting=True)
            self._moves[_folder(file)] = moves + 1
        if file.sealed:
            self.forget(file)
            self._spool.move_rest(file)
        else:
            self._left.add(file.path)
            self._spool.roll(file.path)
        raise BusyError(f"{file.path} {why}; what waits goes to a new blob", retry_after=0.1)

    def _is_same(self, file: SpoolFile, blob: _KnownBlob, start: int, stop: int) -> bool:
        """Return whether blob and file are alike between two offsets."""
        if start == stop:
            return True
        found = read_blob(blob.client, start, stop - start)
        return found == self._spool.read(file.path, start, stop)

    def _next_chunk(self, file: SpoolFile) -> bytes:
        """Return what to append next: whole lines where they fit."""
        stop = min(file.size, file.delivered + MAX_APPEND_BYTES)
        chunk = self._spool.read(file.path, file.delivered, stop)
        end = chunk.rfind(b"\n") + 1
        return chunk[:end] if end else chunk


def _common_end(file: SpoolFile, length: int) -> int:
    """Return where the shorter of a file and a blob of some length ends; -1 where none may.

    A loss of power may cut a dead process's file behind what it delivered: nothing waits in it.
    A file that still grows is never shorter than its blob.
    """
    if length <= file.size:
        return length
    return file.size if file.sealed and file.size == file.written else -1


def _folder(file: SpoolFile) -> str:
    return file.path.rpartition("/")[0]
