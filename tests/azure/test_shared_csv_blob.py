"""The protocol by which our replicas and pods of the original SDK share one CSV blob."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

from mdc_core.delivery import shared_csv_blob
from mdc_core.delivery.errors import BusyError
from tests.azure.original_writer import OriginalWriter
from tests.azure.replica import HEADER, Blob, Replica, joined, numbered

HEADER_ID = "00000000-0000-0000-0000-000000000000"


def test_the_first_rows_make_container_blob_and_header(
    make_replica: Callable[..., Replica], blob: Blob, service: BlobServiceClient
) -> None:
    """Where nothing is there yet, one delivery leaves the header's block and the rows'."""
    service.delete_container("modeldata")
    replica = make_replica()
    replica.append(joined("a", range(3)))
    replica.upload()
    assert replica.outbox.waiting_bytes() == 0
    assert blob.content() == HEADER + joined("a", range(3))
    assert blob.ids()[0] == HEADER_ID
    assert [len(each) for each in blob.ids()] == [36, 36]
    assert blob.client.get_blob_properties().content_settings.content_type == (
        "application/octet-stream"
    )


def test_our_replicas_take_turns(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """Four replicas leave one header, all rows, and each one's rows in their order."""
    replicas = [make_replica() for _ in range(4)]
    for turn in range(3):
        for at, replica in enumerate(replicas):
            replica.write(joined(f"r{at}", range(10 * turn, 10 * turn + 10)))
    rows = blob.rows()
    assert len(rows) == 4 * 30
    for at in range(4):
        own = [row for row in rows if row.startswith(b"r%d-" % at)]
        assert own == list(numbered(f"r{at}", range(30)))


