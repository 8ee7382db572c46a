"""A storage account as destination."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..data.events import RawFile
from ..delivery.account_uploader import AccountUploader
from ..delivery.azure import Account
from ..delivery.raw_blob import raw_blob
from ..delivery.uploader import Uploader
from ..spool.spool import Spool
from .spooled import SpooledDestination


class StorageAccountDestination(SpooledDestination):
    """JSONL segments as append blobs, CSV rows into shared block blobs.

    Args:
        account: where to.
        container: of the JSONL; CSV goes to the container `modeldata`.
        root: see `SpooledDestination`.
        max_bytes: see `SpooledDestination`.
        interval: see `SpooledDestination`.
    """

    def __init__(
        self, account: Account, container: str, root: Path, max_bytes: int, interval: float
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
        self._spool.discard_raw(raw.path)
