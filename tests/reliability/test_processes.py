"""Several processes collect to one folder."""

from __future__ import annotations

import json
from typing import Any, Callable

PROCESSES = 3
THREADS = 2
EVENTS = 400


def test_processes_share_csv_and_no_jsonl(start: Callable[..., Any], tree: Any) -> None:
    """One CSV file with one header, whole rows, every row once; a JSONL file for each process."""
    children = [
        start("threading_load.py", "legacy", THREADS, EVENTS, at * THREADS * EVENTS)
        for at in range(PROCESSES)
    ]
    for child in children:
        child.wait_until_ready()
    for child in children:
        child.go()
    for child in children:
        _, stderr = child.end()
        assert (child.process.returncode, stderr) == (0, "")
    everything = list(range(PROCESSES * THREADS * EVENTS))
    assert len(tree.csv_files()) == 1
    assert sorted(map(int, tree.row_values())) == everything
    assert sorted(tree.line_values()) == everything
    by_instance: dict[str, set[int]] = {}
    for path in tree.jsonl_files():
        numbers = (json.loads(line)["data"][0]["n"] for line in path.read_bytes().splitlines())
        owners = {number // (THREADS * EVENTS) for number in numbers}
        by_instance.setdefault(path.name[:32], set()).update(owners)
    assert sorted(map(sorted, by_instance.values())) == [[at] for at in range(PROCESSES)]
