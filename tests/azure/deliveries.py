"""Collections of lines and of rows on their way to an account, without threads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict

from azure.storage.blob import BlobServiceClient, ContainerClient

from mdc_core.delivery.azure import ConnectedAccount
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.shared_csv_blob import spool_ending, spool_folder
from mdc_core.destinations.account import StorageAccountDestination
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import ConnectionString
from tests.azure.azurite import Place

COLLECTIONS = 3
HEADER = b"n\r\n"


class Delivery:
    """Collections of lines and of rows, delivered round by round, a second apart."""

    def __init__(self, place: Place, container: str, root: Path) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.now = 1000.0
        self.outbox = Outbox(lambda: self.now)
        self.spool = Spool(root, self.outbox, 1 << 40)
        account = ConnectedAccount(ConnectionString(place.connection_string))
        destination = StorageAccountDestination(account, container, root, 1 << 40, 1.0)
        self.uploader = destination.make_uploader(self.spool)
        self.loop = DeliveryLoop(
            self.uploader, self.outbox, int, 1.0, lambda: None, "Azurite", lambda: self.now
        )
        self._rows = container
        self.spool.adopt()

    def append(self, number: int) -> None:
        """Put a line and a row into each collection."""
        for at in range(COLLECTIONS):
            self.spool.append(f"lines/c{at:02}", b'{"n":%d}\n' % number, b"", ".jsonl")
            folder = spool_folder(f"modeldata/{self._rows}/c{at:02}/data.csv")
            self.spool.append(folder, b"%d\r\n" % number, HEADER, spool_ending(HEADER))

    def round(self) -> None:
        """Do one round, and what the writer would do."""
        self.now += self.loop.step()
        self.spool.tidy()

    def late(self) -> set[str]:
        """Return the collections of which something waits."""
        parts = [file.path.split("/") for file in self.outbox.unfinished() if file.waiting]
        return {each for path in parts for each in path if each[0] == "c" and each[1:].isdecimal()}


def contents(service: BlobServiceClient, container: ContainerClient) -> dict[str, bytes]:
    """Return what each collection's blobs hold, in the order of the numbers, without headers."""
    found: dict[str, list[bytes]] = {}
    rows = service.get_container_client("modeldata")
    blobs = [(container, blob.name) for blob in container.list_blobs()]
    prefix = f"{container.container_name}/"
    blobs += [(rows, blob.name) for blob in rows.list_blobs(name_starts_with=prefix)]
    for place, name in blobs:
        key = f"{'rows' if place is rows else 'lines'} {name.split('/')[1]}"
        content = place.download_blob(name).readall()
        found.setdefault(key, []).extend(content.replace(HEADER, b"").splitlines(keepends=True))
    return {key: b"".join(sorted(lines, key=_number)) for key, lines in found.items()}


def _number(line: bytes) -> int:
    return int(b"".join(re.findall(rb"\d", line)) or b"-1")


def expected(numbers: range) -> Dict[str, bytes]:
    """Return what `contents` returns when each number is in each collection once."""
    lines = b"".join(b'{"n":%d}\n' % number for number in numbers)
    rows = b"".join(b"%d\r\n" % number for number in numbers)
    return {
        f"{kind} c{at:02}": each
        for kind, each in (("lines", lines), ("rows", rows))
        for at in range(COLLECTIONS)
    }
