"""Azure's collector as destination."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..data.events import RawFile
from ..delivery.collector import CollectorUploader
from ..delivery.uploader import Uploader
from ..spool.spool import Spool
from .spooled import SpooledDestination


class CollectorDestination(SpooledDestination):
    """Events posted one by one to Azure's collector.

    Args:
        host, port: of the collector.
        compact: see `CollectorUploader`.
        root, max_bytes, interval: see `SpooledDestination`.
    """

    max_data_bytes = float("inf")
    keeps_headers = True

    def __init__(
        self, host: str, port: int, compact: bool, root: Path, max_bytes: int, interval: float
    ) -> None:
        name = f"the collector at {host}:{port}"
        super().__init__(root, max_bytes, interval, name, name)
        self._host = host
        self._port = port
        self._compact = compact

    def make_uploader(self, spool: Spool) -> Uploader:
        return CollectorUploader(self._host, self._port, self._compact, spool, self._count_refused)

    def put_raw(self, folder: str, chunks: Iterable[bytes]) -> RawFile:
        raise OSError("the collector takes data of any size in their line")
