"""The writer, step by step: batches, retries, flushes to the disk, markers, counts."""

from __future__ import annotations

from typing import Any, Callable, Dict, Optional

import numpy
import pytest

from mdc_core.data.events import Event
from mdc_core.data.snapshot import ListSnapshot, snapshot_array
from mdc_core.transport.counters import Counters, Counts
from mdc_core.transport.event_queue import EventQueue
from mdc_core.transport.trouble import FIRST_PAUSE, LONGEST_PAUSE
from mdc_core.transport.writer import BATCH_EVENTS, Writer

MakeEvent = Callable[..., Event]
MANY = 10**9


class Hostile(Dict[str, int]):
    """A cell that cannot be formatted."""

    def values(self) -> Any:
        raise ZeroDivisionError


class Unreadable(Dict[str, int]):
    """A cell that fails as a file fails."""

    def values(self) -> Any:
        raise OSError("gone")


class Bench:
    """A writer on a bench, with everything around it."""

    def __init__(self, place: Any, clock: Any, rows: Optional[Any] = None) -> None:
        self.queue = EventQueue(MANY, MANY)
        self.counters = Counters()
        self.clock = clock
        self.writer = Writer(self.queue, self.counters, place, rows or place, 5.0, clock)

    def step(self) -> Optional[float]:
        """Do one step, and let the time pass that the writer wants to wait."""
        pause = self.writer.step()
        self.clock.now += pause or 0.0
        return None if pause is None else round(pause, 6)

    def counts(self) -> Counts:
        """Return the counts now."""
        return self.counters.read(self.queue.taken, self.queue.waiting)


@pytest.fixture
def bench(place: Any, clock: Any) -> Bench:
    """A writer whose lines and rows go to one place."""
    return Bench(place, clock)


