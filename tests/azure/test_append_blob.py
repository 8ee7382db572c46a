"""Segments as append blobs: exactly once, whatever becomes of answers, blobs and processes."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict

import pytest
from azure.storage.blob import ContainerClient

from mdc_core.delivery.append_blob import GONE, TAKES_NO_MORE
from tests.azure.fault_proxy import DROP_RESPONSE, PASS, RESET, Fault, FaultProxy, Request, answer
from tests.azure.mirror import Mirror

MakeMirror = Callable[..., Mirror]
Blobs = Callable[[], Dict[str, bytes]]
MEGABYTE = 1 << 20


def lines(first: int, count: int) -> bytes:
    return b"".join(b'{"n": %d}\n' % number for number in range(first, first + count))


def appends(proxy: FaultProxy) -> list[Request]:
    return [request for request, _ in proxy.seen if request.is_append]


def once(fault: Fault, method: Callable[[Request], bool]) -> Callable[[Request], Fault]:
    """Return what fails the first request that fits, and passes all others."""
    left = [fault]
    return lambda request: left.pop() if left and method(request) else PASS


def lose_power(mirror: Mirror, left: bytes) -> str:
    """End a process whose one segment has kept its first bytes; return the segment's path."""
    mirror.die()
    (segment,) = mirror.spooled()
    (mirror.root / segment).write_bytes(left)
    return segment


def test_a_segment_becomes_an_append_blob_of_the_same_name(
    make_mirror: MakeMirror, blobs: Blobs, container: ContainerClient
) -> None:
    """Container and blob are made, and hold what the spool holds under the same path."""
    mirror = make_mirror()
    mirror.append(lines(0, 3))
    mirror.deliver()
    assert blobs() == mirror.spooled() != {}
    (blob,) = container.list_blobs()
    assert str(blob.blob_type.value) == "AppendBlob"


def test_later_lines_are_appended(make_mirror: MakeMirror, blobs: Blobs) -> None:
    """A growing segment stays one blob."""
    mirror = make_mirror()
    for number in range(5):
        mirror.append(lines(number, 1))
        mirror.deliver()
    assert list(blobs().values()) == [lines(0, 5)]


def test_every_append_names_its_position_and_has_at_most_4_mib(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy
) -> None:
    """9 MiB go in whole lines, each append conditional on where it belongs."""
    mirror = make_mirror()
    mirror.append((b"x" * 999 + b"\n") * (9 * MEGABYTE // 1000))
    mirror.deliver()
    positions = [int(each.headers["x-ms-blob-condition-appendpos"]) for each in appends(proxy)]
    bodies = [each.body for each in appends(proxy)]
    assert len(bodies) == 3
    assert positions == [sum(map(len, bodies[:at])) for at in range(3)]
    assert all(len(body) <= 4 * MEGABYTE and body.endswith(b"\n") for body in bodies)
    assert blobs() == mirror.spooled()


def test_a_line_longer_than_an_append_is_divided(make_mirror: MakeMirror, blobs: Blobs) -> None:
    """A line of more than 4 MiB arrives whole."""
    mirror = make_mirror()
    mirror.append(b"x" * (5 * MEGABYTE) + b"\n")
    mirror.deliver()
    assert blobs() == mirror.spooled()


@pytest.mark.parametrize("grown", [0, 2], ids=["as it was", "grown meanwhile"])
def test_a_lost_answer_doubles_nothing(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy, grown: int
) -> None:
    """What the blob holds is found out, also when the next append would be a longer one."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    proxy.choose = once(DROP_RESPONSE, lambda request: request.is_append)
    mirror.step()
    assert mirror.retries == 1
    if grown:
        mirror.append(lines(2, grown))
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 2 + grown)]


@pytest.mark.parametrize("fault", [DROP_RESPONSE, RESET, answer(503)])
def test_a_creation_without_an_answer_is_repeated(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy, fault: Fault
) -> None:
    """The blob is made if missing, so the repetition empties nothing."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    proxy.choose = once(fault, lambda request: request.method == "PUT")
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 2)]


def test_blobs_are_made_only_if_missing(make_mirror: MakeMirror, proxy: FaultProxy) -> None:
    """Every Put Blob carries the condition without which it empties what is there."""
    mirror = make_mirror()
    mirror.append(lines(0, 1))
    mirror.deliver()
    made = [each for each, _ in proxy.seen if each.method == "PUT" and "?" not in each.path]
    assert made
    assert all(each.headers["if-none-match"] == "*" for each in made)


