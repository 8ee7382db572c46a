"""One blob of some that cannot be used: said once, tried rarely, and no other is late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, List

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer

from azurite import Place
from mdc_core.delivery.append_blob import MOVES
from mdc_core.delivery.azure import Account
from mdc_core.delivery.loop import DeliveryLoop
from mdc_core.delivery.shared_csv_blob import spool_ending, spool_folder
from mdc_core.destinations.spooled import StorageAccountDestination
from mdc_core.spool.outbox import Outbox
from mdc_core.spool.private_folder import prepare_folder
from mdc_core.spool.spool import Spool
from mdc_core.storage import ConnectionString

COLLECTIONS = 3
ROUNDS = 8
BAD = "c01"
HEADER = b"n\r\n"
Log = Callable[[], List[str]]


class Delivery:
    """Collections of lines and of rows, delivered round by round, a second apart."""

    def __init__(self, place: Place, container: str, root: Path) -> None:
        prepare_folder(root, "MDC_SPOOL_DIR")
        self.now = 1000.0
        self.outbox = Outbox(lambda: self.now)
        self.spool = Spool(root, self.outbox, 1 << 40)
        account = Account(ConnectionString(place.connection_string))
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


@pytest.fixture
def delivery(
    through_proxy: Place, container: ContainerClient, tmp_path: Path
) -> Iterator[Delivery]:
    delivery = Delivery(through_proxy, container.container_name, tmp_path / "spool" / "account")
    yield delivery
    delivery.spool.close()
    delivery.uploader.close()


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


def is_bad(request: Request) -> bool:
    return f"/{BAD}/" in request.path


def is_write(request: Request) -> bool:
    return is_bad(request) and request.method == "PUT" and "comp=lease" not in request.path


ANSWERS: dict[str, tuple[Fault, Callable[[Request], bool]]] = {
    "legal hold": (answer(409, code="BlobImmutableDueToPolicy"), is_write),
    "legal hold on what is written": (
        answer(409, code="BlobImmutableDueToPolicy"),
        lambda request: is_write(request) and "comp=" in request.path,
    ),
    "archived": (answer(409, code="BlobArchived"), is_write),
    "forbidden": (answer(403, code="AuthorizationPermissionMismatch"), is_bad),
    "bad request": (answer(400, code="InvalidInput"), is_bad),
    "condition that is never met": (answer(412, code="ConditionNotMet"), is_write),
    "lease that is lost each time": (answer(412, code="LeaseLost"), is_write),
    "not there, whatever is done": (answer(404, code="BlobNotFound"), is_bad),
    "no more blocks": (answer(409, code="BlockCountExceedsLimit"), is_write),
    "another type": (answer(409, code="InvalidBlobType"), is_write),
    "unknown conflict": (answer(409), is_write),
    "too large": (answer(413, code="RequestBodyTooLarge"), is_write),
    "server error": (answer(500, code="InternalError"), is_bad),
    "busy": (answer(503, code="ServerBusy"), is_bad),
    "busy with a wish": (answer(503, retry_after=7, code="ServerBusy"), is_bad),
    "reset": (RESET, is_bad),
    "no answers": (DROP_RESPONSE, is_bad),
    "redirect": (answer(307), is_bad),
    "strange status": (answer(299), is_write),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_other_blobs_are_never_late(
    delivery: Delivery,
    proxy: FaultProxy,
    service: BlobServiceClient,
    container: ContainerClient,
    log: Log,
    name: str,
) -> None:
    """In every round all but one are delivered; later the last one as well, each line once."""
    fault, hits = ANSWERS[name]
    begins = 3 if "wish" not in name else 0
    wishes = 0
    for number in range(ROUNDS):
        if number == begins:
            proxy.choose = lambda request: fault if hits(request) else PASS
        delivery.append(number)
        delivery.round()
        wishes += bool(delivery.late() - {BAD})
    # A service may ask everybody to wait, until it shows that it means one blob alone.
    assert wishes <= (2 if "wish" in name else 0)
    tries = [request for request, _ in proxy.seen if hits(request)]
    assert len(tries) < 12 * ROUNDS
    assert len(log()) <= 4, log()
    assert any(BAD in message for message in log()) or wishes or not delivery.late()
    proxy.choose = lambda request: PASS
    for _ in range(30):
        delivery.round()
    assert delivery.late() == set()
    lines = b"".join(b'{"n":%d}\n' % number for number in range(ROUNDS))
    rows = b"".join(b"%d\r\n" % number for number in range(ROUNDS))
    found = contents(service, container)
    assert found == {
        f"{kind} c{at:02}": each
        for kind, each in (("lines", lines), ("rows", rows))
        for at in range(COLLECTIONS)
    }
    blobs = [blob.name for blob in container.list_blobs() if f"/{BAD}/" in blob.name]
    assert len(blobs) <= 1 + 2 * MOVES


def lease(container: ContainerClient, name: str) -> None:
    container.get_blob_client(name).acquire_lease(-1)


def replace(kind: str) -> Callable[[ContainerClient, str], None]:
    def put(container: ContainerClient, name: str) -> None:
        options: dict[str, Any] = {"length": 512} if kind == "PageBlob" else {}
        container.delete_blob(name)
        container.upload_blob(name, b"x" * 512, blob_type=kind, **options)

    return put


@pytest.mark.parametrize(
    "spoil",
    [lease, replace("PageBlob"), replace("AppendBlob"), replace("BlockBlob")],
    ids=["endless lease", "page blob", "append blob", "block blob"],
)
def test_a_blob_that_somebody_spoils_holds_up_no_other(
    delivery: Delivery,
    service: BlobServiceClient,
    container: ContainerClient,
    log: Log,
    spoil: Callable[[ContainerClient, str], None],
) -> None:
    """Lines go on in a blob of another name, rows wait for theirs; what the blob was stays so."""
    rows = service.get_container_client("modeldata")
    delivery.append(0)
    delivery.round()
    for place, prefix in ((container, "lines"), (rows, container.container_name)):
        (blob,) = place.list_blobs(name_starts_with=f"{prefix}/{BAD}/")
        spoil(place, blob.name)
    for number in range(1, ROUNDS):
        delivery.append(number)
        delivery.round()
        assert delivery.late() <= {BAD}
    waiting = {file.path.partition("/")[0] for file in delivery.outbox.unfinished() if file.waiting}
    assert waiting <= {"csv"}
    assert len(log()) <= 2, log()
    found = contents(service, container)
    assert found[f"lines {BAD}"].endswith(b'{"n":%d}\n' % (ROUNDS - 1))
    assert found["rows c02"].count(b"\n") == ROUNDS
