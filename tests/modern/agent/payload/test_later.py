"""Whatever is read later is told as if it had been read at once, and no more waits than may."""

from __future__ import annotations

import gc
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_agent.metrics import AgentCounts
from mdc_agent.payload.exchange import Exchange
from mdc_agent.payload.later import LateCopies, LaterWatcher
from mdc_agent.payload.memory import CopyMemory
from mdc_agent.payload.watcher import Watcher
from tests.examples_of import examples
from tests.modern.agent.payload.odd_exchanges import ALL_EXCHANGES

_NAMES = sorted(ALL_EXCHANGES)
_MOST = 100_000
# What a connection does: what each side sends, in its order, and how it ends.
_Told = list[tuple[object, ...]]


def _pieces(name: str) -> list[tuple[bool, bytes]]:
    script = ALL_EXCHANGES[name]
    said = [(True, step.data) for step in script.client if step.what == "send"]
    answered = [(False, step.data) for step in script.server if step.what == "send"]
    return [(side, data[:_MOST]) for side, data in said + answered if data]


class _Connection:
    """A watcher, and what it has told."""

    def __init__(self, copies: LateCopies | None) -> None:
        self.ended: list[Exchange] = []
        self.counts = AgentCounts()
        watcher = Watcher(
            self.ended.append,
            CopyMemory(1 << 30),
            1 << 30,
            lambda method, target: False,
            self.counts,
        )
        self.watcher = watcher if copies is None else LaterWatcher(watcher, copies)

    def told(self) -> _Told:
        exchanges: _Told = [
            (
                each.method,
                each.target,
                each.status,
                each.broken,
                each.request.headers,
                b"".join(each.request.parts),
                each.response and (each.response.headers, b"".join(each.response.parts)),
            )
            for each in self.ended
        ]
        return [*exchanges, tuple(self.counts.read().lost.items())]


def _run(names: list[str], turns: list[int], copies: LateCopies | None) -> list[_Told]:
    """Carry the pieces of connections, which take turns; return what each has told."""
    connections = [_Connection(copies) for _ in names]
    waiting = [_pieces(name) for name in names]
    for turn in [*turns, *(at for at, pieces in enumerate(waiting) for _ in pieces)]:
        at = turn % len(names)
        if waiting[at]:
            is_client, data = waiting[at].pop(0)
            watcher = connections[at].watcher
            (watcher.request_bytes if is_client else watcher.response_bytes)(data)
    for at, connection in enumerate(connections):
        if at % 2:
            connection.watcher.server_ended()
        connection.watcher.close("closed")
    if copies is not None:
        copies.read_all()
    return [connection.told() for connection in connections]


@settings(max_examples=examples(100))
@given(
    names=st.lists(st.sampled_from(_NAMES), min_size=1, max_size=4),
    turns=st.lists(st.integers(0, 3), max_size=12),
    bound=st.integers(0, 5_000),
)
def test_later_is_as_at_once(names: list[str], turns: list[int], bound: int) -> None:
    """Connections that take turns tell the same, whatever part of it may wait."""
    assert _run(names, turns, LateCopies(bound, lambda: None)) == _run(names, turns, None)


@given(sizes=st.lists(st.integers(1, 3_000), max_size=60), bound=st.integers(0, 10_000))
def test_what_waits_is_bounded(sizes: list[int], bound: int) -> None:
    """The oldest is read when there is no room; who reads is told once that something waits."""
    read: list[bytes] = []
    told: list[bool] = []
    copies = LateCopies(bound, lambda: told.append(True))
    watcher = Watcher(
        lambda exchange: None, CopyMemory(0), 0, lambda method, target: False, AgentCounts()
    )
    sent = [b"x" * size for size in sizes]
    for data in sent:
        copies.add(watcher, read.append, data)
        assert sum(map(len, sent[len(read) : len(read) + len(copies)])) <= bound
    assert len(read) + len(copies) == len(sent)
    copies.read_all()
    assert read == sent
    assert len(told) <= len(sent)


def test_connections_that_end_are_bounded() -> None:
    """Clients that come and go leave no more than what may wait, whatever they have sent."""
    copies = LateCopies(100_000, lambda: None)
    tracemalloc.start()
    try:
        for _ in range(1_000):
            _Connection(copies).watcher.close("closed")
        gc.collect()  # watchers and their readers refer to each other
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 200_000
    assert len(copies) <= 100_000 // 4_000
