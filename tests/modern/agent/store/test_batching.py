"""Events of one id within a window become one line for each collection, all alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_agent.metrics import AgentCounts
from mdc_agent.store import Store, StoreSettings
from mdc_agent.store.batching import Batching
from mdc_agent.stored_event import StoredEvent
from mdc_core.errors import SpoolFullError
from tests.modern.agent.places import FolderPlace
from tests.modern.agent.store.test_store import DEPLOYMENT, event, lines_of, stored


class Given:
    """What a batching has given on, by a clock that is turned by hand."""

    def __init__(self, window: float = 1.0, max_bytes: int = 10**9) -> None:
        self.now = 0.0
        self.events: list[StoredEvent] = []
        self.batching = Batching(window, self._put, max_bytes, lambda: self.now)

    def _put(self, event: StoredEvent, keys: Sequence[bytes], waiter: Any) -> None:
        self.events.append(event)
        waiter(None)

    def step(self, now: float) -> list[tuple[str, bytes]]:
        """Turn the clock, and return what was given on by then."""
        self.now = now
        self.batching.step()
        given, self.events = self.events, []
        return [(each.collection, each.data) for each in given]


def _event(
    id: str, data: bytes, collection: str = "model_inputs", correlation: str = "c"
) -> StoredEvent:
    return event(
        id, data, collection=collection, correlation_id=correlation, request_id=correlation
    )


def _nobody(error: Exception | None) -> None:
    """Nobody waits."""


def test_a_window() -> None:
    """What comes within the window is one line; what comes later is the next."""
    given, told = Given(), []
    given.batching.add(_event("1", b'[{"a":1}]'), [b"1"], told.append)
    given.now = 0.9
    given.batching.add(_event("2", b' [ {"a":2}, {"a":3} ] '), [b"2"], told.append)
    given.batching.add(_event("3", b"[]"), [b"3"], told.append)
    given.batching.add(_event("4", b"[9]", correlation="other"), [b"4"], told.append)
    assert given.step(0.95) == []
    assert told == []
    assert given.step(1.0) == [("model_inputs", b'[{"a":1},{"a":2}, {"a":3}]')]
    assert told == [None] * 3
    assert given.step(2.0) == [("model_inputs", b"[9]")]


def test_content_range() -> None:
    """A line of several events says how long its data are; its other fields are the first's."""
    given = Given()
    for each in ("1", "2"):
        given.batching.add(_event(each, b"[1]"), [each.encode()], _nobody)
    given.batching.close()
    (line,) = given.events
    assert (line.id, line.data, line.content_range) == ("1", b"[1,1]", "bytes 0-4/5")


def test_outputs_that_come_late() -> None:
    """A batch waits for the events that one collection has fewer of, but not for ever."""
    given = Given()
    for each in (b"[1]", b"[2]"):
        given.batching.add(_event("i", each), [b"i" + each], _nobody)
    given.batching.add(_event("o1", b"[10]", "model_outputs"), [b"o1"], _nobody)
    assert given.step(1.5) == []
    given.batching.add(_event("o2", b"[20]", "model_outputs"), [b"o2"], _nobody)
    assert given.step(1.6) == [("model_inputs", b"[1,2]"), ("model_outputs", b"[10,20]")]
    given.batching.add(_event("i", b"[1]"), [b"3"], _nobody)
    given.batching.add(_event("i", b"[2]"), [b"4"], _nobody)
    given.batching.add(_event("o", b"[1]", "model_outputs"), [b"5"], _nobody)
    assert given.step(4.5) == []
    assert given.step(4.6) == [("model_inputs", b"[1,2]"), ("model_outputs", b"[1]")]


_TIMES = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), min_size=1, max_size=30)


@given(_TIMES)
def test_inputs_and_outputs_are_batched_alike(requests: list[tuple[int, int]]) -> None:
    """Whenever requests come, each with its outputs soon after: the same rows together."""
    given = Given(window=10.0)
    moments = [(at, "model_inputs", n) for n, (at, _) in enumerate(requests)]
    moments += [(at + later, "model_outputs", n) for n, (at, later) in enumerate(requests)]
    batches: dict[str, list[set[int]]] = {"model_inputs": [], "model_outputs": []}
    for at in range(200):
        for moment, collection, number in moments:
            if moment == at:
                given.now = float(at)
                data = b"[%d]" % number
                given.batching.add(
                    _event(str(number), data, collection), [b"k"], lambda error: None
                )
        for collection, data in given.step(float(at)):
            batches[collection].append(set(map(int, data[1:-1].split(b","))))
    assert batches["model_inputs"] == batches["model_outputs"]


def test_bytes_are_bounded() -> None:
    """Beyond the bound everything is given on at once; a line is no larger than one may be."""
    given = Given(max_bytes=100)
    given.batching.add(_event("1", b"[" + b"1," * 40 + b"1]"), [b"1"], _nobody)
    given.batching.add(
        _event("2", b"[" + b"1," * 40 + b"1]", correlation="d"), [b"2"], lambda error: None
    )
    assert len(given.events) == 2
    large = Given()
    for each in ("1", "2"):
        large.batching.add(_event(each, b"[" + b" " * 3_000_000 + b"]"), [b"k"], _nobody)
    assert len(large.events) == 1


def test_a_full_lane() -> None:
    """What cannot be given on fails for all who wait."""
    told: list[Exception | None] = []

    def put(*_given: object) -> None:
        raise SpoolFullError("full")

    batching = Batching(1.0, put, 10**9)
    batching.add(_event("1", b"[1]"), [b"1"], told.append)
    batching.add(_event("2", b"[2]"), [b"2"], told.append)
    batching.close()
    assert [type(each) for each in told] == [SpoolFullError] * 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that batches."""
    store = Store(
        DEPLOYMENT,
        lambda name: FolderPlace(tmp_path / "out", name),
        StoreSettings(tmp_path / "spool", batch_window=0.1),
        AgentCounts(),
    )
    store.open()
    yield store
    store.close(10)


def test_through_the_store(store: Store, tmp_path: Path) -> None:
    """Each id is stored once, also those that are not in the line; after a restart as well."""
    stored(store, *[_event(str(at), b"[%d]" % at) for at in range(5)], _event("3", b"[3]"))
    stored(store, _event("4", b"[4]"))
    store.close(10)
    again = Store(
        DEPLOYMENT,
        lambda name: FolderPlace(tmp_path / "out", name),
        StoreSettings(tmp_path / "spool"),
        AgentCounts(),
    )
    again.open()
    stored(again, _event("2", b"[2]"))
    again.close(10)
    (line,) = lines_of(tmp_path / "out")
    assert line["data"] == [0, 1, 2, 3, 4]
    assert store._counts.read().stored == {"model_inputs": 5}