def test_pods_of_the_original_take_turns_with_us(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Whoever comes first, both find the header there and extend what the other has written."""
    ours, original = make_replica(), OriginalWriter(blob.client, HEADER)
    ours.write(joined("ours", range(5)))
    original.write(*numbered("theirs", range(5)))
    ours.write(joined("ours", range(5, 9)))
    original.write(*numbered("theirs", range(5, 9)))
    assert blob.content() == HEADER + b"".join(
        joined(name, numbers) for numbers in (range(5), range(5, 9)) for name in ("ours", "theirs")
    )
    assert blob.ids().count(HEADER_ID) == 1


def test_a_blob_that_the_original_began_keeps_its_header(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """The header of the first writer stays, also where ours would be another."""
    OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))
    make_replica(header=b"other,names\r\n").write(joined("ours", range(2)))
    assert blob.content() == HEADER + joined("theirs", range(2)) + joined("ours", range(2))


def test_writers_at_the_same_time_lose_and_double_nothing(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Threads of both kinds write at once: one header, every row, each list extended."""
    turns = [range(5 * turn, 5 * turn + 5) for turn in range(6)]

    def write_ours(at: int, replica: Replica) -> None:
        for numbers in turns:
            replica.write(joined(f"ours{at}", numbers))

    def write_theirs(at: int) -> None:
        writer = OriginalWriter(blob.client, HEADER)
        for numbers in turns:
            writer.write(*numbered(f"theirs{at}", numbers))

    with ThreadPoolExecutor() as pool:
        done = [pool.submit(write_ours, at, make_replica()) for at in range(4)]
        done += [pool.submit(write_theirs, at) for at in range(2)]
        for each in done:
            each.result(timeout=100)
    names = [*(f"ours{at}" for at in range(4)), *(f"theirs{at}" for at in range(2))]
    assert sorted(blob.rows()) == sorted(row for name in names for row in numbered(name, range(30)))


def test_a_held_lease_is_waited_for(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """While another writer holds the lease nothing is sent and the file is tried again soon."""
    replica = make_replica()
    replica.write(joined("a", range(1)))
    lease = blob.client.acquire_lease(15)
    replica.append(joined("a", range(1, 2)))
    with pytest.raises(BusyError, match="leased by another writer") as busy:
        replica.upload()
    assert 0 < busy.value.retry_after < 1
    assert blob.rows() == list(numbered("a", range(1)))
    lease.release()
    replica.upload()
    assert blob.rows() == list(numbered("a", range(2)))


def test_the_lease_is_given_back(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """After a delivery the next writer gets the lease at once."""
    make_replica().write(joined("a", range(1)))
    assert blob.client.get_blob_properties().lease.state == "available"


def test_no_header_where_no_writer_has_one(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Rows without feature names make a blob of rows alone."""
    make_replica(header=b"").write(joined("a", range(2)))
    assert blob.content() == joined("a", range(2))
    assert HEADER_ID not in blob.ids()


def test_a_header_that_is_due_without_rows_is_written_once(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """An empty array leaves the header, and what follows goes below it."""
    first, second = make_replica(), make_replica()
    first.write(b"")
    second.write(b"")
    assert blob.content() == HEADER
    first.write(joined("a", range(1)))
    second.write(joined("b", range(1)))
    assert blob.content() == HEADER + joined("a", range(1)) + joined("b", range(1))


def test_a_blob_made_and_left_empty_gets_the_header(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """A writer that died between making the blob and its first commit leaves no headless file."""
    blob.client.upload_blob(b"")
    make_replica().write(joined("a", range(1)))
    assert blob.rows() == list(numbered("a", range(1)))


def test_blocks_end_at_rows(
    make_replica: Callable[..., Replica], blob: Blob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is committed in blocks of whole rows, also where cells hold line breaks."""
    monkeypatch.setattr(shared_csv_blob, "MAX_BLOCK_BYTES", 100)
    rows = b"".join(b'%d,"a\nb\n""c"""\n' % number for number in range(40))
    replica = make_replica()
    replica.append(rows)
    replica.upload()
    assert blob.content().startswith(HEADER)
    assert blob.content().endswith(b'"\n')
    replica.deliver()
    assert blob.content() == HEADER + rows
    assert len(blob.ids()) > 5
    offset = len(HEADER)
    for size in blob.sizes()[1:]:
        offset += size
        assert (HEADER + rows)[:offset].endswith(b'""c"""\n')


def test_a_row_larger_than_a_block_is_committed_at_once(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """A row of 9 MiB takes several blocks and one commit; no reader sees part of it."""
    replica = make_replica()
    large = b'7,"' + b"x\n" * (9 * 512 * 1024) + b'"\r\n'
    replica.append(large)
    replica.append(joined("a", range(2)))
    replica.upload()
    assert blob.content() == HEADER + large + joined("a", range(2))
    assert replica.outbox.waiting_bytes() == 0
    assert max(blob.sizes()) <= shared_csv_blob.MAX_BLOCK_BYTES


def test_a_large_row_behind_small_ones_waits_for_its_own_commit(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Small rows before a large one are committed first, the large one whole after them."""
    replica = make_replica()
    large = b'7,"' + b"x" * (5 * 1024 * 1024) + b'"\r\n'
    replica.append(joined("a", range(3)) + large)
    replica.upload()
    assert blob.rows() == list(numbered("a", range(3)))
    replica.deliver()
    assert blob.content() == HEADER + joined("a", range(3)) + large


def test_a_delivered_file_leaves_the_disk(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """Sealed and committed, a spool file goes with its note and its folders."""
    replica = make_replica()
    replica.write(joined("a", range(3)))
    replica.finish()
    replica.spool.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not list(tmp_path.glob("*/csv"))


def test_a_blob_deleted_in_between_is_made_again(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """After its deletion the rows that follow begin a new blob, with a header."""
    replica = make_replica()
    replica.write(joined("a", range(2)))
    blob.client.delete_blob()
    with pytest.raises(ResourceNotFoundError):
        blob.content()
    replica.write(joined("a", range(2, 4)))
    assert blob.rows() == list(numbered("a", range(2, 4)))
