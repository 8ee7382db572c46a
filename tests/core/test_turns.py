"""Turns: the writer gives up the interpreter after each slice, and callers let it have one."""

from __future__ import annotations

from typing import Any, List

import pytest

from mdc_core import turns
from mdc_core.turns import QUIET_SLICE_SECONDS, SLICE_SECONDS, Turns


class _Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class _Pause:
    """A pause that takes no time, and notes that it was made.

    Attributes:
        waits: the seconds of each.
        calls: how often it was ended.
    """

    def __init__(self) -> None:
        self.waits: List[float] = []
        self.calls = 0

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        return False

    def call(self) -> None:
        self.calls += 1


class _Bench:
    """Turns whose time and pauses stand still."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(turns, "Wakeup", _Pause)
        self.clock = _Clock()
        self.accepted = 0
        self.hurried = False
        self.turns = Turns(lambda: self.hurried, lambda: self.accepted, self.clock)
        self.naps = self.turns._never_called.waits  # type: ignore[attr-defined]
        self.given = self.turns._slice_over

    def breathe_after(self, seconds: float, accepted: int = 0) -> int:
        """Let time pass and events come; return how many naps were taken so far."""
        self.clock.now += seconds
        self.accepted += accepted
        self.turns.breathe()
        return len(self.naps)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> _Bench:
    """Turns on a bench."""
    return _Bench(monkeypatch)


def test_a_slice_ends_with_a_nap_while_events_come(bench: _Bench) -> None:
    """The nap comes when the slice is over, not before, and the next slice begins behind it."""
    assert bench.breathe_after(SLICE_SECONDS * 0.9, accepted=1) == 0
    assert bench.breathe_after(SLICE_SECONDS * 0.2) == 1
    assert bench.breathe_after(SLICE_SECONDS * 0.9, accepted=1) == 1
    assert bench.breathe_after(SLICE_SECONDS * 0.2) == 2


def test_slices_are_longer_while_nothing_comes(bench: _Bench) -> None:
    """A service at rest between two requests does not pay for naps."""
    assert bench.breathe_after(QUIET_SLICE_SECONDS * 0.9) == 0
    assert bench.breathe_after(QUIET_SLICE_SECONDS * 0.2) == 1


def test_a_rest_begins_a_slice(bench: _Bench) -> None:
    """Time that the writer spent waiting is no part of its slice."""
    bench.clock.now += 10 * QUIET_SLICE_SECONDS
    bench.turns.begin()
    assert bench.breathe_after(SLICE_SECONDS * 0.9, accepted=1) == 0


def test_who_is_waited_for_does_not_nap(bench: _Bench) -> None:
    """A flush, an end and a queue that fills are served without pauses."""
    bench.hurried = True
    assert bench.breathe_after(10 * QUIET_SLICE_SECONDS, accepted=1) == 0
    bench.hurried = False
    assert bench.breathe_after(QUIET_SLICE_SECONDS, accepted=1) == 1


def test_a_caller_gives_way_seldom_while_the_writer_does_not_come(bench: _Bench) -> None:
    """Behind a disk that keeps the writer the pauses between two tries double, up to a bound."""
    tries: List[float] = []
    for _ in range(1000):
        before = len(bench.given.waits)  # type: ignore[attr-defined]
        bench.turns.give()
        if len(bench.given.waits) > before:  # type: ignore[attr-defined]
            tries.append(bench.clock.now)
        bench.clock.now += turns.RESPITE_SECONDS / 4
    pauses = [round((b - a) / turns.RESPITE_SECONDS) for a, b in zip(tries, tries[1:])]
    longest = round(turns.LONGEST_RESPITE_SECONDS / turns.RESPITE_SECONDS)
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert set(pauses[5:]) == {longest}


def test_a_caller_gives_a_whole_slice(bench: _Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins when the caller gives way, and the caller goes on when it is over."""
    bench.clock.now += SLICE_SECONDS * 0.9
    calls: List[int] = []

    def write(seconds: float) -> bool:
        if seconds:
            for _ in range(2):
                bench.breathe_after(SLICE_SECONDS * 0.6)
                calls.append(bench.given.calls)  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(bench.given, "wait", write)
    for _ in range(2):
        bench.turns.give()
    assert calls == [0, 1, 1, 2]


def test_an_interrupted_caller_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a signal handler raises while a caller gives way reaches it, and the next one waits."""
    bench = _Bench(monkeypatch)
    waits: List[float] = []

    def interrupted(seconds: float) -> bool:
        if seconds:
            waits.append(seconds)
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(bench.given, "wait", interrupted)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            bench.turns.give()
    assert len(waits) == 2


def test_a_writer_that_rests_lets_its_caller_go(bench: _Bench, monkeypatch: Any) -> None:
    """Nobody waits for a slice that does not come."""
    monkeypatch.setattr(bench.given, "wait", lambda seconds: bool(seconds) and _rest(bench))
    bench.turns.give()
    assert bench.given.calls == 1  # type: ignore[attr-defined]
    assert not bench.turns._is_waited_for


def _rest(bench: _Bench) -> bool:
    bench.turns.end()
    return True
