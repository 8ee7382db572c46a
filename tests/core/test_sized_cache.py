"""The cache that is bounded by bytes: what it keeps, and how much of it."""

from __future__ import annotations

import threading
import tracemalloc
from typing import List

from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.snapshot import snapshot_array
from mdc_core.sized_cache import SizedCache


def test_what_was_made_is_not_made_again() -> None:
    """While there is room; a key gets what was made for it."""
    made: List[int] = []

    def make(key: int) -> str:
        made.append(key)
        return str(key)

    cache = SizedCache(make, lambda key, value: 1, 100)
    assert [cache(key) for key in (1, 2, 1, 2)] == ["1", "2", "1", "2"]
    assert made == [1, 2]


def test_what_was_not_used_for_longest_goes_first() -> None:
    """A key that is used stays, however old it is."""
    made: List[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    cache = SizedCache(make, lambda key, value: 10, 100)
    for key in range(1, 100):
        cache(key)
        cache(0)
    assert made.count(0) == 1
    assert made.count(1) == 1
    cache(1)
    assert made.count(1) == 2


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60)), max_size=200))
def test_the_bound_holds_for_any_sizes(calls: List[tuple[int, int]]) -> None:
    """Whatever is asked for in whatever order, no more than so many bytes are kept."""
    sizes = dict(calls)
    alive = dict.fromkeys(sizes, 0)

    class Value:
        def __init__(self, key: int) -> None:
            self.key = key
            alive[key] += 1

        def __del__(self) -> None:
            alive[self.key] -= 1

    cache = SizedCache(Value, lambda key, value: sizes[key], 100)
    for key, _ in calls:
        assert cache(key).key == key
        assert sum(sizes[each] for each, count in alive.items() if count) <= 100
        assert all(not count for each, count in alive.items() if sizes[each] > 25)


def test_threads_share_a_cache() -> None:
    """Each gets the value of its key, and the bound is kept."""
    cache = SizedCache(lambda key: bytes([key]), lambda key, value: 1, 16)
    wrong: List[int] = []

    def ask(first: int) -> None:
        wrong.extend(
            at for at in range(2000) if cache((first + at) % 64) != bytes([(first + at) % 64])
        )

    threads = [threading.Thread(target=ask, args=(7 * at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_wide_events_whose_names_differ_leave_little_behind() -> None:
    """With new names in each event, what is kept of them does not grow."""
    import numpy

    from mdc_core.data.rows import table_of
    from mdc_core.encoding.jsonl import encode_tables

    snapshot, _ = snapshot_array(numpy.zeros((1, 5000)))
    tracemalloc.start()
    for number in range(20):
        encode_tables([table_of(snapshot, tuple(f"f_{number}_{at}" for at in range(5000)))])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 10 << 20
