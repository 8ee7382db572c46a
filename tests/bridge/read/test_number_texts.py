"""Numbers in columns are written as Python writes them, whatever their size."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdc_bridge.read import gathering
from tests.examples_of import examples

pytest.importorskip("pyarrow")

from tests.bridge.read.both_ways import check_both_ways, write_tree


def _check(root: Path, values: list[float]) -> bool:
    """Compare both ways; return whether the numbers were read many at once."""
    lines = [
        json.dumps(
            {
                "time": "2026-11-21T09:00:00Z",
                "correlationid": str(at),
                "data": [{"a": value}],
            }
        ).encode()
        + b"\n"
        # One with a fraction, so that the column has doubles.
        for at, value in enumerate([*values, 0.5])
    ]
    write_tree(root, {"i/2026/11/21/09/a.jsonl": lines})
    return check_both_ways(root)


@pytest.mark.parametrize("exponents", [range(-308, -3), range(-3, 16), range(16, 308)], ids=str)
def test_around_every_power_of_ten(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, exponents: range
) -> None:
    """Where one way of writing may end and another begin."""
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)
    values = []
    for exponent in exponents:
        power = float(f"1e{exponent}")
        below, above = (float(numpy.nextafter(power, end)) for end in (0, math.inf))
        values += [power, below, above, -power, 1.5 * power, float(f"1.2345e{exponent}")]
    # Whole numbers beyond 2 ** 53 are read line by line.
    assert _check(tmp_path, values) or exponents.stop > 16


# Numbers of one file have nothing to do with each other: few files of many take less.
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=20, max_size=80))
def test_any_doubles(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory, values: list[float]
) -> None:
    """Of any size and digits."""
    monkeypatch.setattr(gathering, "LEAST_LINES", 1)
    _check(tmp_path_factory.mktemp("tree"), values)