def test_a_restart_resumes_at_the_blobs_length(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy
) -> None:
    """The next process appends what the dead one had not, and then removes the segment."""
    first = make_mirror()
    first.append(lines(0, 3))
    first.deliver()
    first.append(lines(3, 2))
    first.die()
    proxy.seen.clear()
    second = make_mirror()
    second.deliver()
    assert [each.body for each in appends(proxy)] == [lines(3, 2)]
    assert list(blobs().values()) == [lines(0, 5)]
    assert second.spooled() == {}


@pytest.mark.parametrize("is_noted", [True, False])
@pytest.mark.parametrize("left", [1, 4])
def test_a_segment_that_lost_its_end_with_the_power_is_done(
    make_mirror: MakeMirror, blobs: Blobs, left: int, is_noted: bool
) -> None:
    """The blob holds more than the disk, which knows how much was delivered or does not."""
    first = make_mirror()
    first.append(lines(0, 5))
    first.deliver()
    segment = lose_power(first, lines(0, left))
    if not is_noted:
        (first.root / ".mdc-bridge/notes" / Path(segment).name).unlink()
    second = make_mirror()
    second.deliver()
    assert list(blobs().values()) == [lines(0, 5)]
    assert second.spooled() == {}


def test_what_a_dead_process_sent_may_arrive_late(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy, container: ContainerClient
) -> None:
    """After the next process looked at the blob, and longer than what the disk has kept."""
    first = make_mirror()
    first.append(lines(0, 1))
    first.deliver()
    first.append(lines(1, 4))
    segment = lose_power(first, lines(0, 3))
    blob = container.get_blob_client(segment)

    def arrive(request: Request) -> Fault:
        if request.is_append and blob.get_blob_properties().size == len(lines(0, 1)):
            blob.append_block(lines(1, 4))
        return PASS

    proxy.choose = arrive
    second = make_mirror()
    second.deliver()
    assert list(blobs().values()) == [lines(0, 5)]


def test_a_torn_line_of_a_killed_process_is_not_delivered(
    make_mirror: MakeMirror, blobs: Blobs
) -> None:
    """Only whole lines leave the spool."""
    first = make_mirror()
    first.append(lines(0, 2) + b'{"n":')
    first.die()
    second = make_mirror()
    second.deliver()
    assert second.torn == 1
    assert list(blobs().values()) == [lines(0, 2)]


def test_a_sealed_segment_leaves_the_disk_when_it_is_delivered(
    make_mirror: MakeMirror, tmp_path: Path
) -> None:
    """Nothing of it stays but an empty spool."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.spool.seal_all()
    mirror.deliver()
    assert mirror.spooled() == {}
    assert not (mirror.root / "lines").exists()


def test_segments_are_rolled_before_a_blob_is_full(make_mirror: MakeMirror, blobs: Blobs) -> None:
    """With the bound at 3 blocks, 10 appends make 4 blobs."""
    mirror = make_mirror(full_blocks=3)
    for number in range(10):
        mirror.append(lines(number, 1))
        mirror.deliver()
    assert [content.count(b"\n") for content in blobs().values()] == [3, 3, 3, 1]
    assert b"".join(blobs().values()) == lines(0, 10)


def test_blocks_of_the_process_before_are_counted(make_mirror: MakeMirror, blobs: Blobs) -> None:
    """A blob that is full when it is found again is not appended to for long."""
    first = make_mirror()
    for number in range(3):
        first.append(lines(number, 1))
        first.deliver()
    first.append(lines(3, 1))
    first.die()
    second = make_mirror(full_blocks=3)
    second.deliver()
    assert b"".join(blobs().values()) == lines(0, 4)


def test_a_blob_out_of_blocks_is_continued_in_another(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy
) -> None:
    """When the service says so after all, what waits goes to the next sequence number."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.deliver()
    mirror.append(lines(2, 2))
    full = answer(409, code="BlockCountExceedsLimit")
    proxy.choose = once(full, lambda request: request.is_append)
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 2), lines(2, 2)]


