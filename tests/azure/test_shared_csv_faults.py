"""Exactly once: requests that fail, answers that do not come, commits that arrive late."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from mdc_core.delivery.errors import BusyError, DeliveryError
from tests.azure.azurite import Place
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer
from tests.azure.original_writer import OriginalWriter
from tests.azure.replica import HEADER, Blob, Replica, joined, numbered


def test_an_account_that_does_not_answer_changes_nothing(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """The rows stay in the spool, and the error names no key."""
    closed = (
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;"
        "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;"
    )
    replica = make_replica(connection=closed)
    replica.append(joined("a", range(3)))
    with pytest.raises(DeliveryError, match="does not answer") as failure:
        replica.upload()
    assert "c2VjcmV0" not in str(failure.value)
    assert replica.outbox.waiting_bytes() == len(HEADER + joined("a", range(3)))


def is_commit(request: Request) -> bool:
    return request.method == "PUT" and "comp=blocklist" in request.path


@pytest.mark.parametrize("adopted", [False, True])
@pytest.mark.parametrize("meanwhile", [0, 3])
def test_a_commit_whose_answer_is_lost_is_found(
    make_replica: Callable[..., Replica],
    blob: Blob,
    proxy: FaultProxy,
    through_proxy: Place,
    tmp_path: Path,
    adopted: bool,
    meanwhile: int,
) -> None:
    """The block's id shows that it was made, whoever asks and whatever was written since."""
    replica = make_replica(root=tmp_path / "shared", connection=through_proxy.connection_string)
    replica.append(joined("ours", range(4)))
    proxy.choose = lambda request: DROP_RESPONSE if is_commit(request) else PASS
    with pytest.raises(DeliveryError, match="does not answer"):
        replica.upload()
    assert blob.rows() == list(numbered("ours", range(4)))
    OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(meanwhile)))
    proxy.choose = lambda request: PASS
    if adopted:
        replica.die()
        replica = make_replica(root=tmp_path / "shared")
        replica.spool.adopt()
    else:
        replica.append(joined("ours", range(4, 6)))
    replica.deliver()
    ours = 4 if adopted else 6
    assert sorted(blob.rows()) == sorted(
        [*numbered("ours", range(ours)), *numbered("theirs", range(meanwhile))]
    )


@pytest.mark.parametrize("fault", [DROP_RESPONSE, RESET, answer(503), answer(500), answer(429)])
def test_any_request_may_fail_at_any_time(
    make_replica: Callable[..., Replica],
    blob: Blob,
    proxy: FaultProxy,
    through_proxy: Place,
    fault: Fault,
) -> None:
    """One request in eight fails, whatever it was for: all rows arrive, in order, once."""
    replica = make_replica(connection=through_proxy.connection_string)
    chance = random.Random(3)
    proxy.choose = lambda request: fault if chance.random() < 0.125 else PASS
    failures = 0
    for at in range(6):
        replica.append(joined("ours", range(5 * at, 5 * at + 5)))
        while replica.outbox.waiting_bytes():
            try:
                replica.deliver()
            except DeliveryError:
                failures += 1
    assert failures > 0
    assert blob.rows() == list(numbered("ours", range(30)))


def test_a_commit_that_arrives_late_is_refused(
    make_replica: Callable[..., Replica], blob: Blob, proxy: FaultProxy, through_proxy: Place
) -> None:
    """A commit held up until others have written finds another ETag, and does nothing."""
    replica = make_replica(connection=through_proxy.connection_string)
    replica.write(joined("ours", range(1)))

    def hold_up(request: Request) -> Fault:
        if is_commit(request):
            proxy.choose = lambda request: PASS
            blob.take_lease_away()
            OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))
        return PASS

    proxy.choose = hold_up
    replica.append(joined("ours", range(1, 3)))
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    assert blob.rows() == [*numbered("ours", range(1)), *numbered("theirs", range(2))]
    replica.deliver()
    assert blob.rows()[-2:] == list(numbered("ours", range(1, 3)))
    assert len(blob.rows()) == 5
