"""Repeated messages: the first at once, then one per interval with the number held back."""

from __future__ import annotations

import pytest

from mdc_core.throttle import MAX_KEYS, Throttle


class Clock:
    """Monotonic seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


def test_the_first_message_is_due_at_once(clock: Clock) -> None:
    """Nothing was held back before the first message."""
    assert Throttle(60, clock).due("full") == 0


def test_repeated_messages_are_held_and_counted(clock: Clock) -> None:
    """Within the interval messages keep quiet; the next one says how many did."""
    throttle = Throttle(60, clock)
    throttle.due("full")
    clock.now += 59.9
    assert [throttle.due("full") for _ in range(3)] == [None] * 3
    clock.now += 0.1
    assert throttle.due("full") == 3
    clock.now += 60
    assert throttle.due("full") == 0


def test_keys_do_not_silence_each_other(clock: Clock) -> None:
    """One kind of message does not hold back another."""
    throttle = Throttle(60, clock)
    throttle.due("full")
    assert throttle.due("closed") == 0


def test_a_key_that_is_forgotten_is_due_again(clock: Clock) -> None:
    """Whoever said that it is over may say it when it comes back."""
    throttle = Throttle(60, clock)
    throttle.due("full")
    throttle.forget("full")
    assert throttle.due("full") == 0


def test_keys_without_number_are_bounded(clock: Clock) -> None:
    """Of a hundred thousand keys some hundred are said and kept, and all further ones are one."""
    import tracemalloc

    throttle = Throttle(60, clock)
    tracemalloc.start()
    for minute in range(2):
        said = [throttle.due(f"key {minute} {number}") for number in range(50_000)]
        assert sum(each is not None for each in said) in (MAX_KEYS, MAX_KEYS + 1)
        assert throttle.due(f"key {minute} 7") is None
        clock.now += 60
    del said
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used < 200_000


def test_old_keys_make_room_for_new_ones(clock: Clock) -> None:
    """A key that was said long ago takes no part in the bound."""
    throttle = Throttle(60, clock)
    for number in range(10 * MAX_KEYS):
        clock.now += 1
        assert throttle.due(f"key {number}") == 0
