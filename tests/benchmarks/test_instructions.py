"""Instructions of a call are the difference of two children; a baseline is compared by them."""

from __future__ import annotations

import json
from pathlib import Path

import benchmarks.instructions.counts as tested
import pytest
from benchmarks.instructions.counts import REFERENCE, Counts, changes, parse_calls

CHILDREN = (
    '["reference", 20, 11]\n["reference", 420, 12]\n["collect", 20, 13]\n["collect", 120, 14]\n'
)
VALGRIND = """\
==10== Cachegrind, a cache profiler
==11==
==11== I   refs:      1,000,000
==12== I   refs:      1,400,000
==13== I refs:        1,000,100
==14== I refs:        1,050,100
==10== I   refs:      2,000,000
"""
BASELINES = sorted((Path(tested.__file__).parent / "baselines").glob("*.json"))


def test_calls() -> None:
    """What both children have done alike is not counted."""
    assert parse_calls(CHILDREN, VALGRIND) == {REFERENCE: 1000, "collect": 500}


def test_a_child_that_was_not_counted() -> None:
    """It is said, with what valgrind printed."""
    with pytest.raises(ValueError, match=r"process 14(?s:.*)Cachegrind"):
        parse_calls(CHILDREN, VALGRIND.replace("==14==", "==15=="))


def counts(**calls: float) -> Counts:
    return Counts({"pandas": "3.1"}, calls)


def test_ratio() -> None:
    """Both are taken as multiples of the reference, which another build of Python changes too."""
    old = counts(reference=1000, collect=500)
    (same,) = changes(counts(reference=2000, collect=1000), old)
    (slower,) = changes(counts(reference=1000, collect=750), old)
    assert (same.case, same.calls, same.ratio) == ("collect", 1000, 1.0)
    assert slower.ratio == pytest.approx(1.5)


def test_a_new_case_has_no_ratio() -> None:
    """And one that is gone is not compared."""
    (change,) = changes(counts(reference=1, new=1), counts(reference=1, old=1))
    assert (change.case, change.ratio) == ("new", None)


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.stem)
def test_baselines(path: Path) -> None:
    """Each is of a Python, names its packages, and has the same cases as the others."""
    baseline = Counts(**json.loads(path.read_text()))
    assert path.stem.startswith("3.")
    assert {"numpy", "orjson", "pandas"} == set(baseline.packages)
    assert list(baseline.calls) == list(Counts(**json.loads(BASELINES[0].read_text())).calls)
    assert min(baseline.calls.values()) > 0
