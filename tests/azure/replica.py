"""One of our writers to a shared CSV blob, run step by step, and what is in the blob."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import BlobClient, BlobServiceClient, ContainerClient

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.errors import BusyError
from mdc_core.delivery.leased_blob import FULL_BLOCKS
from mdc_core.delivery.shared_csv_blob import SharedCsvUploader, spool_ending, spool_folder
from mdc_core.spool.notes import Notes
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.spool import Spool
from mdc_core.storage import ConnectionString
from tests.azure.azurite import Azurite

HEADER = b"id,value\r\n"
DEADLINE = 60.0


class _WatchedNotes(Notes):
    on_note: Callable[[str], object] = staticmethod(lambda note: None)

    def write(self, path: str, text: str) -> None:
        self.on_note(text)
        super().write(path, text)


class WatchedSpool(Spool):
    """A spool whose owner may be told, or stopped, at what it does.

    Attributes:
        on_read: called before rows are read for a block, which is after the list was read.
        notes.on_note: called with a note before it is written.
    """

    on_read: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self, root: Path, outbox: Outbox, max_bytes: int) -> None:
        super().__init__(root, outbox, max_bytes)
        self.notes: _WatchedNotes = _WatchedNotes(self.tree, repr)

    def read(self, path: str, start: int, stop: int) -> bytes:
        self.on_read()
        return super().read(path, start, stop)


class Replica:
    """A writer with a spool of its own, or with one that another writer has left.

    Args:
        connection: of the account, or of a proxy before it.
        blob: name of the blob in the container `modeldata`.
        root: of the spool.
        header: for the top of a new blob.
        full_blocks: see `SharedCsvUploader`.
        clock: see `SharedCsvUploader`.
    """

    def __init__(
        self,
        connection: str,
        blob: str,
        root: Path,
        header: bytes = HEADER,
        full_blocks: int = FULL_BLOCKS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.outbox = Outbox()
        self.spool = WatchedSpool(root, self.outbox, 1 << 40)
        self.uploader = SharedCsvUploader(
            ConnectedAccount(ConnectionString(connection)), self.spool, full_blocks, clock
        )
        self._folder = spool_folder(f"modeldata/{blob}")
        self._header = header

    def append(self, rows: bytes) -> None:
        """Put rows into the spool."""
        self.spool.append(self._folder, rows, self._header, spool_ending(self._header))

    def upload(self) -> None:
        """Deliver some of each file once; nobody else may hold the blob."""
        for file in self.outbox.unfinished():
            self.outbox.acknowledged(file, self.uploader.upload(file))

    def deliver(self) -> None:
        """Deliver everything, waiting for other writers."""
        end = time.monotonic() + DEADLINE
        while self.outbox.waiting_bytes():
            assert time.monotonic() < end
            try:
                self.upload()
            except BusyError:
                time.sleep(0.01)

    def write(self, rows: bytes) -> None:
        """Put rows into the spool and deliver them."""
        self.append(rows)
        self.deliver()

    def finish(self) -> None:
        """Seal and clean up what is delivered."""
        self.spool.seal_all()
        for file in self.outbox.unfinished():
            self.uploader.finish(file)
            self.outbox.forget(file)

    def die(self) -> None:
        """Leave everything as a death of the process would."""
        self.spool.abandon()


class Blob:
    """A shared blob, as its readers and its storage account see it."""

    def __init__(self, container: ContainerClient, name: str) -> None:
        self.name = name
        self.client: BlobClient = container.get_blob_client(name)

    def content(self) -> bytes:
        return self.client.download_blob().readall()

    def rows(self) -> list[bytes]:
        """Return the rows below the header, which has to be there once."""
        lines = self.content().splitlines(keepends=True)
        assert lines[0] == HEADER
        assert lines.count(HEADER) == 1
        return lines[1:]

    def ids(self) -> list[str]:
        return [block.id for block in self.client.get_block_list("committed")[0]]

    def sizes(self) -> list[int]:
        return [block.size for block in self.client.get_block_list("committed")[0]]

    def take_lease_away(self) -> None:
        """Break whatever lease is held."""
        from azure.storage.blob import BlobLeaseClient

        BlobLeaseClient(self.client).break_lease(0)


def numbered(name: str, numbers: range) -> Iterator[bytes]:
    """Yield rows of which each is recognisable."""
    return (f"{name}-{number},{number / 7!r}\r\n".encode() for number in numbers)


def joined(name: str, numbers: range) -> bytes:
    """Return the same rows in one."""
    return b"".join(numbered(name, numbers))


def adopter_of(make_replica: Callable[..., Replica], root: Path) -> Replica:
    """Return a process that has adopted what dead ones left in a spool."""
    adopter = make_replica(root=root)
    adopter.spool.adopt()
    return adopter


def shared_blob(service: BlobServiceClient) -> Blob:
    """A fixture: a shared blob of the test's own, not made yet."""
    container = service.get_container_client("modeldata")
    try:
        container.create_container()
    except ResourceExistsError:
        pass
    return Blob(container, f"s/g/w/service/model/{uuid.uuid4()}/inputs/2026/11/21/data.csv")


def replica_maker(azurite: Azurite, blob: Blob, tmp_path: Path) -> Callable[..., Replica]:
    """A fixture: makes writers to `blob`, each with a spool of its own unless told otherwise."""
    made: list[Replica] = []

    def make(**options: Any) -> Replica:
        options.setdefault("root", tmp_path / f"spool{len(made)}")
        options.setdefault("connection", azurite.place.connection_string)
        made.append(Replica(blob=blob.name, **options))
        return made[-1]

    return make
