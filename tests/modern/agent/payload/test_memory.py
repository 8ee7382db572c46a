"""The bound of copies holds, and what was given back by other threads takes no memory itself."""

from __future__ import annotations

from mdc_agent.payload.memory import CopyMemory


def test_what_is_given_back_elsewhere_is_counted_soon() -> None:
    """Far below the bound, too: the list of what came back stays short."""
    memory = CopyMemory(1 << 40)
    longest = 0
    for _ in range(20_000):
        assert memory.take(3)
        memory.give_back_from_elsewhere(3)
        longest = max(longest, len(memory._returned))
    assert longest < 2_000
    assert memory.held == 0


def test_the_bound_counts_what_came_back() -> None:
    """Room that another thread gave back is there at once, and no more than that."""
    memory = CopyMemory(10)
    assert memory.take(10)
    assert not memory.take(1)
    memory.give_back_from_elsewhere(4)
    assert not memory.take(5)
    assert memory.take(4)
    assert memory.held == 10
