"""Threads that work ahead change nothing but the time: not the order, not what fails, not how much
is held.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_bridge.collected.problems import Problems
from mdc_bridge.read import ahead as ahead_module
from mdc_bridge.read import gathering
from mdc_bridge.read.ahead import map_ahead
from mdc_bridge.read.reading import opened_rows

_NONE = 99


def _outcome(made: Iterator[int]) -> tuple[list[int], str]:
    """Return what came, and the error after it."""
    found: list[int] = []
    try:
        for each in made:
            found.append(each)
    except ValueError as error:
        return found, str(error)
    return found, ""


@given(
    count=st.integers(0, 9),
    bad_item=st.sampled_from([_NONE, 0, 3, 8]),
    bad_made=st.sampled_from([_NONE, 0, 3, 8]),
    ahead=st.integers(1, 4),
    threads=st.integers(1, 4),
)
def test_it_is_as_without_threads(
    count: int, bad_item: int, bad_made: int, ahead: int, threads: int
) -> None:
    """Items come in their order, then the first error; no more of them are held than may be."""
    taken = given_out = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for item in range(count):
            if item == bad_item:
                raise ValueError(f"item {item}")
            taken += 1
            assert taken - given_out <= ahead
            yield item

    def make(item: int) -> int:
        time.sleep((item * 7 % 3) / 5000)
        if item == bad_made:
            raise ValueError(f"made {item}")
        return -item

    def counted() -> Iterator[int]:
        nonlocal given_out
        for each in map_ahead(items(), make, ahead, threads):
            given_out += 1
            yield each

    found = _outcome(counted())
    given_out = _NONE
    assert found == _outcome(make(item) for item in items())


def test_whoever_stops_waits_for_no_more_than_what_runs() -> None:
    """Ctrl-C ends it: what was begun is finished, nothing else is, and no thread is left."""
    before = threading.active_count()
    begun: list[int] = []

    def make(item: int) -> int:
        begun.append(item)
        time.sleep(0.05)
        return item

    with contextlib.closing(map_ahead(iter(range(10**9)), make, 3, 1)) as made:
        assert next(made) == 0
    assert threading.active_count() == before
    assert len(begun) <= 2


@pytest.mark.parametrize("cores", [1, 2, 8])
def test_problems_are_told_in_the_order_of_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    """A file that breaks off is told after the lines before it, whoever reads ahead."""
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(ahead_module, "usable_cores", lambda: cores)
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)
    line = {"time": "2026-11-21T09:16:25Z", "correlationid": "x", "data": [{"a": 1.5}]}
    good = (json.dumps(line) + "\n").encode()
    contents = [good + b"no json\n", gzip.compress(good * 5000)[:-40], b"no json\n", good]
    names = ["a.jsonl", "b.jsonl.gz", "c.jsonl", "d.jsonl"]
    below = tmp_path / "modelDataCollector/credit/blue/inputs/2026/11/21/09"
    below.mkdir(parents=True)
    for name, content in zip(names, contents):
        (below / name).write_bytes(content)
    problems = Problems()
    told: list[int] = []
    with opened_rows(tmp_path, problems=problems, progress=lambda done, _: told.append(done)):
        pass
    assert [Path(each.path).name for each in problems.samples] == names[:3]
    assert told == sorted(told)