def test_another_writer_is_detected_and_left_alone(
    make_mirror: MakeMirror, blobs: Blobs, container: ContainerClient
) -> None:
    """What somebody else appended stays as it is; ours goes on in a new blob, once."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.deliver()
    (name,) = blobs()
    container.get_blob_client(name).append_block(b"theirs\n")
    mirror.append(lines(2, 2))
    mirror.deliver()
    mirror.append(lines(4, 1))
    mirror.deliver()
    assert [blobs()[name], *(each for key, each in blobs().items() if key != name)] == [
        lines(0, 2) + b"theirs\n",
        lines(2, 2),
        lines(4, 1),
    ]


@pytest.mark.parametrize("kind", ["AppendBlob", "BlockBlob"])
def test_somebody_elses_blob_of_the_name_is_left_alone(
    make_mirror: MakeMirror, blobs: Blobs, container: ContainerClient, kind: str
) -> None:
    """A name that is taken by other content, of either kind, is given up."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    (name,) = mirror.spooled()
    container.create_container()
    container.upload_blob(name, b"theirs\n", blob_type=kind)
    mirror.deliver()
    assert sorted(blobs().values()) == sorted([b"theirs\n", lines(0, 2)])


def test_a_leased_blob_is_left_alone(
    make_mirror: MakeMirror, blobs: Blobs, container: ContainerClient
) -> None:
    """A lease of somebody else's does not stop the delivery."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.deliver()
    (name,) = blobs()
    container.get_blob_client(name).acquire_lease()
    mirror.append(lines(2, 2))
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 2), lines(2, 2)]


@pytest.mark.parametrize("what", ["blob", "container"])
def test_what_was_delivered_is_not_sent_again_when_it_is_deleted(
    make_mirror: MakeMirror, blobs: Blobs, container: ContainerClient, what: str
) -> None:
    """A deletion after the fact is somebody's wish; only what waits goes to a new blob."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.deliver()
    if what == "blob":
        container.delete_blob(next(iter(blobs())))
    else:
        container.delete_container()
    mirror.append(lines(2, 2))
    mirror.deliver()
    assert list(blobs().values()) == [lines(2, 2)]


def test_a_container_that_cannot_be_made_yet_is_tried_again_later(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy
) -> None:
    """While the service still deletes a container of the name, the delivery waits."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    being_deleted = answer(409, code="ContainerBeingDeleted")
    proxy.choose = lambda each: being_deleted if "restype=container" in each.path else PASS
    pause = mirror.step()
    assert (mirror.retries, pause < 1) == (1, True)
    proxy.choose = lambda each: PASS
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 2)]


def test_a_container_that_stays_away_is_no_endless_loop(
    make_mirror: MakeMirror, proxy: FaultProxy
) -> None:
    """It is made once in a round, and the failure is logged."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    missing = answer(404, code="ContainerNotFound")
    proxy.choose = lambda each: PASS if "restype=container" in each.path else missing
    mirror.step()
    assert mirror.retries == 1
    assert len(proxy.seen) == 3
    proxy.choose = lambda each: PASS


def test_the_sdk_does_not_retry(make_mirror: MakeMirror, proxy: FaultProxy) -> None:
    """A failed request is not repeated behind our back."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    proxy.choose = lambda request: answer(503, code="ServerBusy")
    mirror.step()
    assert len(proxy.seen) == 1
    proxy.choose = lambda request: PASS


@pytest.mark.parametrize("removed", ["removed", "shortened"])
def test_a_spool_file_that_somebody_took_away_does_not_stop_the_others(
    make_mirror: MakeMirror, blobs: Blobs, log: Callable[[], list[str]], removed: str
) -> None:
    """The loss is logged, and the other segments are delivered."""
    mirror = make_mirror()
    mirror.append(lines(0, 2), folder="gone")
    mirror.append(lines(2, 2), folder="here")
    (path,) = mirror.root.glob("gone/*")
    if removed == "removed":
        path.unlink()
    else:
        path.write_bytes(b"")
    mirror.step()
    mirror.deliver()
    assert [content for content in blobs().values() if content] == [lines(2, 2)]
    assert any("files of the spool were changed from outside" in message for message in log())


@pytest.mark.parametrize("code", sorted(TAKES_NO_MORE - GONE))
def test_a_lost_answer_doubles_nothing_where_the_blob_is_left(
    make_mirror: MakeMirror, blobs: Blobs, proxy: FaultProxy, code: str
) -> None:
    """Before what waits moves to a new name it is found out what the old one holds already."""
    mirror = make_mirror()
    mirror.append(lines(0, 2))
    mirror.deliver()
    (name,) = blobs()
    mirror.append(lines(2, 2))
    proxy.choose = once(DROP_RESPONSE, lambda request: request.is_append)
    mirror.step()
    mirror.append(lines(4, 2))
    refusal = answer(409, code=code)
    proxy.choose = lambda request: refusal if request.is_append and name in request.path else PASS
    mirror.deliver()
    assert list(blobs().values()) == [lines(0, 4), lines(4, 2)]
