"""Shared CSV blobs that another kind of writer began: their bytes stay in front of our rows."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable

import pytest
from azure.storage.blob import BlobBlock, BlobClient

from mdc_core.delivery import leased_blob
from tests.azure.azurite import Azurite
from tests.azure.original_writer import OriginalWriter
from tests.azure.replica import HEADER, Blob, Replica, joined, numbered

HEADER_ID = "00000000-0000-0000-0000-000000000000"


def commit(blob: Blob, ids: list[str], *contents: bytes) -> None:
    """Make a blob of blocks with these ids."""
    for block_id, content in zip(ids, contents):
        blob.client.stage_block(block_id, content)
    blob.client.commit_block_list([BlobBlock(each) for each in ids])


def test_an_uploaded_blob_keeps_its_bytes(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """A blob made by one upload has no blocks; its bytes become one, and ours follow."""
    before = HEADER + joined("uploaded", range(100))
    blob.client.upload_blob(before)
    assert blob.ids() == []
    make_replica().write(joined("ours", range(5)))
    assert blob.content() == before + joined("ours", range(5))


def test_an_uploaded_last_row_without_its_line_feed_is_ended(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """An edited file often lacks the last line feed; our first row begins a line all the same."""
    blob.client.upload_blob(HEADER + b"uploaded-1,0.5")
    replica = make_replica()
    replica.write(joined("ours", range(2)))
    replica.write(joined("ours", range(2, 4)))
    assert blob.content() == HEADER + b"uploaded-1,0.5\r\n" + joined("ours", range(4))


def test_an_original_writer_can_follow_an_uploaded_blob_and_us(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """What we restaged stands where the original looks for the header: it writes none on top."""
    before = HEADER + joined("uploaded", range(3))
    blob.client.upload_blob(before)
    ours = make_replica()
    ours.write(joined("ours", range(2)))
    OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))
    ours.write(joined("ours", range(2, 4)))
    assert blob.content() == before + b"".join(
        (joined("ours", range(2)), joined("theirs", range(2)), joined("ours", range(2, 4)))
    )


def test_a_large_uploaded_blob_is_restaged_in_parts(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """17 MiB of any bytes come back as they were, in blocks of at most 8 MiB."""
    before = os.urandom(17 * 1024 * 1024) + b"\n"
    blob.client.upload_blob(before, max_concurrency=1)
    make_replica().write(joined("ours", range(5)))
    assert blob.content() == before + joined("ours", range(5))
    assert max(blob.sizes()) <= leased_blob.RESTAGE_BYTES


@pytest.mark.parametrize("length", [1, 5, 32, 35, 48])
def test_ids_of_another_length_are_replaced(
    make_replica: Callable[..., Replica], blob: Blob, length: int
) -> None:
    """Ids of one blob have one length: blocks with others are staged again under ours."""
    ids = [f"{at:0{length}d}" for at in range(4)]
    commit(blob, ids, HEADER, *numbered("foreign", range(3)))
    make_replica().write(joined("ours", range(5)))
    assert blob.content() == HEADER + joined("foreign", range(3)) + joined("ours", range(5))
    assert {len(each) for each in blob.ids()} == {36}


def test_ids_of_36_characters_that_are_no_uuids_are_replaced(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """They may be the undecodable ids of another length, which the SDK hands out as they are."""
    commit(blob, [f"{at:036d}" for at in range(3)], HEADER, *numbered("foreign", range(2)))
    make_replica().write(joined("ours", range(1)))
    assert blob.content() == HEADER + joined("foreign", range(2)) + joined("ours", range(1))


def test_the_sdks_own_blocks_are_replaced(
    make_replica: Callable[..., Replica], blob: Blob, azurite: Azurite
) -> None:
    """A blob that the SDK uploaded in chunks carries its ids; the bytes stay."""
    before = HEADER + joined("uploaded", range(2000))
    with BlobClient.from_connection_string(
        azurite.place.connection_string,
        "modeldata",
        blob.name,
        max_single_put_size=1000,
        max_block_size=10_000,
    ) as client:
        client.upload_blob(before)
    assert len(blob.client.get_block_list("committed")[0]) > 2
    make_replica().write(joined("ours", range(2)))
    assert blob.content() == before + joined("ours", range(2))


@pytest.mark.parametrize("header", [HEADER, b""])
def test_old_blocks_are_merged_near_the_limit(
    make_replica: Callable[..., Replica], blob: Blob, header: bytes
) -> None:
    """The list never grows past the bound, no byte changes, and the header keeps its id."""
    bound = 12
    replica = make_replica(full_blocks=bound, header=header)
    written = header
    for at in range(40):
        row = joined("a", range(at, at + 1))
        replica.write(row)
        written += row
        assert blob.content() == written
        assert len(blob.ids()) <= bound + 1
        assert (blob.ids()[0] == HEADER_ID) == bool(header)


def test_the_latest_ids_survive_a_merge(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """Half of the list stays as it is, for writers that look for a block they committed."""
    replica = make_replica(full_blocks=10)
    for at in range(9):
        replica.write(joined("a", range(at, at + 1)))
    before = blob.ids()
    assert len(before) == 10
    replica.write(joined("a", range(9, 10)))
    assert blob.ids()[-6:-1] == before[-5:]
    assert len(blob.ids()) == 1 + 1 + 5 + 1


def test_the_original_goes_on_after_a_merge(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """It finds the header's id and its own blocks' bytes, and writes no second header."""
    original = OriginalWriter(blob.client, HEADER)
    original.write(*numbered("theirs", range(20)))
    make_replica(full_blocks=10).write(joined("ours", range(1)))
    original.write(*numbered("theirs", range(20, 23)))
    assert blob.rows() == [
        *numbered("theirs", range(20)),
        *numbered("ours", range(1)),
        *numbered("theirs", range(20, 23)),
    ]


def test_hundreds_of_blocks_are_merged(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """A list of 400 blocks becomes a short one, and every byte is where it was."""
    rows = list(numbered("a", range(400)))
    ids = [str(uuid.uuid4()) for _ in rows]
    commit(blob, [HEADER_ID, *ids], HEADER, *rows)
    make_replica(full_blocks=400).write(joined("ours", range(1)))
    assert blob.rows() == [*rows, *numbered("ours", range(1))]
    assert len(blob.ids()) == 1 + 1 + 200 + 1


def test_a_dead_writers_staged_header_changes_nothing(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """What was staged under a committed block's id, and never committed, does not replace it."""
    replica = make_replica()
    replica.write(joined("ours", range(2)))
    OriginalWriter(blob.client).stage_and_die((HEADER_ID, b"invented,header\r\n"))
    replica.write(joined("ours", range(2, 4)))
    assert blob.rows() == list(numbered("ours", range(4)))


@pytest.mark.parametrize("before", [True, False])
def test_a_dead_uploads_blocks_do_not_stand_in_our_way(
    make_replica: Callable[..., Replica], blob: Blob, before: bool
) -> None:
    """Blocks staged under ids of another length, and never committed, are discarded."""
    replica = make_replica()
    if before:
        replica.write(joined("ours", range(2)))
    else:
        blob.client.upload_blob(b"")
    OriginalWriter(blob.client).stage_and_die(("0001", b"half an upload"))
    replica.write(joined("ours", range(2, 4)))
    assert blob.rows() == list(numbered("ours", range(0 if before else 2, 4)))
