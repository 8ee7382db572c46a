"""The lists of slow tests name what exists, and each test once."""

from __future__ import annotations

from pathlib import Path

from tests.slow import LONGEST, PLACES, TOGETHER, is_slow, is_slow_place, turn

TESTS = Path(__file__).parent


def test_every_place_exists() -> None:
    """A file or a test that was renamed would be in the inner loop unnoticed."""
    for place in PLACES:
        path, _, name = place.partition("::")
        assert (TESTS / path).exists(), place
        assert f"def {name}" in (TESTS / path).read_text("utf-8") if name else True, place


def test_the_longest_begin_first() -> None:
    """Each of them exists, and all others come behind, in the order that they had."""
    turns = [turn(TESTS / each) for each in LONGEST]
    assert all((TESTS / each).is_file() for each in LONGEST)
    assert turns == sorted(set(turns))
    assert turn(TESTS / "core" / "test_any.py") == turn(TESTS / "test_slow.py") > turns[-1]


def test_files_that_stay_together() -> None:
    """Each end of a name is of a file, and what is started is for several."""
    names = [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")]
    ended = {end: sum(name.endswith(end) for name in names) for end in TOGETHER}
    assert all(ended.values())
    for what in TOGETHER.values():
        assert sum(ended[end] for end in TOGETHER if TOGETHER[end] == what) > 1


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


def test_whole_files_and_folders() -> None:
    """A run without slow tests need not load these; of another file it takes some tests."""
    assert is_slow_place(TESTS / "azure")
    assert is_slow_place(TESTS / "azure" / "deliveries.py")
    assert is_slow_place(TESTS / "core" / "test_native.py")
    assert not is_slow_place(TESTS)
    assert not is_slow_place(TESTS / "core")
    assert not is_slow_place(TESTS / "core" / "test_event_loops.py")
