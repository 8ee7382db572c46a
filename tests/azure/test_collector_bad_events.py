"""Events that the collector never takes: they hold up no other, and are given up in the end."""

from __future__ import annotations

import json
import logging
import random
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Callable

import pytest

import mdc_core
from mdc_core.delivery import collector, pacing
from mdc_core.delivery.pacing import Backoff
from tests.azure.collector_settings import Nursery, collect, counts, on_endpoint, spooled
from tests.azure.recorder import HANG_UP, Answer, Recorder, recording, wait_until

FAULTS = {
    "500": Answer(500),
    "503 with a wish": Answer(503, (("Retry-After", "0"),)),
    "a redirect": Answer(307, (("Location", "http://elsewhere/"),)),
    "too late": Answer(408),
    "hanging up": Answer(way=HANG_UP),
}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Recorder]:
    """The collector of this process's online endpoint; pauses are short."""
    monkeypatch.setattr(pacing, "FIRST_FILE_PAUSE", 0.01)
    monkeypatch.setattr(pacing, "LONGEST_FILE_PAUSE", 0.02)
    monkeypatch.setattr(pacing, "Backoff", partial(Backoff, longest=0.1))
    with recording() as recorder:
        on_endpoint(monkeypatch, recorder.port, tmp_path)
        yield recorder
        mdc_core.shutdown(1)


def refusing(bad: Callable[[int], bool], fault: Answer) -> Callable[[bytes], Answer]:
    """Return what answers bad numbers with a fault."""
    return lambda body: fault if bad(json.loads(body)[0]["n"]) else Answer()


def taken(recorder: Recorder, bad: Callable[[int], bool]) -> list[int]:
    """Return the good numbers, in the order in which they came first."""
    return list(dict.fromkeys(number for number in recorder.taken() if not bad(number)))


def collect_until_given_up(first: int, bad: int) -> int:
    """Go on collecting until so many events are given up; return the number after the last."""
    number = first

    def given_up() -> bool:
        nonlocal number
        collect(number, 1)
        number += 1
        mdc_core.flush(0.05)
        return counts().dropped.get("not_taken", 0) >= bad

    wait_until(given_up, lambda: f"{bad} given up: {counts()}")
    return number


@pytest.mark.parametrize("name", FAULTS)
def test_one_bad_event_holds_up_no_other(
    recorder: Recorder, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """All others are taken, in their order but for one; it is tried some times, and counted."""
    recorder.choose = refusing(lambda number: number == 7, FAULTS[name])
    collect(0, 100)
    wait_until(
        lambda: len(taken(recorder, lambda number: number == 7)) == 99, lambda: str(counts())
    )
    order = taken(recorder, lambda number: number == 7)
    assert [number for number in order if number != 8] == [*range(7), *range(9, 100)]
    end = collect_until_given_up(100, 1)
    assert mdc_core.flush(20)
    assert counts().dropped == {"not_taken": 1}
    assert (counts().accepted, counts().delivered) == (end, end - 1)
    tries = recorder.taken().count(7)
    assert collector.TRIES <= tries <= 8 * collector.TRIES
    said = [each.getMessage() for each in caplog.records if each.levelno > logging.WARNING]
    assert sum("not_taken" in message for message in said) == 1
    assert len(said) <= 4


@pytest.mark.parametrize(
    "bad",
    [range(1), range(10, 20), range(95, 100), range(0, 100, 10), range(0, 100, 2)],
    ids=["the first", "ten in a row", "the last", "every tenth", "every other"],
)
def test_many_bad_events_hold_up_no_other(recorder: Recorder, bad: range) -> None:
    """Wherever they stand: all good ones are delivered, all bad ones counted."""
    recorder.choose = refusing(bad.__contains__, Answer(500))
    collect(0, 100)
    end = collect_until_given_up(100, len(bad))
    assert mdc_core.flush(20)
    assert sorted(taken(recorder, bad.__contains__)) == [n for n in range(end) if n not in bad]
    assert counts().dropped == {"not_taken": len(bad)}
    assert (counts().accepted, counts().delivered) == (end, end - len(bad))


@pytest.mark.parametrize("name", FAULTS)
def test_where_nothing_is_taken_nothing_is_given_up(recorder: Recorder, name: str) -> None:
    """That is an outage: all wait, nothing is counted as lost, and the order is kept at its end."""
    fault = FAULTS[name]
    recorder.choose = lambda body: fault
    collect(0, 50)
    wait_until(lambda: counts().retried >= 7, lambda: str(counts()))
    recorder.choose = lambda body: Answer()
    assert mdc_core.flush(20)
    assert counts().dropped == {}
    assert counts().delivered == 50
    probe, *final = recorder.taken()[-50:]
    assert [number for number in final if number != probe] == [
        number for number in range(50) if number != probe
    ]


def test_a_busy_collector_loses_nothing(recorder: Recorder) -> None:
    """A third of all answers are errors, at random: every event is taken all the same."""
    chance = random.Random(5)
    recorder.choose = lambda body: Answer(500) if chance.random() < 0.33 else Answer()
    collect(0, 200)
    wait_until(lambda: counts().delivered == 200, lambda: str(counts()))
    assert counts().dropped == {}
    assert sorted(set(recorder.taken())) == list(range(200))


def test_a_collector_that_recovers_takes_what_was_set_apart(
    recorder: Recorder, tmp_path: Path
) -> None:
    """An event that could not be taken for a while is late, and not lost."""
    recorder.choose = refusing(lambda number: number in (3, 4), Answer(500))
    collect(0, 10)
    wait_until(lambda: len(spooled(tmp_path)) == 3, lambda: str(spooled(tmp_path)))
    recorder.choose = lambda body: Answer()
    assert mdc_core.flush(20)
    assert counts().dropped == {}
    assert counts().delivered == 10
    mdc_core.shutdown()
    assert spooled(tmp_path) == []


def test_what_a_killed_process_has_set_apart_is_tried_by_the_next(
    recorder: Recorder, tmp_path: Path
) -> None:
    """It waits in the spool like any other, once."""
    nursery = Nursery()
    try:
        recorder.choose = refusing(lambda number: number == 3, Answer(500))
        (killed,) = nursery.start((0, 10))
        wait_until(lambda: len(spooled(tmp_path)) == 2, lambda: str(spooled(tmp_path)))
        wait_until(lambda: 9 in recorder.taken(), lambda: str(recorder.taken()))
        killed.end(signal.SIGKILL)
    finally:
        nursery.close()
    recorder.choose = lambda body: Answer()
    before = len(recorder.requests)
    collect(10, 1)
    recorder.wait_for(before + 2)
    assert mdc_core.flush(20)
    assert set(recorder.taken()[before:]) >= {3, 10}
    assert sorted(set(recorder.taken())) == list(range(11))
