"""Killed at any moment: what was written stays whole, the rest is set aside and counted."""

from __future__ import annotations

import json
import signal
from collections import Counter
from typing import Any, Callable

KILLS = 25


def test_kills_under_load_cost_nothing_that_was_flushed(
    start: Callable[..., Any], tree: Any
) -> None:
    """After dozens of kills every whole line and row is in place, every flushed event is there
    once, and every fragment was counted.
    """
    child = start("killing.py", KILLS)
    stdout, stderr = child.end()
    assert child.process.returncode == 0, stderr
    seen = json.loads(stdout)
    assert seen["counted"] == seen["torn"]
    trees = [type(tree)(folder) for folder in tree.root.iterdir()]
    in_lines = Counter(int(value) for each in trees for value in each.line_values())
    in_rows = Counter(int(value) for each in trees for value in each.row_values())
    for found in (in_lines, in_rows):
        assert set(found.values()) == {1}
        for worker, number in enumerate(seen["flushed"]):
            first = worker * 1_000_000
            assert set(range(first, first + number)) <= set(found)


def test_a_torn_line_is_repaired_and_counted_by_the_next_process(
    start: Callable[..., Any], tree: Any
) -> None:
    """Half a line of a killed process is gone from the file at the next start, the rest stays."""
    killed = start("waiting.py", "modern", 3)
    killed.wait_until_ready()
    killed.process.send_signal(signal.SIGKILL)
    killed.end()
    (segment,) = tree.jsonl_files()
    whole = segment.read_bytes()
    with segment.open("ab") as file:
        file.write(whole[: len(whole) // 3 - 5])
    second = start("waiting.py", "modern", 2)
    second.wait_until_ready()
    second.go()
    assert json.loads(second.end()[0])["repaired"] == 1
    assert segment.read_bytes() == whole
    assert sorted(tree.line_values()) == [0, 0, 1, 1, 2]


def test_a_row_torn_inside_a_quoted_line_break_is_repaired_and_counted(
    start: Callable[..., Any], tree: Any
) -> None:
    """A row that broke off behind a line break inside quotes is not a row, though a line ends."""
    killed = start("waiting.py", "legacy", 3)
    killed.wait_until_ready()
    killed.process.send_signal(signal.SIGKILL)
    killed.end()
    (file,) = tree.csv_files()
    whole = file.read_bytes()
    with file.open("ab") as appended:
        appended.write(b'7,"first line\nsecond line\n')
    second = start("waiting.py", "legacy", 2)
    second.wait_until_ready()
    second.go()
    assert json.loads(second.end()[0])["repaired"] == 1
    assert file.read_bytes().startswith(whole)
    assert sorted(map(int, tree.row_values())) == [0, 0, 1, 1, 2]
