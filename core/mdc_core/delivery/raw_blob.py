"""Raw files of large events as block blobs: nobody sees one before it is whole.

The blocks of a file are staged one after the other and committed at the end. A process that dies
in between leaves nothing that a reader finds, and the next one stages them again.
Source of the facts: Microsoft's "Put Block" and "Put Block List".
"""

from __future__ import annotations

from functools import partial
from typing import Set

from ..spool.files import RAW_FOLDER
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .azure import ConnectedAccount
from .azure_errors import error_code
from .uploader import Uploader

# A blob has at most 50,000 blocks.
BLOCK_BYTES = 4 * 1024 * 1024
LARGEST_BLOCK_BYTES = 100 * 1024 * 1024


def raw_blob(path: str) -> str:
    """Return the name of the blob for a raw file of the spool."""
    return path[len(RAW_FOLDER) + 1 :]


class RawBlobUploader(Uploader):
    """Uploads raw files.

    Args:
        account: where to.
        container: made when missing, if that is allowed.
        spool: holds the files.
    """

    def __init__(self, account: ConnectedAccount, container: str, spool: Spool) -> None:
        super().__init__(spool)
        self._account = account
        self._container = container
        self._restarted: Set[str] = set()

    def upload(self, file: SpoolFile) -> int:
        """Stage one more block; with the last one, commit them all."""
        block_bytes = max(BLOCK_BYTES, min(LARGEST_BLOCK_BYTES, file.size // 40_000))
        stop = min(file.size, file.delivered + block_bytes)
        content = self._spool.read(file.path, file.delivered, stop)
        with self._account.translated(self._container):
            return self._stage(file, content, block_bytes)

    def forget(self, file: SpoolFile) -> None:
        self._restarted.discard(file.path)

    def _stage(self, file: SpoolFile, content: bytes, block_bytes: int) -> int:
        from azure.core.exceptions import HttpResponseError
        from azure.storage.blob import BlobBlock

        client = self._account.blob(self._container, raw_blob(file.path))
        number = file.delivered // block_bytes
        try:
            stage = partial(client.stage_block, _block_id(number), content)
            self._account.in_container(self._container, stage)
            if file.delivered + len(content) == file.size:
                client.commit_block_list([BlobBlock(_block_id(at)) for at in range(number + 1)])
                self.note(file, file.size)
        except HttpResponseError as error:
            if error_code(error) != "InvalidBlockList" or file.path in self._restarted:
                raise
            self._restarted.add(file.path)
            return 0  # the service has thrown blocks away: all are staged again, once
        return file.delivered + len(content)


def _block_id(number: int) -> str:
    return f"{number:08d}"
