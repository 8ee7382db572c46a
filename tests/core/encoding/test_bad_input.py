"""Awkward frames, arrays and lists: each has one defined result, and none is refused."""

from __future__ import annotations

import datetime
import decimal
import threading
from collections.abc import Callable
from typing import Any

import numpy
import pandas
import pytest

from tests.core.made import rows

NAMES = pandas.MultiIndex.from_tuples([("a", "x"), ("a", "y")])


def _object_array() -> numpy.ndarray:
    array = numpy.empty((1, 3), dtype=object)
    array[0] = [[1, 2], {"k": None}, b"\xff"]
    return array


def _nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


CASES: dict[str, tuple[Callable[[], Any], list[dict[str, Any]]]] = {
    "duplicate columns": (
        lambda: pandas.DataFrame([[1, 2, "x"]], columns=["a", "b", "a"]),
        [{"a": 1, "b": 2, "a_1": "x"}],
    ),
    "integer columns": (lambda: pandas.DataFrame([[1, 2]]), [{"0": 1, "1": 2}]),
    "tuple columns": (
        lambda: pandas.DataFrame([[1]], columns=pandas.Index([("a", 1)], tupleize_cols=False)),
        [{"('a', 1)": 1}],
    ),
    "MultiIndex columns": (
        lambda: pandas.DataFrame([[1, 2]], columns=NAMES),
        [{"('a', 'x')": 1, "('a', 'y')": 2}],
    ),
    "columns of time": (
        lambda: pandas.DataFrame([[1]], columns=pandas.to_datetime(["2024-02-29"])),
        [{"2024-02-29 00:00:00": 1}],
    ),
    "missing values": (
        lambda: pandas.DataFrame(
            {"a": [float("nan")], "b": [float("inf")], "c": [pandas.NaT], "d": [None]}
        ),
        [{"a": None, "b": None, "c": None, "d": None}],
    ),
    "objects": (
        lambda: pandas.DataFrame(
            {
                "d": pandas.Series([decimal.Decimal("1.10")], dtype=object),
                "b": pandas.Series([b"x\xff"], dtype=object),
                "n": pandas.Series([numpy.float32(0.1)], dtype=object),
                "l": pandas.Series([[1, [None]]], dtype=object),
                "m": pandas.Series([{"k": {"l": ()}}], dtype=object),
                "t": pandas.Series([datetime.date(2024, 2, 29)], dtype=object),
            }
        ),
        [
            {
                "d": 1.1,
                "b": "x\\xff",
                "n": 0.1,
                "l": [1, [None]],
                "m": {"k": {"l": []}},
                "t": "2024-02-29",
            }
        ],
    ),
    "categories": (
        lambda: pandas.DataFrame({"c": pandas.Categorical(["x", None], categories=["y", "x"])}),
        [{"c": "x"}, {"c": None}],
    ),
    "time zones": (
        lambda: pandas.DataFrame(
            {"t": pandas.to_datetime(["2024-03-31T00:59", "2024-03-31T01:01"]).tz_localize("UTC")}
        ).assign(p=lambda frame: frame["t"].dt.tz_convert("Europe/Paris")),
        [
            {"t": "2024-03-31T00:59:00+00:00", "p": "2024-03-31T01:59:00+01:00"},
            {"t": "2024-03-31T01:01:00+00:00", "p": "2024-03-31T03:01:00+02:00"},
        ],
    ),
    "2**63": (lambda: pandas.DataFrame({"u": [2**63]}), [{"u": 2**63}]),
    "beyond 64 bits": (
        lambda: pandas.DataFrame({"u": [2**64, -(2**70)]}),
        [{"u": 2**64}, {"u": -(2**70)}],
    ),
    "integers of an array beyond 64 bits": (lambda: numpy.array([[2**64]]), [{"column_0": 2**64}]),
    "empty frame": (pandas.DataFrame, []),
    "no rows": (lambda: pandas.DataFrame({"a": [1]}).iloc[:0], []),
    "no columns": (lambda: pandas.DataFrame(index=[3, 4]), [{}, {}]),
    "the index is not a column": (lambda: pandas.DataFrame({"a": [1]}, index=["i"]), [{"a": 1}]),
    "0-D array": (lambda: numpy.array(1.5), [{"column_0": 1.5}]),
    "0-D object array": (lambda: numpy.array({"k": 1}), [{"column_0": {"k": 1}}]),
    "1-D array": (lambda: numpy.array([1.5, 2.5]), [{"column_0": 1.5, "column_1": 2.5}]),
    "3-D array": (lambda: numpy.ones((1, 1, 2), int), [{"column_0": [1, 1]}]),
    "4-D array": (lambda: numpy.ones((1, 1, 1, 2), int), [{"column_0": [[1, 1]]}]),
    "structured array": (
        lambda: numpy.array([(1, b"x", [2, 3])], dtype="i4,S1,(2,)f4"),
        [{"column_0": 1, "column_1": "x", "column_2": [2.0, 3.0]}],
    ),
    "0-D structured array": (
        lambda: numpy.array((1, 2.5), dtype="i4,f8"),
        [{"column_0": 1, "column_1": 2.5}],
    ),
    "masked array": (
        lambda: numpy.ma.array([[1, 2]], mask=[[True, False]]),
        [{"column_0": None, "column_1": 2}],
    ),
    "masked array without a mask": (lambda: numpy.ma.array([[1.5]]), [{"column_0": 1.5}]),
    "masked constant in a list": (
        lambda: [numpy.ma.masked, 1],
        [{"column_0": None, "column_1": 1}],
    ),
    "object array": (
        _object_array,
        [{"column_0": [1, 2], "column_1": {"k": None}, "column_2": "\\xff"}],
    ),
    "array of texts": (lambda: numpy.array([["a", "é"]]), [{"column_0": "a", "column_1": "é"}]),
    "ragged list": (
        lambda: [[1, 2], [3], "x"],
        [{"column_0": [1, 2], "column_1": [3], "column_2": "x"}],
    ),
    "list of numpy scalars": (
        lambda: [
            numpy.float64(0.1),
            numpy.int8(3),
            numpy.bool_(True),
            numpy.datetime64("2024-02-29"),
        ],
        [{"column_0": 0.1, "column_1": 3, "column_2": True, "column_3": "2024-02-29"}],
    ),
    "list of a frame": (lambda: [pandas.DataFrame({"a": [1]})], [{"column_0": [{"a": 1}]}]),
    "lone surrogates": (
        lambda: pandas.DataFrame(
            [["\ud800"], ["x"]], columns=pandas.Index(["a\udcff"], dtype=object), dtype=object
        ),
        [{"a\\udcff": "\\ud800"}, {"a\\udcff": "x"}],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_awkward_data_have_a_defined_result(case: str) -> None:
    """Everything users were seen to pass, and worse, is rows that every parser reads."""
    make, expected = CASES[case]
    assert rows(make()) == expected


def test_what_cannot_be_copied_costs_nothing_else() -> None:
    """The other cells of a row with a lock, or with a nesting without end, are collected."""
    lock = threading.Lock()
    deep = _nested(20_000)
    frame = pandas.DataFrame({"o": pandas.Series([lock, deep], dtype=object), "a": [1, 2]})
    collected = rows(frame)
    assert [row["a"] for row in collected] == [1, 2]
    assert all(isinstance(row["o"], str) for row in collected)


def test_columns_keep_their_json_type() -> None:
    """Whole floats stay floats and integers integers, whatever the values of an event."""
    floats, integers = rows(pandas.DataFrame({"f": [1.0], "i": [1]}))[0].values()
    assert (type(floats), type(integers)) == (float, int)
