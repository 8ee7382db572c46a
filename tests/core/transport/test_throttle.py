"""Repeated messages: the first at once, then one per interval with the number held back."""

from __future__ import annotations

from typing import Any

from mdc_core.transport.throttle import Throttle


def test_the_first_message_is_due_at_once(clock: Any) -> None:
    """Nothing was held back before the first message."""
    assert Throttle(60, clock).due("full") == 0


def test_repeated_messages_are_held_and_counted(clock: Any) -> None:
    """Within the interval messages keep quiet; the next one says how many did."""
    throttle = Throttle(60, clock)
    throttle.due("full")
    clock.now += 59.9
    assert [throttle.due("full") for _ in range(3)] == [None] * 3
    clock.now += 0.1
    assert throttle.due("full") == 3
    clock.now += 60
    assert throttle.due("full") == 0


def test_keys_do_not_silence_each_other(clock: Any) -> None:
    """One kind of message does not hold back another."""
    throttle = Throttle(60, clock)
    throttle.due("full")
    assert throttle.due("closed") == 0
