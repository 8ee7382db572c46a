"""The list of slow tests names what is there, and nothing twice."""

from __future__ import annotations

from pathlib import Path

from tests.slow import PLACES, is_slow

TESTS = Path(__file__).parent


def test_every_place_is_there() -> None:
    """A file that moved would be in the inner loop unnoticed."""
    assert [place for place in PLACES if not (TESTS / place).exists()] == []
    assert len(set(PLACES)) == len(PLACES)


def test_by_place_and_by_fixture() -> None:
    """A folder's files and files of their own are slow, and what uses a server anywhere."""
    assert is_slow(TESTS / "azure" / "test_any.py", [])
    assert is_slow(TESTS / PLACES[-1], [])
    assert not is_slow(TESTS / "azurely" / "test_any.py", [])
    assert not is_slow(TESTS / "core" / "test_any.py", ["tmp_path"])
    assert is_slow(TESTS / "core" / "test_any.py", ["tmp_path", "azurite"])
