"""The table of keys is a set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mdc_agent.store.key_table import KeyTable

_KEYS = st.binary(min_size=16, max_size=16) | st.integers(0, 600).map(
    lambda n: (n * 512).to_bytes(16, "little")  # all of one place
)


@given(st.lists(_KEYS, max_size=300), st.lists(_KEYS, max_size=50))
def test_it_is_a_set(added: list[bytes], asked: list[bytes]) -> None:
    """What was added is there, whatever else is, and nothing else."""
    table = KeyTable(300)
    words = set()
    for key in added:
        table.add(key)
        words.add(key[:8])
    assert all(key in table for key in added)
    assert [key in table for key in asked] == [
        key[:8] in words or (key[:8] == bytes(8) and (1).to_bytes(8, "little") in words)
        for key in asked
    ]


def test_it_is_bounded() -> None:
    """Beyond the bound nothing is added, and looking ends."""
    table = KeyTable(10)
    for at in range(1000):
        table.add(at.to_bytes(16, "big"))
    assert len(table) == 1  # told apart by their first bytes, which are all zero
    for at in range(1000):
        table.add(at.to_bytes(8, "little") * 2)
    assert len(table) == 10
