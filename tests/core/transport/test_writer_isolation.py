"""One file, folder or destination that cannot be written costs what belongs there, nothing else."""

from __future__ import annotations

import errno
import os
from collections import Counter
from typing import Any, Callable, Optional

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.events import Event, Stream
from mdc_core.data.snapshot import snapshot_array
from mdc_core.transport.counters import Counters, Counts
from mdc_core.transport.event_queue import EventQueue
from mdc_core.transport.trouble import FIRST_PAUSE
from mdc_core.transport.writer import Writer

MakeEvent = Callable[..., Event]
# What one file can be in the way of itself with.
OF_ONE_FILE = {
    "a file where a folder is needed": errno.ENOTDIR,
    "a folder where a file is needed": errno.EISDIR,
    "a read-only day": errno.EACCES,
    "not permitted": errno.EPERM,
    "a link in its place": errno.ELOOP,
    "a name too long": errno.ENAMETOOLONG,
    "a lock that is held": errno.EAGAIN,
    "a folder taken away for good": errno.ENOENT,
    "in use": errno.ETXTBSY,
}
# What all files meet, and some of which one file may meet alone.
OF_THE_DISK = {
    "no room": errno.ENOSPC,
    "no quota": errno.EDQUOT,
    "a broken disk": errno.EIO,
    "a disk made read-only": errno.EROFS,
    "no descriptors": errno.EMFILE,
}


class Hall:
    """A writer over two places, a clock, and files that fail on demand."""

    def __init__(self, make_place: Callable[[], Any], clock: Any, events: int = 10**9) -> None:
        self.place = make_place()
        self.rows_place = self.place
        self.clock = clock
        self.bad: dict[str, int] = {}
        self.usable = True
        self.queue = EventQueue(events, 10**9)
        self.counters = Counters()
        self.watch(self.place)
        self.writer = Writer(self.queue, self.counters, self.place, self.place, 5.0, clock)

    def watch(self, place: Any) -> None:
        """Let the appends of a place fail for the files in `bad`."""
        for name in ("append_lines", "append_rows"):
            setattr(place, name, self._failing(getattr(place, name)))
        place.is_usable = lambda size: self.usable

    def _failing(self, append: Callable[..., Any]) -> Callable[..., Any]:
        def attempt(where: str, *what: Any) -> Any:
            for part, code in self.bad.items():
                if part in where:
                    raise OSError(code, os.strerror(code))
            return append(where, *what)

        return attempt

    def step(self, seconds: float = 0.0) -> Optional[float]:
        pause = self.writer.step()
        self.clock.now += seconds
        return pause

    def numbers(self, collection: str) -> list[int]:
        return [line["data"][0]["n"] for line in self.place.lines(collection)]

    def counts(self) -> Counts:
        return self.counters.read(self.queue.taken, self.queue.waiting)


@pytest.fixture
def hall(place: Any, clock: Any) -> Hall:
    return Hall(lambda: place, clock)


def of(event: MakeEvent, collection: str, number: int) -> Event:
    stream = Stream("endpoint", "deployment", collection, "sub/group/workspace")
    return event(number)._replace(stream=stream)


