"""Spool files to a storage account, each by what takes its kind."""

from __future__ import annotations

from ..spool.raws import RAW_FOLDER
from ..spool.spool import Spool
from ..spool.spool_file import SpoolFile
from .append_blob import AppendBlobUploader
from .azure import Account
from .raw_blob import RawBlobUploader
from .shared_csv_blob import SPOOL_FOLDER, SharedCsvUploader
from .uploader import Uploader


class AccountUploader(Uploader):
    """Segments of lines to append blobs, rows to shared blobs, raw files to blobs of their own.

    Args:
        account: where to.
        container: of all but the rows.
        spool: holds the files.
    """

    def __init__(self, account: Account, container: str, spool: Spool) -> None:
        self._account = account
        self._lines = AppendBlobUploader(account, container, spool)
        self._others = {
            SPOOL_FOLDER: SharedCsvUploader(account, spool),
            RAW_FOLDER: RawBlobUploader(account, container, spool),
        }

    def upload(self, file: SpoolFile) -> int:
        return self._uploader(file).upload(file)

    def noted(self, file: SpoolFile) -> int:
        return self._uploader(file).noted(file)

    def finish(self, file: SpoolFile) -> None:
        self._uploader(file).finish(file)

    def forget(self, file: SpoolFile) -> None:
        self._uploader(file).forget(file)

    def limit(self, seconds: float) -> None:
        self._account.limit(seconds)

    def close(self) -> None:
        self._account.close()

    def _uploader(self, file: SpoolFile) -> Uploader:
        return self._others.get(file.path.partition("/")[0], self._lines)
