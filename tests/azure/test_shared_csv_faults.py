"""Exactly once: leases that are lost, answers that do not come, deaths at every step."""

from __future__ import annotations

import contextlib
import errno
import json
import random
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer
from original_writer import OriginalWriter
from replica import HEADER, Blob, Replica, joined, numbered, replica_maker, shared_blob

from azurite import Place
from mdc_core.delivery.errors import BusyError, DeliveryError

blob = pytest.fixture(shared_blob)
make_replica = pytest.fixture(replica_maker)


class DeathError(Exception):
    """The process is dead from here on."""


def die_at(note: str) -> Callable[[str], object]:
    """Return what dies when a note is written: `intended`, or `committed`."""

    def check(text: str) -> None:
        if bool(json.loads(text)["intended"]) == (note == "intended"):
            raise DeathError

    return check


def die(*_: object) -> None:
    raise DeathError


class Clock:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_taken_by_another_writer_stops_the_commit(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Rows committed while ours was held up between list and commit stay, and ours follow."""
    replica = make_replica()
    replica.write(joined("ours", range(1)))

    def taken() -> None:
        replica.spool.on_read = lambda: None
        blob.take_lease_away()
        OriginalWriter(blob.client, HEADER).write(*numbered("theirs", range(2)))

    replica.append(joined("ours", range(1, 2)))
    replica.spool.on_read = taken
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    expected = [*numbered("ours", range(1)), *numbered("theirs", range(2))]
    assert blob.rows() == expected
    replica.upload()
    assert blob.rows() == [*expected, *numbered("ours", range(1, 2))]


def test_a_lease_that_may_have_run_out_is_not_used(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """By our own clock alone: after 24 s nothing is sent, though the server would take it."""
    clock = Clock()
    replica = make_replica(clock=clock)
    replica.append(joined("ours", range(1)))

    def held_up() -> None:
        clock.now += 25.0

    replica.spool.on_read = held_up
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    assert blob.content() == b""
    replica.spool.on_read = lambda: None
    replica.upload()
    assert blob.rows() == list(numbered("ours", range(1)))


def test_a_slow_delivery_renews_its_lease(make_replica: Callable[..., Replica], blob: Blob) -> None:
    """Large rows over a slow line take longer than a lease, and keep it by renewing."""
    clock = Clock()
    replica = make_replica(clock=clock)
    large = b'7,"' + b"x" * (20 * 1024 * 1024) + b'"\r\n'
    replica.append(large)

    def slowly() -> None:
        clock.now += 9.0

    replica.spool.on_read = slowly
    replica.upload()
    assert clock.now > 100 + 45
    assert blob.content() == HEADER + large


def test_a_renewal_after_another_writers_turn_is_refused(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """A lease that was broken in between cannot be renewed; the delivery starts over."""
    clock = Clock()
    replica = make_replica(clock=clock)
    replica.append(joined("ours", range(1)))

    def taken() -> None:
        replica.spool.on_read = lambda: None
        clock.now += 9.0
        blob.take_lease_away()

    replica.spool.on_read = taken
    with pytest.raises(BusyError, match="was lost"):
        replica.upload()
    replica.upload()
    assert blob.rows() == list(numbered("ours", range(1)))


@pytest.mark.parametrize("step", ["intended", "read", "committed", "finished"])
def test_a_death_at_any_step_is_resolved_by_the_adopter(
    make_replica: Callable[..., Replica], blob: Blob, step: str, tmp_path: Path
) -> None:
    """Whether the commit was made or not, the next process leaves each row there once."""
    dead = make_replica(root=tmp_path / "shared")
    dead.write(joined("a", range(3)))
    dead.append(joined("a", range(3, 6)))
    if step == "read":
        dead.spool.on_read = die
    elif step == "finished":
        dead.deliver()
        dead.spool.seal_all()
    else:
        dead.spool.on_note = die_at(step)
    if step != "finished":
        with pytest.raises(DeathError):
            dead.upload()
    dead.die()
    other = make_replica()
    other.write(joined("b", range(2)))
    adopter = make_replica(root=tmp_path / "shared")
    assert adopter.spool.adopt() == 0
    adopter.deliver()
    assert sorted(blob.rows()) == sorted([*numbered("a", range(6)), *numbered("b", range(2))])


def test_a_death_behind_a_commit_is_resolved_though_more_was_written(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """Rows written to the spool after the commit began are delivered, those before not again."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(3)))
    dead.spool.on_note = die_at("committed")
    with pytest.raises(DeathError):
        dead.upload()
    dead.append(joined("a", range(3, 6)))
    dead.die()
    adopter = make_replica(root=tmp_path / "shared")
    adopter.spool.adopt()
    adopter.deliver()
    assert blob.rows() == list(numbered("a", range(6)))


def test_deaths_of_adopters_are_resolved_as_well(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """Adopters die before the commit, behind it, and before they note that it was there."""
    writer = make_replica(root=tmp_path / "shared")
    writer.append(joined("a", range(5)))
    writer.die()
    for step in ("intended", "committed", "committed"):
        adopter = make_replica(root=tmp_path / "shared")
        adopter.spool.adopt()
        adopter.spool.on_note = die_at(step)
        with pytest.raises(DeathError):
            adopter.upload()
        adopter.die()
    last = make_replica(root=tmp_path / "shared")
    last.spool.adopt()
    last.deliver()
    assert blob.rows() == list(numbered("a", range(5)))


def test_of_two_processes_one_adopts(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """The journal's lock goes to one of them; the other finds nothing to do."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(5)))
    dead.die()
    first, second = (make_replica(root=tmp_path / "shared") for _ in range(2))
    first.spool.adopt()
    second.spool.adopt()
    assert len(first.outbox.unfinished()) == 1
    assert second.outbox.unfinished() == []
    first.deliver()
    assert blob.rows() == list(numbered("a", range(5)))


def test_the_journal_of_an_adopter_that_died_is_adopted_again(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A lock that goes with its holder leaves the files to whoever comes next."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(5)))
    dead.die()
    first, second = (make_replica(root=tmp_path / "shared") for _ in range(2))
    first.spool.adopt()
    first.die()
    second.spool.adopt()
    second.deliver()
    second.finish()
    second.spool.close()
    assert blob.rows() == list(numbered("a", range(5)))
    assert [path for path in (tmp_path / "shared").rglob("*") if path.is_file()] == []


def test_an_adopter_waits_for_a_commit_that_is_under_way(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A process may be at its last commit when its files are already another's."""
    last = make_replica(root=tmp_path / "shared")
    last.append(joined("a", range(5)))
    adopter = make_replica(root=tmp_path / "shared")

    def taken_over(note: str) -> None:
        last.spool.on_note = lambda note: None
        last.die()
        adopter.spool.adopt()
        with pytest.raises(BusyError):
            adopter.upload()

    last.spool.on_note = taken_over
    last.upload()
    adopter.deliver()
    assert blob.rows() == list(numbered("a", range(5)))


@pytest.mark.parametrize(
    "torn", [b"7,torn", b'7,"first line\nsecond', b'7,"first line\r\nsecond line\n', b'7,"']
)
def test_a_torn_row_is_set_aside_whole(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path, torn: bytes
) -> None:
    """A line break inside quotes ends no row: nothing of the torn one reaches the blob."""
    dead = make_replica(root=tmp_path / "shared")
    dead.append(joined("a", range(2)) + b'3,"with\na break"\n')
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("ab") as spooled:
        spooled.write(torn)
    adopter = make_replica(root=tmp_path / "shared")
    assert adopter.spool.adopt() == 1
    adopter.deliver()
    assert blob.content() == HEADER + joined("a", range(2)) + b'3,"with\na break"\n'


@pytest.mark.parametrize("left", [0, 5, 9, 12])
def test_a_torn_header_is_no_header(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path, left: int
) -> None:
    """A death in the middle of a file's first line leaves nothing to deliver, and ends."""
    dead = make_replica(root=tmp_path / "shared", header=b'"two\nlines",b\r\n')
    dead.append(b"1,2\r\n")
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("r+b") as spooled:
        spooled.truncate(left)
    adopter = make_replica(root=tmp_path / "shared")
    adopter.spool.adopt()
    adopter.deliver()
    assert adopter.outbox.waiting_bytes() == 0
    other = make_replica()
    other.write(joined("b", range(1)))
    assert blob.rows() == list(numbered("b", range(1)))


def test_a_file_that_lost_its_end_with_the_power_is_done(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """More is noted as committed than is in the file: nothing waits, nothing is sent again."""
    dead = make_replica(root=tmp_path / "shared")
    dead.write(joined("a", range(3)))
    dead.die()
    (file,) = (tmp_path / "shared" / "csv").rglob("*000000.*.csv")
    with file.open("r+b") as spooled:
        spooled.truncate(len(HEADER + joined("a", range(2))))
    adopter = make_replica(root=tmp_path / "shared")
    adopter.spool.adopt()
    adopter.upload()
    assert adopter.outbox.waiting_bytes() == 0
    assert blob.rows() == list(numbered("a", range(3)))


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


@contextlib.contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Let this process's writes fail beyond a size, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_delivered_leaves_a_full_disk(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """A failed append seals what was written, so that it can go; nothing of it is torn."""
    replica = make_replica(root=tmp_path / "shared")
    replica.write(joined("a", range(10)))
    with files_no_larger_than(1000), pytest.raises(OSError, match="too large"):
        replica.append(joined("a", range(10, 100)))
    for file in replica.outbox.unfinished():
        replica.uploader.finish(file)
        replica.outbox.forget(file)
    assert not list((tmp_path / "shared" / "csv").rglob("*000000.*.csv"))
    replica.write(joined("a", range(10, 100)))
    assert blob.rows() == list(numbered("a", range(100)))


def test_delivery_goes_on_where_no_note_can_be_made(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Only delivery makes room on a full disk, so it does not wait for room for its first note."""
    replica = make_replica()

    def full(note: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    replica.spool.on_note = full
    replica.write(joined("a", range(3)))
    replica.write(joined("a", range(3, 6)))
    assert blob.rows() == list(numbered("a", range(6)))


def test_a_note_that_cannot_be_written_for_another_reason_stops_the_commit(
    make_replica: Callable[..., Replica], blob: Blob
) -> None:
    """Without a note, nothing is sent that could not be found again."""
    replica = make_replica()

    def broken(note: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    replica.spool.on_note = broken
    replica.append(joined("a", range(3)))
    with pytest.raises(OSError, match="Input/output"):
        replica.upload()
    assert blob.content() == b""
    replica.spool.on_note = lambda note: None
    replica.deliver()
    assert blob.rows() == list(numbered("a", range(3)))


def test_a_note_is_written_over_without_room(
    make_replica: Callable[..., Replica], blob: Blob, tmp_path: Path
) -> None:
    """The second note of a file takes no more of the disk than the first, and no new file."""
    replica = make_replica(root=tmp_path / "shared")
    replica.append(joined("a", range(3)))
    (file,) = replica.outbox.unfinished()
    replica.spool.write_note(file.path, '{"delivered": 0, "intended": 0}')
    (note,) = (tmp_path / "shared").rglob("notes/*")
    before = note.stat()
    replica.spool.write_note(file.path, '{"delivered": 1000000, "intended": 2000000}')
    after = note.stat()
    assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)
    assert replica.spool.note(file.path) == '{"delivered": 1000000, "intended": 2000000}'
    replica.spool.write_note(file.path, "1")
    assert replica.spool.note(file.path) == "1"


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
