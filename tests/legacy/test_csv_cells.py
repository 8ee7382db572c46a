"""Cells of CSV rows by type, beyond the golden cases: the rules are those of `csv.writer`."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.legacy.memory_files import CORRELATION_HEADER, cells, csv_files, csv_text

ARRAYS: dict[str, tuple[Any, str]] = {
    "float32 2-D": (np.array([[0.1, 2], [np.nan, np.inf]], np.float32), "0.1,2.0\r\nnan,inf\r\n"),
    "float32 1-D": (np.array([0.1, 1e-7], np.float32), "0.1,1e-07\r\n"),
    "float16": (np.array([[0.1]], np.float16), "0.1\r\n"),
    "float64 keeps all digits": (np.array([[1 / 3, 1e16]]), "0.3333333333333333,1e+16\r\n"),
    "bool": (np.array([[True, False]]), "True,False\r\n"),
    "int8": (np.array([[-1, 127]], np.int8), "-1,127\r\n"),
    "uint64": (np.array([2**64 - 1], np.uint64), "18446744073709551615\r\n"),
    "datetime64": (
        np.array([["2020-01-02T03:04:05", "NaT"]], "datetime64[s]"),
        "2020-01-02T03:04:05,NaT\r\n",
    ),
    "text": (np.array([["a,b", 'q"t']]), '"a,b","q""t"\r\n'),
    "3-D": (np.arange(8).reshape(2, 2, 2), "[0 1],[2 3]\r\n[4 5],[6 7]\r\n"),
    "0-D": (np.array(7), "7\r\n"),
    "empty 1-D": (np.array([]), "\r\n"),
    "empty 2-D": (np.empty((0, 3)), ""),
    "rows of no columns": (np.empty((2, 0)), "\r\n\r\n"),
    "not contiguous": (np.arange(6).reshape(3, 2).T[:, ::2], "0,4\r\n1,5\r\n"),
    "masked": (np.ma.masked_array([[1, 2]], mask=[[False, True]]), "1,\r\n"),
}

# With correlations, which the original appended by `numpy.append`: cells become Python objects.
CORRELATED: dict[str, tuple[Any, str]] = {
    "float32": (np.array([[0.1, 1e10]], np.float32), "0.10000000149011612,10000000000.0"),
    "float16": (np.array([[0.1, 65504]], np.float16), "0.0999755859375,65504.0"),
    "float32 1-D": (np.array([1e-7, 2], np.float32), "1.0000000116860974e-07,2.0"),
    "complex64": (np.array([[0.1 + 2j]], np.complex64), "(0.10000000149011612+2j)"),
    "seconds": (np.array([["2020-01-02T03:04:05"]], "M8[s]"), "2020-01-02 03:04:05"),
    "days": (np.array([["2020-01-02", "NaT"]], "M8[D]"), "2020-01-02,"),
    "nanoseconds": (np.array([["2020-01-02T03:04:05.1"]], "M8[ns]"), "1577934245100000000"),
    "durations": (np.array([[90061]], "m8[s]"), '"1 day, 1:01:01"'),
    "structured": (np.array([(1, 0.1)], "i4,f4"), '"(1, 0.10000000149011612)"'),
    "numpy's scalars in an array of objects": (np.array([[np.float32(0.1)]], dtype=object), "0.1"),
    "3-D": (np.arange(4).reshape(1, 2, 2), "[0 1],[2 3]"),
    "masked": (np.ma.masked_array([[1, 2]], mask=[[False, True]]), "1,"),
}

LISTS: dict[str, tuple[list[Any], str]] = {
    "nested lists are their repr": ([[1, 2], [3, "x"]], '"[1, 2]","[3, \'x\']"\r\n'),
    "numpy scalars": (
        [np.float64(0.1), np.float32(0.1), np.int64(3), np.bool_(True)],
        "0.1,0.1,3,True\r\n",
    ),
    "bytes and dicts": ([b"\xff", {"k": 1}], "b'\\xff',{'k': 1}\r\n"),
    "None and NaN": ([None, float("nan"), "end"], ",nan,end\r\n"),
    "quoting is minimal": (["a b", "c,d", 'e"f', "g\nh"], 'a b,"c,d","e""f","g\nh"\r\n'),
    "one empty text": ([""], '""\r\n'),
    "decimals and dates": (
        [Decimal("1.10"), datetime.date(2020, 1, 2)],
        "1.10,2020-01-02\r\n",
    ),
    "not only ASCII": (["Größe", "温度"], "Größe,温度\r\n"),
}

FRAMES: dict[str, tuple[pd.DataFrame, str]] = {
    "NaN and None": (
        pd.DataFrame({"a": [1.5, None], "b": ["x", None], "c": [None, None]}),
        "a,b,c\r\n1.5,x,\n,,\n",
    ),
    "nullable integers": (pd.DataFrame({"i": pd.array([1, None], "Int64")}), 'i\r\n1\n""\n'),
    "float32": (pd.DataFrame({"f": np.array([0.1], np.float32)}), "f\r\n0.1\n"),
    "integer column names": (pd.DataFrame([[1, 2]]), "0,1\r\n1,2\n"),
    "repeated column names": (pd.DataFrame([[1, 2]], columns=["a", "a"]), "a,a\r\n1,2\n"),
    "quoted column names": (pd.DataFrame({"a,b": [1]}), '"a,b"\r\n1\n'),
    "its index is left out": (pd.DataFrame({"a": [1]}, index=["row"]), "a\r\n1\n"),
    "no rows": (pd.DataFrame({"a": [], "b": []}), "a,b\r\n"),
}


def _general(data: Any, **arguments: Any) -> str:
    with collecting("legacy") as collected:
        ModelDataCollector("m", **arguments).collect(data)
    return csv_text(collected)


@pytest.mark.parametrize("name", ARRAYS)
def test_array(name: str) -> None:
    """An array's cells are what `csv.writer` makes of its scalars; CRLF ends its rows."""
    array, rows = ARRAYS[name]
    assert _general(array, feature_names=["header"]) == "header\r\n" + rows


