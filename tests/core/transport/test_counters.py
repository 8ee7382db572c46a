"""The counts: one reading is consistent, and says what an operator has to know."""

from __future__ import annotations

import threading

from mdc_core.transport.counters import Counters, Counts


def test_counts_start_at_nothing() -> None:
    """A pipeline that did nothing has counted nothing."""
    assert Counters().read() == Counts()


def test_accepted_is_what_was_taken_and_what_waits() -> None:
    """The queue's numbers make up what was accepted."""
    counts = Counters().read(taken=3, waiting=4)
    assert (counts.accepted, counts.waiting) == (7, 4)


def test_stages_follow_each_other() -> None:
    """Synced is what was written at that moment, not what came later."""
    counters = Counters()
    counters.add_written(3)
    counters.add_bytes(300)
    counters.mark_synced()
    counters.add_delivered(2)
    counters.add_written(2)
    counters.add_bytes(200)
    counts = counters.read()
    assert (counts.written, counts.bytes_written) == (5, 500)
    assert (counts.synced, counts.delivered) == (3, 2)


def test_drops_are_counted_by_reason() -> None:
    """Every lost event is counted under the reason it was lost for."""
    counters = Counters()
    counters.add_dropped("queue_full")
    counters.add_dropped("queue_full", 2)
    counters.add_dropped("not_encodable")
    assert counters.read().dropped == {"queue_full": 3, "not_encodable": 1}


def test_a_reading_does_not_change_afterwards() -> None:
    """What was read is a value, whatever is counted later."""
    counters = Counters()
    counters.add_dropped("queue_full")
    before = counters.read()
    counters.add_dropped("queue_full")
    counters.add_repaired()
    assert before.dropped == {"queue_full": 1}
    assert before.repaired == 0
    assert counters.read().repaired == 1


def test_text_names_what_was_lost_and_repaired() -> None:
    """The log line says what happened to every event, and is silent about what did not happen."""
    assert str(Counts(accepted=2, written=2, synced=1)) == (
        "accepted 2, written 2, synced 1, delivered 0, dropped 0"
    )
    assert str(Counts(dropped={"b": 2, "a": 1}, repaired=4)).endswith(
        "dropped 3 (a 1, b 2), repaired 4"
    )


def test_no_count_is_lost_between_threads() -> None:
    """Threads that count at the same time count exactly."""
    counters = Counters()

    def count() -> None:
        for _ in range(2000):
            counters.add_dropped("queue_full")
            counters.add_written(1)
            counters.add_bytes(10)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = counters.read()
    assert counts.dropped == {"queue_full": 16_000}
    assert (counts.written, counts.bytes_written) == (16_000, 160_000)
