"""A container of a storage account as a tree of files."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, cast

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.errors import DeliveryError
from mdc_core.errors import MissingFileError, StoreError
from mdc_core.systems import user_name

from .base import PRIVATE_FOLDER, FileInfo, Files
from .scratch import scratch_folder

READ_BYTES = 4 * 1024 * 1024
# Options of azure-storage-blob: a blob of up to so many bytes is one request, a larger one blocks.
WHOLE_BYTES = 64 * 1024 * 1024
BLOCK_BYTES = 4 * 1024 * 1024
# What a server answers to a range that begins where a blob ends, as every range of an empty one.
_NO_SUCH_RANGE = 416


class AccountFiles(Files):
    """The blobs of one container.

    Args:
        account: retries by itself what may pass.
        container: made by the first write, if that is allowed.
    """

    def __init__(self, account: ConnectedAccount, container: str) -> None:
        self._account = account
        self._container = container

    def __str__(self) -> str:
        return f"container {self._container} of {self._account}"

    @property
    def url(self) -> str:
        return self._account.url(self._container, "").rstrip("/")

    def find(self, folder: str = "") -> Iterator[FileInfo]:
        prefix = f"{folder.rstrip('/')}/" if folder else ""
        with self._translated(""):  # what is missing is the container
            for blob in self._account.container(self._container).list_blobs(prefix or None):
                # Accounts with hierarchical folders list the folders as blobs too.
                if (blob.metadata or {}).get("hdi_isfolder") == "true":
                    continue
                path = str(blob.name)
                if PRIVATE_FOLDER not in path[len(prefix) :].split("/"):
                    yield FileInfo(path, int(blob.size), str(blob.etag))

    def open(self, path: str) -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(_BlobReader(self, path), READ_BYTES))

    def read(self, path: str) -> bytes:
        with self._translated(path):
            return bytes(self._account.blob(self._container, path).download_blob().readall())

    def read_range(self, path: str, start: int, length: int) -> tuple[bytes, int]:
        """Return bytes of a file, fewer at its end, and the size of the whole file."""
        from azure.core.exceptions import HttpResponseError

        with self._translated(path):
            blob = self._account.blob(self._container, path)
            try:
                stream = blob.download_blob(offset=start, length=length)
            except HttpResponseError as error:
                if error.status_code != _NO_SUCH_RANGE:
                    raise
                return b"", start
            # `properties.size` is that of the range; "bytes 0-9/20" names the whole as well.
            size = int(str(stream.properties.content_range).rpartition("/")[2])
            return bytes(stream.readall()), size

    def write(self, path: str, content: bytes) -> None:
        self._upload(path, io.BytesIO(content))

    def publish(self, path: str, local: Path) -> None:
        with open(local, "rb") as stream:
            self._upload(path, stream)
        local.unlink()

    def remove(self, path: str) -> None:
        with contextlib.suppress(MissingFileError), self._translated(path):
            self._account.blob(self._container, path).delete_blob()

    def exists(self, path: str) -> bool:
        with self._translated(path):
            return bool(self._account.blob(self._container, path).exists())

    def scratch(self) -> AbstractContextManager[Path]:
        return scratch_folder(Path(tempfile.gettempdir()) / f"mdc-bridge-{user_name()}")

    def close(self) -> None:
        self._account.close()

    def _upload(self, path: str, stream: BinaryIO) -> None:
        from azure.core.exceptions import ResourceNotFoundError

        blob = self._account.blob(self._container, path)
        with self._translated(path):
            try:
                blob.upload_blob(stream, overwrite=True)
            except ResourceNotFoundError:
                self._account.make_container(self._container)
                stream.seek(0)
                blob.upload_blob(stream, overwrite=True)

    @contextlib.contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        from azure.core.exceptions import ResourceNotFoundError

        try:
            with self._account.translated(self._container):
                try:
                    yield
                except ResourceNotFoundError:
                    where = f"blob {path} in {self}" if path else str(self)
                    raise MissingFileError(f"{where} does not exist") from None
        except DeliveryError as error:
            raise StoreError(str(error)) from error


class _BlobReader(io.RawIOBase):
    """A blob as a stream, read in ranges, so that a failed one is retried by itself.

    The first one is read at once: it tells the size as well, and most blobs are no larger.
    """

    def __init__(self, files: AccountFiles, path: str) -> None:
        self._files = files
        self._path = path
        self._at = 0
        self._ahead, self._size = files.read_range(path, 0, READ_BYTES)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer
        length = min(len(buffer), self._size - self._at)
        if length <= 0:
            return 0
        content = self._ahead[self._at : self._at + length]
        if not content:
            self._ahead = b""
            content, _ = self._files.read_range(self._path, self._at, length)
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