@pytest.mark.parametrize("code", OF_ONE_FILE.values(), ids=OF_ONE_FILE)
def test_all_but_one_file_go_on_at_their_pace(
    hall: Hall, event: MakeEvent, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Every step writes what came for the others; the one is tried again and comes in order."""
    hall.bad = {"bad": code}
    for number in range(100):
        hall.queue.put(of(event, "bad", number))
        hall.queue.put(of(event, "good", number))
        hall.step(0.05)
        assert hall.numbers("good") == list(range(number + 1))
    assert hall.numbers("bad") == []
    assert hall.counts().written == 100
    said = len([each for each in caplog.records if each.levelname == "ERROR"])
    assert said == (0 if code == errno.EAGAIN else 1)  # for five seconds it may be a turn
    hall.bad = {}
    hall.step(2.0)
    hall.step()
    assert hall.numbers("bad") == list(range(100))
    assert hall.counts().written == 200
    assert hall.counts().dropped == {}


@pytest.mark.parametrize("code", OF_THE_DISK.values(), ids=OF_THE_DISK)
def test_one_file_that_looks_like_the_disk_is_found_out(
    hall: Hall, event: MakeEvent, code: int
) -> None:
    """A quota or a bad sector may be of one file: one pause later the others go on."""
    hall.bad = {"bad": code}
    hall.queue.put(of(event, "bad", 0))
    hall.queue.put(of(event, "good", 0))
    assert hall.step(FIRST_PAUSE) == pytest.approx(FIRST_PAUSE)
    for number in range(1, 50):
        hall.queue.put(of(event, "bad", number))
        hall.queue.put(of(event, "good", number))
        hall.step(0.05)
    assert hall.numbers("good") == list(range(50))
    hall.bad = {}
    hall.step(2.0)
    hall.step()
    assert hall.numbers("bad") == list(range(50))


@pytest.mark.parametrize("code", [*OF_THE_DISK.values(), errno.EACCES])
def test_where_all_fails_nothing_is_given_up(
    hall: Hall, event: MakeEvent, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A root that nobody can write to holds everything up to the queue's bound, and no more."""
    hall.bad, hall.usable = {"": code}, False
    for number in range(200):
        hall.queue.put(of(event, f"c{number % 3}", number))
        hall.step(0.05)
    assert (hall.counts().written, hall.counts().dropped) == (0, {})
    assert hall.queue.waiting > 100
    hall.bad, hall.usable = {}, True
    hall.step(2.0)
    for _ in range(3):
        hall.step(0.05)
    assert hall.counts().written == 200
    assert [each.levelname for each in caplog.records] == ["ERROR", "WARNING"]


def test_what_waits_for_one_file_is_bounded_and_counted(
    place: Any, clock: Any, event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """A quarter of the queue for one file, half of it for all; the first ones stay."""
    hall = Hall(lambda: place, clock, events=100)
    hall.bad = {"bad": errno.EACCES}
    for number in range(100):
        hall.queue.put(of(event, "bad", number))
        hall.step(0.05)
    assert hall.counts().dropped == {"unwritable": 75}
    for number in range(300):
        hall.queue.put(of(event, f"bad{number % 5}", number))
        hall.queue.put(of(event, "good", number))
        hall.step(0.05)
    assert hall.numbers("good") == list(range(300))
    counts = hall.counts()
    assert counts.accepted - counts.written - counts.dropped["unwritable"] == 50
    hall.bad = {}
    hall.step(2.0)
    hall.step()
    assert hall.numbers("bad") == list(range(25))
    assert hall.counts().accepted == hall.counts().written + hall.counts().dropped["unwritable"]
    assert len([each for each in caplog.records if "are lost" in each.getMessage()]) < 40


def test_the_first_append_is_held_whatever_its_size(
    place: Any, clock: Any, event: MakeEvent
) -> None:
    """A neighbour's turn at the lock costs no batch, however large."""
    hall = Hall(lambda: place, clock, events=100)
    for number in range(80):
        hall.queue.put(of(event, "bad", number))
    hall.bad = {"bad": errno.EAGAIN}
    hall.step(FIRST_PAUSE)
    hall.bad = {}
    hall.step()
    assert hall.numbers("bad") == list(range(80))


def test_a_neighbours_turn_at_the_lock_is_not_worth_a_word(
    hall: Hall, event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """Only who keeps it for seconds is spoken of, and when it is free again."""
    hall.bad = {"bad": errno.EAGAIN}
    hall.queue.put(of(event, "bad", 0))
    for _ in range(20):
        hall.step(0.1)
    assert caplog.records == []
    for _ in range(200):
        hall.step(0.1)
    (said,) = caplog.records
    assert "cannot be written" in said.getMessage()
    for _ in range(6000):
        hall.step(0.1)
    assert len(caplog.records) == 2  # ten minutes later, once more
    hall.bad = {}
    hall.step(2.0)
    hall.step()
    assert "can be written again" in caplog.records[-1].getMessage()


def test_a_destination_that_fails_does_not_stop_the_other(
    place: Any, clock: Any, event: MakeEvent
) -> None:
    """Rows go to their folder while the spool for the lines is refused, up to the bound."""
    rows = type(place)()
    queue, counters = EventQueue(100, 10**9), Counters()
    writer = Writer(queue, counters, place, rows, 5.0, clock)
    place.broken = {"recover"}
    for number in range(300):
        queue.put(event(number, csv=True))
        writer.step()
        clock.now += 0.05
    assert len(rows.rows("numbers")) == 301
    counts = counters.read(queue.taken, queue.waiting)
    assert (counts.written, counts.dropped) == (0, {"unwritable": 275})
    place.broken = set()
    clock.now += 2
    writer.step()
    assert place.numbers() == list(range(25))
    assert counters.read().written == 25


def test_who_waits_does_so_for_what_is_held(hall: Hall, event: MakeEvent) -> None:
    """`flush` is not done while an event before it waits for its file; others are."""
    hall.queue.put(of(event, "good", 0))
    first = hall.queue.mark()
    hall.step()
    hall.bad = {"bad": errno.EACCES}
    hall.queue.put(of(event, "bad", 0))
    second = hall.queue.mark()
    hall.queue.put(of(event, "good", 1))
    hall.step(0.2)
    assert first.succeeded
    assert not second.reached.is_set()
    hall.bad = {}
    hall.step()
    assert second.succeeded


def test_what_is_held_at_the_end_gets_a_last_try(hall: Hall, event: MakeEvent) -> None:
    """A file that was freed meanwhile is written at exit; another's events are counted."""
    hall.bad = {"bad": errno.EACCES, "worse": errno.EACCES}
    for collection in ("bad", "worse"):
        hall.queue.put(of(event, collection, 0))
    hall.step()
    del hall.bad["bad"]
    hall.writer.drop_rest("not_written_at_exit")
    assert hall.numbers("bad") == [0]
    assert hall.counts().dropped == {"not_written_at_exit": 1}


def large(event: Event) -> Event:
    """Return an event whose data are a file of their own."""
    return event._replace(snapshot=snapshot_array(numpy.zeros((60_000, 50)))[0])


def test_a_large_event_that_cannot_be_stored_holds_up_nobody(hall: Hall, event: MakeEvent) -> None:
    """Nor is what could be stored for others in its batch stored twice."""
    store = hall.place.put_raw
    stored: list[str] = []

    def put_raw(folder: str, chunks: Any) -> Any:
        if len(stored) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        raw = store(folder, chunks)
        stored.append(raw.path)
        return raw

    hall.place.put_raw = put_raw
    hall.queue.put(large(of(event, "large", 0)))
    hall.queue.put(large(of(event, "large", 1)))
    hall.queue.put(of(event, "good", 2))
    marker = hall.queue.mark()
    for _ in range(3):
        hall.step(0.05)
    assert hall.numbers("good") == [2]
    assert not marker.reached.is_set()
    hall.place.put_raw = store
    hall.step(2.0)
    hall.step()
    assert marker.succeeded
    lines = hall.place.lines("large")
    references = [line["dataref"].rpartition("test/")[2] for line in lines]
    raws = [path for path, content in hall.place.files.items() if content.startswith(b"[{")]
    assert sorted(references) == sorted(raws)
    assert len(raws) == 2


@given(data=st.data())
def test_every_event_is_written_in_order_or_counted(
    data: st.DataObject, make_parts: Callable[[], tuple[Any, Any]], event: MakeEvent
) -> None:
    """Files that fail and recover in any order, against an oracle: order kept, none uncounted."""
    clock, place = make_parts()
    hall = Hall(lambda: place, clock, events=40)
    accepted: Counter[str] = Counter()
    names = ["a", "b", "c"]
    for _ in range(data.draw(st.integers(1, 40))):
        kind = data.draw(st.sampled_from(["put", "put", "put", "step", "break", "mend"]))
        name = data.draw(st.sampled_from(names))
        if kind == "put" and hall.queue.waiting < 10:
            hall.queue.put(of(event, name, accepted[name]))
            accepted[name] += 1
        elif kind == "break":
            code = data.draw(st.sampled_from([*OF_ONE_FILE.values(), *OF_THE_DISK.values()]))
            hall.bad[f"/{name}/"] = code
        elif kind == "mend":
            hall.bad.pop(f"/{name}/", None)
        else:
            hall.step(data.draw(st.sampled_from([0.0, 0.05, 1.0, 3.0])))
    hall.bad = {}
    for _ in range(4):
        hall.step(3.0)
    lost = sum(hall.counts().dropped.values())
    for name in names:
        numbers = hall.numbers(name)
        assert numbers == sorted(set(numbers))
        lost -= accepted[name] - len(numbers)
    assert lost == 0
    assert hall.counts().written + sum(hall.counts().dropped.values()) == sum(accepted.values())
