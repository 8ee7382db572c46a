"""The lists of what lanes leave out name what exists, and a run leaves out what it says."""

from __future__ import annotations

from pathlib import Path

from tests.lanes import NEWEST_ONLY, OF_PYTHON, SYSTEMS, left_out, markers

TESTS = Path(__file__).parent


def test_every_place_exists_once() -> None:
    """A file that was renamed would be in all lanes unnoticed; a list says nothing twice."""
    for listed in (NEWEST_ONLY, OF_PYTHON, SYSTEMS):
        for place in listed:
            assert (TESTS / place).exists(), place
            assert listed.isdisjoint(each.as_posix() for each in Path(place).parents), place


def test_markers_by_place() -> None:
    """Folders and files by their names; a file may be in a folder of the other list."""
    assert markers(TESTS / "docs" / "test_any.py") == ("newest_only",)
    assert markers(TESTS / "reliability" / "test_any.py") == ("of_python",)
    assert markers(TESTS / "reliability" / "test_soak.py") == (
        "newest_only",
        "of_python",
        "systems",
    )
    assert markers(TESTS / "coexistence") == ("newest_only", "systems")
    assert markers(TESTS / "core" / "test_any.py") == ()
    assert markers(TESTS) == ()


def test_what_a_run_leaves_out() -> None:
    """Nothing without an expression; a folder only where all of it is left out."""
    process, document = TESTS / "reliability" / "test_any.py", TESTS / "docs" / "test_any.py"
    for expression in ("", "not slow", "newest_only", "newest_only and not slow"):
        assert not left_out(process, expression)
        assert not left_out(document, expression)
    assert left_out(document, "not newest_only")
    assert not left_out(process, "not newest_only")
    assert left_out(document, "not newest_only and not of_python")
    assert left_out(process, "not newest_only and not of_python")
    assert not left_out(TESTS / "core", "not newest_only and not of_python")


def test_what_a_run_of_systems_leaves_out() -> None:
    """Files of other tests, which need not be loaded; no folder, which may hold a system."""
    system, part = (TESTS / "reliability" / name for name in ("test_soak.py", "test_kill.py"))
    assert not left_out(system, "systems")
    assert left_out(part, "systems")
    assert not left_out(TESTS / "reliability", "systems")
    assert left_out(system, "not systems")
    assert not left_out(part, "not systems")
