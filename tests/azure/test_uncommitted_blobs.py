"""Shared CSV blobs of which nothing is committed yet: what a pod leaves that makes one, or dies."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from tests.azure.original_writer import OriginalWriter
from tests.azure.replica import HEADER, Blob, Replica, joined, numbered

HEADER_ID = "00000000-0000-0000-0000-000000000000"
DATA_ID = str(uuid.UUID(int=7))


@pytest.mark.parametrize(
    "staged",
    [
        {DATA_ID: b"never,committed\r\n"},
        {HEADER_ID: HEADER},
        {HEADER_ID: HEADER, DATA_ID: b"never,committed\r\n"},
        {"0001": b"half an upload"},
        {str(uuid.UUID(int=at)): b"x\r\n" for at in range(1, 60)},
    ],
    ids=["a row", "the header", "both", "ids of another length", "many rows"],
)
@pytest.mark.parametrize("header", [HEADER, b""], ids=["with names", "without"])
def test_our_rows_make_the_blob(
    make_replica: Callable[..., Replica], blob: Blob, staged: dict[str, bytes], header: bytes
) -> None:
    """At once, under the header; a dead pod's rows are nobody's, its header is the blob's."""
    for block_id, content in staged.items():
        blob.client.stage_block(block_id, content)
    replica = make_replica(header=header)
    replica.append(joined("ours", range(3)))
    replica.upload()
    replica.append(joined("ours", range(3, 5)))
    replica.upload()
    has_header = header or HEADER_ID in staged
    assert blob.content() == (HEADER if has_header else b"") + joined("ours", range(5))
    assert (HEADER_ID in blob.ids()) == bool(has_header)


def test_a_pod_that_is_making_the_blob_goes_on(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Its header was staged before our turn, its rows come after it: one header, all rows."""
    blob.client.stage_block(HEADER_ID, HEADER)
    make_replica().write(joined("ours", range(3)))
    OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))
    assert blob.content() == HEADER + joined("ours", range(3)) + joined("theirs", range(2))


def test_our_replicas_make_the_blob_together(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """One that staged and died before its commit, and two that follow."""
    blob.client.stage_block(DATA_ID, b"never,committed\r\n")
    first, second = make_replica(), make_replica()
    first.write(joined("first", range(2)))
    second.write(joined("second", range(2)))
    first.write(joined("first", range(2, 4)))
    assert sorted(blob.rows()) == sorted(
        [*numbered("first", range(4)), *numbered("second", range(2))]
    )


def test_a_blob_deleted_under_the_lease_is_no_missing_container(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """A reader that takes it away between list and commit makes us begin anew, nothing else."""
    replica = make_replica()
    replica.write(joined("ours", range(1)))
    replica.append(joined("ours", range(1, 3)))

    def taken() -> None:
        replica.spool.on_read = lambda: None
        blob.take_lease_away()
        blob.client.delete_blob()

    replica.spool.on_read = taken
    replica.deliver()
    assert blob.rows() == list(numbered("ours", range(1, 3)))
