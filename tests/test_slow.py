"""The list of slow tests names what exists, and each test once."""

from __future__ import annotations

from pathlib import Path

from tests.slow import PLACES, is_slow

TESTS = Path(__file__).parent


def test_every_place_exists() -> None:
    """A file or a test that was renamed would be in the inner loop unnoticed."""
    for place in PLACES:
        path, _, name = place.partition("::")
        assert (TESTS / path).exists(), place
        assert f"def {name}" in (TESTS / path).read_text("utf-8") if name else True, place


def test_no_place_holds_another() -> None:
    """What a folder or a file already names is not listed again."""
    for place in PLACES:
        path, _, name = place.partition("::")
        holders = {each.as_posix() for each in Path(path).parents} | ({path} if name else set())
        assert PLACES.isdisjoint(holders), place


def test_by_place_and_by_fixture() -> None:
    """Folders, files and tests by their names, and what uses a server anywhere."""
    assert is_slow(TESTS / "azure" / "test_any.py", "test_it", [])
    assert is_slow(TESTS / "core" / "test_native.py", "test_it", [])
    assert is_slow(TESTS / "core" / "test_event_loops.py", "test_greenlets", [])
    assert not is_slow(TESTS / "core" / "test_event_loops.py", "test_other", [])
    assert not is_slow(TESTS / "azurely" / "test_any.py", "test_it", [])
    assert not is_slow(TESTS / "core" / "test_any.py", "test_it", ["tmp_path"])
    assert is_slow(TESTS / "core" / "test_any.py", "test_it", ["tmp_path", "azurite"])
