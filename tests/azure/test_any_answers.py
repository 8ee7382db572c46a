"""Exactly once through any answers that a broken proxy or a service in trouble may give."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path
from typing import Callable, Dict

import pytest
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobLeaseClient, BlobServiceClient, ContainerClient

from mdc_core.delivery.errors import DeliveryError
from tests.azure.azurite import Place
from tests.azure.deliveries import Delivery, contents, expected
from tests.azure.fault_proxy import (
    DROP_RESPONSE,
    PASS,
    RESET,
    SHORTEN,
    TRUNCATE,
    Fault,
    FaultProxy,
    Request,
    answer,
)
from tests.azure.mirror import Mirror
from tests.azure.replica import HEADER, Blob, Replica, joined

ROUNDS = 12
STATUSES = (
    *(300, 301, 302, 304, 307, 400, 401, 403, 404, 405, 408, 409, 410, 411, 412, 413, 416, 418),
    *(425, 429, 451, 500, 501, 502, 503, 504, 507, 511, 599),
)
# But for those that say that a blob is gone, which is then believed.
CODES = (
    "",
    "AccountIsDisabled",
    "AppendPositionConditionNotMet",
    "AuthenticationFailed",
    "AuthorizationPermissionMismatch",
    "BlobAlreadyExists",
    "BlobImmutableDueToPolicy",
    "BlockCountExceedsLimit",
    "ConditionNotMet",
    "ContainerBeingDeleted",
    "InternalError",
    "InvalidBlobType",
    "InvalidBlockList",
    "LeaseAlreadyPresent",
    "LeaseIdMissing",
    "LeaseLost",
    "Nonsense",
    "OperationTimedOut",
    "ServerBusy",
)


def break_leases(service: BlobServiceClient, container: ContainerClient) -> None:
    """End what a dead process still holds; else the next one would wait 30 s for it."""
    rows = service.get_container_client("modeldata")
    with contextlib.suppress(AzureError):
        for blob in list(rows.list_blobs(name_starts_with=f"{container.container_name}/")):
            with contextlib.suppress(AzureError):
                BlobLeaseClient(rows.get_blob_client(blob.name)).break_lease(0)


@pytest.mark.parametrize("seed", range(6))
def test_every_line_and_row_arrives_once(
    through_proxy: Place,
    proxy: FaultProxy,
    service: BlobServiceClient,
    container: ContainerClient,
    tmp_path: Path,
    seed: int,
) -> None:
    """A quarter of all answers are any status with any code, resets, lost or half; some deaths."""
    chance = random.Random(seed)

    def choose(request: Request) -> Fault:
        if chance.random() > 0.25:
            return PASS
        status, code = chance.choice(STATUSES), chance.choice(CODES)
        return chance.choice((answer(status, code=code), DROP_RESPONSE, RESET, TRUNCATE))

    def make() -> Delivery:
        break_leases(service, container)
        return Delivery(through_proxy, container.container_name, tmp_path / "spool" / "account")

    delivery = make()
    proxy.choose = choose
    for number in range(ROUNDS):
        delivery.append(number)
        for _ in range(chance.randrange(1, 4)):
            delivery.round()
        if chance.random() < 0.2:
            delivery.spool.abandon()
            delivery.uploader.close()
            delivery = make()
    proxy.choose = lambda request: PASS
    break_leases(service, container)
    for _ in range(100):
        delivery.round()
    assert contents(service, container) == expected(range(ROUNDS))
    delivery.spool.close()
    delivery.uploader.close()


def first_download(fault: Fault) -> Callable[[Request], Fault]:
    """Return what meets the first answer with content of a blob, and lets all others pass."""
    left = [fault]
    return lambda request: left.pop() if left and "x-ms-range" in request.headers else PASS


@pytest.mark.parametrize("fault", [SHORTEN, TRUNCATE], ids=lambda fault: fault.kind)
def test_half_an_answer_is_no_reason_to_leave_a_blob(
    make_mirror: Callable[..., Mirror],
    proxy: FaultProxy,
    blobs: Callable[[], Dict[str, bytes]],
    fault: Fault,
) -> None:
    """The length of a blob is compared when all of it has arrived."""
    first = make_mirror()
    first.append(b'{"n":0}\n')
    first.deliver()
    first.append(b'{"n":1}\n')
    first.die()
    second = make_mirror()
    proxy.choose = first_download(fault)
    second.deliver()
    assert list(blobs().values()) == [b'{"n":0}\n{"n":1}\n']


@pytest.mark.parametrize("fault", [SHORTEN, TRUNCATE], ids=lambda fault: fault.kind)
def test_half_an_answer_takes_no_bytes_from_a_shared_blob(
    make_replica: Callable[..., Replica],
    blob: Blob,
    proxy: FaultProxy,
    through_proxy: Place,
    fault: Fault,
) -> None:
    """What has to be staged again is staged when all of it has come."""
    before = HEADER + joined("uploaded", range(100))
    blob.client.upload_blob(before)
    replica = make_replica(connection=through_proxy.connection_string)
    replica.append(joined("ours", range(2)))
    proxy.choose = first_download(fault)
    with contextlib.suppress(DeliveryError):  # newer packages ask again by themselves
        replica.upload()
    assert blob.content().startswith(before)
    replica.deliver()
    assert blob.content() == before + joined("ours", range(2))