def test_all_that_waits_is_written_in_one_append(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """Events of one folder go there together, in their order."""
    for number in range(10):
        bench.queue.put(event(number))
    assert bench.writer.step() is None
    assert place.numbers() == list(range(10))
    assert place.calls.count("append_lines") == 1
    assert bench.counts().written == 10
    assert bench.counts().bytes_written == sum(map(len, place.files.values()))


def test_one_step_writes_at_most_one_batch(bench: Bench, place: Any, event: MakeEvent) -> None:
    """A long queue is written in batches, and the writer does not rest between them."""
    for number in range(BATCH_EVENTS + 1):
        bench.queue.put(event(number))
    assert bench.writer.step() == 0
    assert bench.counts().written == BATCH_EVENTS
    assert bench.writer.step() is None
    assert place.numbers() == list(range(BATCH_EVENTS + 1))


def test_lines_and_rows_of_one_call_are_written_together(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """A legacy call in dual mode is one event in the counts, a line and a row in the files."""
    bench.queue.put(event(7, csv=True))
    bench.writer.step()
    assert place.numbers() == [7]
    assert place.rows("numbers") == [["n"], ["7"]]
    assert bench.counts().written == 1


def test_a_failed_append_is_offered_again(bench: Bench, place: Any, event: MakeEvent) -> None:
    """While the destination fails events wait; when it works again each is written once."""
    bench.queue.put(event(0))
    place.broken = {"append_lines"}
    assert bench.step() == FIRST_PAUSE
    bench.queue.put(event(1))
    assert bench.step() == 2 * FIRST_PAUSE
    assert bench.counts().written == 0
    place.broken = set()
    assert bench.step() is None
    assert place.numbers() == [0, 1]
    assert bench.counts().written == 2


def test_a_retry_does_not_repeat_what_was_written(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """When lines could be written and rows could not, only the rows are offered again."""
    bench.queue.put(event(7, csv=True))
    place.broken = {"append_rows"}
    bench.step()
    place.broken = set()
    bench.step()
    assert place.numbers() == [7]
    assert place.rows("numbers") == [["n"], ["7"]]


def test_pauses_grow_to_a_bound_and_start_over(bench: Bench, place: Any, event: MakeEvent) -> None:
    """A destination that stays broken is asked ever less often, within seconds once it works."""
    bench.queue.put(event(0))
    place.broken = {"append_lines"}
    pauses = [bench.step() or 0.0 for _ in range(10)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (FIRST_PAUSE, LONGEST_PAUSE)
    place.broken = set()
    bench.step()
    bench.queue.put(event(1))
    place.broken = {"append_lines"}
    assert bench.step() == FIRST_PAUSE


def test_failure_and_recovery_are_logged_once(
    bench: Bench, place: Any, event: MakeEvent, caplog: pytest.LogCaptureFixture
) -> None:
    """However often a destination fails, the log says once that it does, once that it works."""
    bench.queue.put(event(0))
    place.broken = {"append_lines"}
    for _ in range(5):
        bench.step()
    place.broken = set()
    bench.step()
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "No space left" in caplog.records[0].getMessage()


def test_torn_files_are_repaired_before_the_first_append(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """What a killed process left is set aside once, before anything is written, and counted."""
    place.torn = 3
    bench.writer.step()
    bench.queue.put(event(0))
    bench.writer.step()
    assert place.calls.count("recover") == 1
    assert place.calls.index("recover") < place.calls.index("append_lines")
    assert bench.counts().repaired == 3


def test_torn_rows_found_by_an_append_are_counted(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """A shared file repaired on the way counts as well."""
    bench.writer.step()
    place.torn = 1
    bench.queue.put(event(0, csv=True))
    bench.writer.step()
    assert bench.counts().repaired == 1


def test_a_repair_that_fails_is_tried_again(bench: Bench, place: Any, event: MakeEvent) -> None:
    """Nothing is appended behind a torn line, so a failed repair holds up the events."""
    place.broken = {"recover"}
    bench.queue.put(event(0))
    assert bench.step() == FIRST_PAUSE
    assert place.files == {}
    place.broken = set()
    bench.step()
    assert place.numbers() == [0]


def test_the_disk_is_flushed_once_per_interval(
    bench: Bench, place: Any, clock: Any, event: MakeEvent
) -> None:
    """Appends are flushed to the disk when the interval has passed, and not without an append."""
    for number in range(3):
        bench.queue.put(event(number))
        bench.writer.step()
        clock.now += 2
    assert (place.calls.count("sync"), bench.counts().synced) == (0, 0)
    bench.writer.step()
    assert (place.calls.count("sync"), bench.counts().synced) == (1, 3)
    clock.now += 100
    bench.writer.step()
    assert place.calls.count("sync") == 1


def test_who_waits_is_released_after_the_flush(bench: Bench, place: Any, event: MakeEvent) -> None:
    """A marker is reached when all before it is on the disk, whatever the interval."""
    bench.queue.put(event(0))
    marker = bench.queue.mark()
    bench.writer.step()
    assert marker.succeeded
    assert marker.reached.is_set()
    assert place.calls[-1] == "sync"
    assert bench.counts().delivered == 1


@pytest.mark.parametrize("broken", ["append_lines", "sync"])
def test_who_waits_is_not_released_by_a_failure(
    bench: Bench, place: Any, event: MakeEvent, broken: str
) -> None:
    """While an append or the flush fails, nothing says that it is done."""
    bench.queue.put(event(0))
    marker = bench.queue.mark()
    place.broken = {broken}
    assert bench.step() == FIRST_PAUSE
    assert not marker.reached.is_set()
    place.broken = set()
    bench.step()
    assert marker.succeeded
    assert place.numbers() == [0]


def test_what_cannot_be_written_in_time_is_counted(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """At the end what was taken and what waits are lost, counted, and nobody waits any more."""
    place.broken = {"append_lines"}
    bench.queue.put(event(0))
    bench.writer.step()
    bench.queue.put(event(1))
    marker = bench.queue.mark()
    bench.writer.drop_rest("not_written_at_exit")
    assert bench.counts().dropped == {"not_written_at_exit": 2}
    assert marker.reached.is_set()
    assert not marker.succeeded


def _hostile(event: Event) -> Event:
    return event._replace(snapshot=ListSnapshot([Hostile()]))


def test_an_event_that_cannot_be_encoded_costs_no_other(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """The event whose cell raises is dropped and counted; its neighbours are written."""
    bench.queue.put(event(0))
    bench.queue.put(_hostile(event(1)))
    bench.queue.put(event(2))
    bench.writer.step()
    assert place.numbers() == [0, 2]
    assert bench.counts().dropped == {"not_encodable": 1}
    assert bench.counts().written == 2


def test_a_cell_that_raises_oserror_is_no_failing_destination(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """A file-like cell that cannot be read costs its event, and writing does not stop for it."""
    bench.queue.put(event(0)._replace(snapshot=ListSnapshot([Unreadable()])))
    bench.queue.put(event(1))
    assert bench.writer.step() is None
    assert place.numbers() == [1]
    assert bench.counts().dropped == {"not_encodable": 1}


def test_a_batch_is_not_dropped_half_appended(bench: Bench, place: Any, event: MakeEvent) -> None:
    """A spool that fills while a batch is retried does not cost the rest of that batch."""
    place.broken = {"append_rows"}
    bench.queue.put(event(0, csv=True))
    bench.step()
    place.broken, place.full = set(), True
    bench.step()
    assert bench.counts().written == 1
    bench.queue.put(event(1, csv=True))
    bench.writer.step()
    assert bench.counts().dropped == {"spool_full": 1}


def test_an_event_that_cannot_be_encoded_is_counted_once(
    bench: Bench, place: Any, event: MakeEvent
) -> None:
    """Retries and the end of the process do not count a dropped event again."""
    large = event(0)._replace(snapshot=snapshot_array(numpy.zeros((60_000, 50)))[0])
    bench.queue.put(_hostile(event(1)))
    bench.queue.put(large)
    place.broken = {"put_raw"}
    for _ in range(3):
        bench.step()
    bench.writer.drop_rest("not_written_at_exit")
    assert bench.counts().dropped == {"not_encodable": 1, "not_written_at_exit": 1}


@pytest.mark.parametrize("broken", [{"put_raw"}, {"put_raw", "append_lines"}, {"append_lines"}])
def test_the_writer_waits_between_tries(
    broken: set[str], bench: Bench, place: Any, event: MakeEvent
) -> None:
    """Whatever fails, an outage is not spent in a loop without a pause."""
    large = event(0)._replace(snapshot=snapshot_array(numpy.zeros((60_000, 50)))[0])
    bench.queue.put(large)
    bench.queue.put(event(1))
    place.broken = broken
    begin = bench.clock.now
    steps = 0
    while bench.clock.now < begin + 60.0:
        bench.step()
        steps += 1
        assert steps < 200
    place.broken = set()
    while bench.step() is not None:
        assert bench.clock.now < begin + 80.0
    assert bench.counts().written == 2


def test_dropping_a_batch_leaves_the_rest(bench: Bench, place: Any, event: MakeEvent) -> None:
    """After a fault of our own one batch is given up, and the next is written."""
    place.broken = {"append_lines"}
    bench.queue.put(event(0))
    bench.writer.step()
    bench.queue.put(event(1))
    bench.writer.drop_batch("internal_error")
    place.broken = set()
    bench.clock.now += FIRST_PAUSE
    bench.step()
    assert place.numbers() == [1]
    assert bench.counts().dropped == {"internal_error": 1}


def test_both_destinations_are_closed_though_one_fails(
    place: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A destination that cannot be closed is reported and does not keep the other open."""
    other = type(place)()
    bench = Bench(place, clock, rows=other)
    place.broken = {"close"}
    bench.writer.close(1)
    assert place.calls == other.calls == ["close"]
    assert "could not be closed" in caplog.text


def test_what_is_written_is_synced_when_all_is_closed(bench: Bench, event: MakeEvent) -> None:
    """The counts at exit say that nothing is left to flush to the disk."""
    bench.queue.put(event(0))
    bench.writer.step()
    assert bench.counts().synced == 0
    bench.writer.close(1)
    assert bench.counts().synced == 1


def test_one_destination_for_both_is_used_once(bench: Bench, place: Any, event: MakeEvent) -> None:
    """Where lines and rows share a destination it is recovered, flushed and closed once."""
    bench.queue.put(event(0, csv=True))
    bench.queue.mark()
    bench.writer.step()
    bench.writer.close(1)
    assert {name: place.calls.count(name) for name in ("recover", "sync", "close")} == {
        "recover": 1,
        "sync": 1,
        "close": 1,
    }


def test_no_file_is_begun_when_the_time_is_over(bench: Bench, event: MakeEvent) -> None:
    """Many new files take longer than an end may be put off; the rest is counted."""
    for number in range(3):
        bench.queue.put(event(number))
    bench.writer._is_late = lambda: True
    assert bench.writer.step() == 0.0
    bench.writer.drop_rest("not_written_at_exit")
    counts = bench.counts()
    assert (counts.written, counts.dropped) == (0, {"not_written_at_exit": 3})
