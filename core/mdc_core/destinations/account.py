"""A storage account as destination, each file of the spool by what takes its kind."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..data.events import RawFile
from ..delivery.append_blob import AppendBlobUploader
from ..delivery.azure import ConnectedAccount
from ..delivery.raw_blob import RawBlobUploader, raw_blob
from ..delivery.shared_csv_blob import SPOOL_FOLDER, SharedCsvUploader
from ..delivery.uploader import Uploader
from ..spool.files import RAW_FOLDER
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .spooled import SpooledDestination


class StorageAccountDestination(SpooledDestination):
    """JSONL segments as append blobs, CSV rows into shared block blobs.

    Args:
        account: where to.
        container: of the JSONL; CSV goes to the container `modeldata`.
        root, max_bytes, interval: see `SpooledDestination`.
    """

    def __init__(
        self, account: ConnectedAccount, container: str, root: Path, max_bytes: int, interval: float
    ) -> None:
        super().__init__(
            root,
            max_bytes,
            interval,
            str(account),
            f"container {container} of {account.identity()}",
        )
        self._account = account
        self._container = container

    def make_uploader(self, spool: Spool) -> Uploader:
        return AccountUploader(self._account, self._container, spool)

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        raw = self._spool.stage_raw(folder, chunks)
        return RawFile(self._account.url(self._container, raw_blob(raw.path)), raw.size, raw.path)

    def discard_raw(self, raw: RawFile) -> None:
        self._spool.tree.discard(raw.path)


class AccountUploader(Uploader):
    """Segments of lines to append blobs, rows to shared blobs, raw files to blobs of their own.

    Args:
        account: where to.
        container: of all but the rows.
        spool: holds the files.
    """

    def __init__(self, account: ConnectedAccount, container: str, spool: Spool) -> None:
        super().__init__(spool)
        self._account = account
        self._lines = AppendBlobUploader(account, container, spool)
        self._others = {
            SPOOL_FOLDER: SharedCsvUploader(account, spool),
            RAW_FOLDER: RawBlobUploader(account, container, spool),
        }

    def upload(self, file: SpoolFile) -> int:
        return self._uploader(file).upload(file)

    def known_delivered(self, file: SpoolFile) -> int:
        return self._uploader(file).known_delivered(file)

    def forget(self, file: SpoolFile) -> None:
        self._uploader(file).forget(file)

    def limit(self, seconds: float) -> None:
        self._account.limit(seconds)

    def close(self) -> None:
        self._account.close()

    def _uploader(self, file: SpoolFile) -> Uploader:
        return self._others.get(file.path.partition("/")[0], self._lines)
