"""One blob of some that cannot be used: said once, tried rarely, and no other is late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable, List

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from mdc_core.delivery.append_blob import MOVES
from tests.azure.azurite import Place
from tests.azure.deliveries import Delivery, contents, expected
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer

ROUNDS = 6
BAD = "c01"
Log = Callable[[], List[str]]


@pytest.fixture
def delivery(
    through_proxy: Place, container: ContainerClient, tmp_path: Path
) -> Iterator[Delivery]:
    delivery = Delivery(through_proxy, container.container_name, tmp_path / "spool" / "account")
    yield delivery
    delivery.spool.close()
    delivery.uploader.close()


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
    begins = 2 if "wish" not in name else 0
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
    assert contents(service, container) == expected(range(ROUNDS))
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
