"""A full disk: nothing torn stays, writing resumes with the room, and nothing is lost uncounted."""

from __future__ import annotations

import json
from typing import Any, Callable

LIMIT = 10_000
EVENTS = 200


def test_writing_resumes_when_there_is_room_again(start: Callable[..., Any], tree: Any) -> None:
    """Files that may not grow end in whole lines and rows; afterwards every event is there."""
    child = start("filling.py", LIMIT, EVENTS, "lifted")
    child.wait_until_ready()
    during = {path: path.read_bytes() for path in tree.csv_files() + tree.jsonl_files()}
    assert all(len(content) <= LIMIT for content in during.values())
    assert all(content[-1:] in (b"", b"\n") for content in during.values())
    child.go()
    stdout, stderr = child.end()
    report = json.loads(stdout)
    assert not report["flushed"]
    assert (report["accepted"], report["written"]) == (2 * EVENTS, 2 * EVENTS)
    assert (report["dropped"], report["refused"]) == ({}, 0)
    assert sorted(map(int, tree.row_values())) == list(range(EVENTS))
    assert sorted(map(int, tree.line_values())) == sorted(2 * list(range(EVENTS)))
    files = len(tree.csv_files() + tree.jsonl_files())
    assert stderr.count("cannot be written") == stderr.count("can be written again") <= files


def test_what_does_not_fit_is_counted(start: Callable[..., Any], tree: Any) -> None:
    """On a disk that stays full each event offered is written, refused or counted as dropped."""
    child = start("filling.py", LIMIT, EVENTS, "full", AZUREML_MDC_QUEUE_CAPACITY="100")
    stdout, stderr = child.end()
    report = json.loads(stdout)
    dropped = report["dropped"]
    refused = dropped.pop("queue_full", 0)
    assert not report["flushed"]
    assert report["written"] < 2 * EVENTS
    assert report["accepted"] == report["written"] + sum(dropped.values())
    assert report["accepted"] + refused == 2 * EVENTS
    assert dropped.keys() <= {"not_written_at_exit", "unwritable"}
    assert "events were lost" in stderr
    for path in tree.csv_files() + tree.jsonl_files():
        assert path.read_bytes()[-1:] in (b"", b"\n")
