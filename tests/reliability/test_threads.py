"""Many threads of one process share a collector."""

from __future__ import annotations

import threading
from typing import Callable

import pandas
import pytest

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting

# The end comes while thousands of events wait; how long it waits for them is tested elsewhere.
pytestmark = pytest.mark.usefixtures("ends_wait")

THREADS = 32
EVENTS = 200


def in_threads(work: Callable[[int], None]) -> None:
    """Run `work(number)` for THREADS * EVENTS numbers, in threads that start together."""
    together = threading.Barrier(THREADS)

    def some(first: int) -> None:
        together.wait()
        for number in range(first, first + EVENTS):
            work(number)

    threads = [threading.Thread(target=some, args=(EVENTS * at,)) for at in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_order_of_each_thread(values: list[int]) -> bool:
    """Return whether each thread's numbers stand in the order it collected them."""
    last: dict[int, int] = {}
    for value in values:
        if last.get(value // EVENTS, -1) > value:
            return False
        last[value // EVENTS] = value
    return True


def test_legacy_rows_of_32_threads_are_there_once() -> None:
    """Every row of every thread is in the CSV and in the JSONL once, in the thread's order."""
    with collecting() as collected:
        collector = ModelDataCollector("m", designation="inputs", feature_names=["n"])
        in_threads(lambda number: collector.collect([number]) and None)
    rows = [int(row[0]) for row in collected.rows("inputs")[1:]]
    lines = [line["data"][0]["n"] for line in collected.lines("model_inputs")]
    for values in (rows, lines):
        assert sorted(values) == list(range(THREADS * EVENTS))
        assert in_order_of_each_thread(values)


def test_modern_frames_of_32_threads_are_there_once() -> None:
    """Every frame is one line, and every `collect` got an id of its own."""
    ids: list[str] = []
    with collecting("modern") as collected:
        collector = Collector(name="numbers")
        in_threads(
            lambda number: ids.append(collector.collect(pandas.DataFrame({"n": [number]})).get_id())
        )
    lines = collected.lines("numbers")
    values = [line["data"][0]["n"] for line in lines]
    assert sorted(values) == list(range(THREADS * EVENTS))
    assert in_order_of_each_thread(values)
    assert sorted(line["correlationid"] for line in lines) == sorted(ids)
    assert len(set(ids)) == THREADS * EVENTS


@pytest.mark.parametrize("capacity", [1, 10, 1000])
def test_what_a_full_queue_refused_and_what_it_took_is_all(
    monkeypatch: pytest.MonkeyPatch, capacity: int
) -> None:
    """Under more load than the queue holds every event is either written or counted as refused."""
    monkeypatch.setenv("AZUREML_MDC_QUEUE_CAPACITY", str(capacity))
    refused: list[Exception] = []
    with collecting("modern") as collected:
        collector = Collector(name="numbers", on_error=refused.append)
        in_threads(lambda number: collector.collect(pandas.DataFrame({"n": [number]})) and None)
        mdc_core.flush()
        (counts,) = mdc_core.counts()
    values = [line["data"][0]["n"] for line in collected.lines("numbers")]
    assert len(values) == len(set(values)) == counts.written == counts.accepted
    assert counts.dropped.get("queue_full", 0) == len(refused)
    assert len(values) + len(refused) == THREADS * EVENTS
