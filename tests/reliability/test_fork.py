"""Forked processes: each writes its own events, once, under an instance id of its own."""

from __future__ import annotations

from typing import Any, Callable

import pytest

KINDS = ["legacy", "modern"]


def run(start: Callable[..., Any], way: str, kind: str) -> None:
    """Run one way of forking to its end."""
    child = start("forking.py", way, kind)
    _, stderr = child.end()
    assert (child.process.returncode, stderr) == (0, "")


def values(tree: Any, kind: str) -> list[int]:
    """Return what was collected, which in both layouts has to be the same."""
    lines = sorted(tree.line_values())
    if kind == "legacy":
        assert sorted(map(int, tree.row_values())) == lines
    return lines


@pytest.mark.parametrize("kind", KINDS)
def test_events_that_wait_are_written_by_their_own_process(
    start: Callable[..., Any], tree: Any, kind: str
) -> None:
    """Children forked while events wait in the parent write theirs and none of the parent's."""
    run(start, "with_waiting_events", kind)
    children = [1000 * at + number for at in range(1, 5) for number in range(10)]
    assert values(tree, kind) == sorted([*range(100), *children])
    assert len({path.name[:32] for path in tree.jsonl_files()}) == 5


def test_forks_under_load_do_not_deadlock(start: Callable[..., Any], tree: Any) -> None:
    """Whatever threads of the parent are doing, a child can collect and flush at once."""
    run(start, "under_load", "legacy")
    found = values(tree, "legacy")
    assert len(found) == len(set(found))
    assert found[:30] == list(range(30))
    for at in range(1, 4):
        of_thread = [value for value in found if value // 10_000_000 == at]
        first = 10_000_000 * at
        assert of_thread == list(range(first, first + len(of_thread)))


def test_a_child_of_a_child_writes_its_own(start: Callable[..., Any], tree: Any) -> None:
    """Three generations make three writers."""
    run(start, "nested", "modern")
    assert values(tree, "modern") == [0, 1, 2]
    assert len(tree.jsonl_files()) == 3


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("multiprocessing_fork", 500),
        ("multiprocessing_child_only", 200),
        ("multiprocessing_forkserver", 200),
        ("multiprocessing_spawn", 200),
        ("multiprocessing_pool", 500),
    ],
)
def test_children_of_multiprocessing_flush_at_their_end(
    start: Callable[..., Any], tree: Any, way: str, expected: int
) -> None:
    """They leave without the interpreter's exit, and lose nothing by it, however they started."""
    run(start, way, "legacy")
    assert values(tree, "legacy") == list(range(expected))