@pytest.mark.parametrize("name", CORRELATED)
def test_array_with_correlations(name: str) -> None:
    """Inputs, and predictions after `add_correlations`, have the cells of an array of objects."""
    array, row = CORRELATED[name]
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs").collect(array)
        predictions = ModelDataCollector("m", "predictions", ["p"])
        predictions.collect(predictions.add_correlations(array, correlations))

    assert correlations is not None
    tail = ",".join(map(str, correlations.values()))
    inputs, outputs = csv_files(collected).values()
    assert inputs == f"{row},{tail}\r\n"
    assert outputs.partition("\r\n")[2] == inputs


@pytest.mark.parametrize("name", LISTS)
def test_list(name: str) -> None:
    """A list is one row, whatever is in it."""
    items, rows = LISTS[name]
    assert _general(items) == rows


@pytest.mark.parametrize("name", FRAMES)
def test_frame(name: str) -> None:
    """A frame's header ends in CRLF and its rows, as `to_csv` writes them, in LF."""
    frame, text = FRAMES[name]
    assert _general(frame) == text


def test_missing_cells_of_an_input_frame_stay_empty_before_its_correlations() -> None:
    """None and NaN are empty cells, and the eight columns follow them."""
    frame = pd.DataFrame({"a": [1.0, None], "b": [None, "x"]})
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs").collect(frame)

    assert correlations is not None
    tail = [str(value) for value in correlations.values()]
    assert cells(csv_text(collected))[1:] == [["1.0", "", *tail], ["", "x", *tail]]


def test_an_empty_array_of_inputs_leaves_the_header_that_is_due() -> None:
    """Without rows, the file holds feature names and correlation headers."""
    with collecting("legacy") as collected:
        ModelDataCollector("m", "inputs", ["a"]).collect(np.empty((0, 1)))
    assert csv_text(collected) == f"a,{CORRELATION_HEADER}\r\n"


@pytest.mark.parametrize("names", [["a"], ["a", "b", "c"], ["a", "b", "a", "b", "c"]])
def test_feature_names_of_any_number_are_the_header_as_they_are(names: list[str]) -> None:
    """Neither too few nor too many names lose a cell or are made to fit."""
    text = _general(np.array([[1, 2, 3]]), feature_names=names)
    assert text == ",".join(names) + "\r\n1,2,3\r\n"
