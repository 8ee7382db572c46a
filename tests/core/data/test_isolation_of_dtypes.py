"""Frames of any dtypes, changed in any place after `collect`, are encoded as they were."""

from __future__ import annotations

import contextlib
import copy
import warnings
from typing import Any, Callable

import numpy
import pandas
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_core.data.rows import table_of
from mdc_core.data.snapshot import snapshot_array, snapshot_frame, snapshot_list
from mdc_core.data.table import frame_of_snapshot
from mdc_core.encoding.jsonl import encode_tables
from tests.core.made import snapshot_of
from tests.examples_of import examples

_HOUR = pandas.Timedelta("1h")
_ROWS = 3


def _objects(*cells: Any) -> pandas.Series:
    return pandas.Series(cells, dtype=object)


def _stepped(values: Any) -> Any:
    return pandas.Series(numpy.repeat(values, 2)[::2])


# Each has three cells; numpy's arrays come as what a frame may share with the script.
COLUMNS: dict[str, Callable[[], Any]] = {
    "f8": lambda: numpy.array([0.5, 1.5, numpy.nan]),
    "f4": lambda: numpy.array([0.5, 1.5, 2.5], "f4"),
    "every second f8": lambda: _stepped([0.5, 1.5, 2.5]),
    "i8": lambda: numpy.array([1, 2, 3]),
    "u1": lambda: numpy.array([1, 2, 3], "u1"),
    "big-endian": lambda: numpy.array([1, 2, 3], ">i4"),
    "bool": lambda: numpy.array([True, False, True]),
    "complex": lambda: numpy.array([1j, 2j, 3j]),
    "times": lambda: pandas.date_range("2024-02-29", periods=_ROWS),
    "zoned times": lambda: pandas.date_range("2024-02-29", periods=_ROWS, tz="Asia/Tokyo"),
    "durations": lambda: pandas.Series([_HOUR, _HOUR * 2, pandas.NaT]),
    "periods": lambda: pandas.period_range("2024-02-29", periods=_ROWS, freq="D"),
    "intervals": lambda: pandas.interval_range(0, _ROWS),
    "texts": lambda: pandas.Series(["x", "y", None]),
    "string": lambda: pandas.array(["x", "y", None], dtype="string"),
    "texts as objects": lambda: _objects("x", "y", None),
    "mixed": lambda: _objects("x", 1.5, pandas.Timestamp("2024-02-29")),
    "lists": lambda: _objects([1], [2, [3]], {"k": [4]}),
    "arrays": lambda: _objects(numpy.array([1]), numpy.array([2.5]), {1}),
    "categories": lambda: pandas.Categorical(["p", "q", None]),
    "Int64": lambda: pandas.array([1, None, 3], dtype="Int64"),
    "boolean": lambda: pandas.array([True, None, False], dtype="boolean"),
    "sparse": lambda: pandas.arrays.SparseArray([0.0, 1.5, 0.0]),
}
with contextlib.suppress(ImportError, NameError, TypeError):  # no pyarrow, or an old one
    pandas.array([1], dtype="int64[pyarrow]")
    COLUMNS["arrow integers"] = lambda: pandas.array([1, None, 3], dtype="int64[pyarrow]")
with contextlib.suppress(ImportError, NameError, TypeError):  # no pyarrow, or an old one
    pandas.array(["x"], dtype="string[pyarrow]")
    COLUMNS["arrow texts"] = lambda: pandas.array(["x", None, "y"], dtype="string[pyarrow]")


def _destroy_array(array: numpy.ndarray) -> None:
    if array.dtype == object:
        for cell in array.ravel().tolist():
            _destroy_cell(cell)
    with contextlib.suppress(ValueError):  # read-only
        array[...] = "changed" if array.dtype == object else numpy.zeros(1, array.dtype)


def _destroy_cell(cell: Any) -> None:
    if isinstance(cell, list):
        for inner in cell:
            _destroy_cell(inner)
        cell.append("changed")
    elif isinstance(cell, dict):
        for inner in cell.values():
            _destroy_cell(inner)
        cell["changed"] = True
    elif isinstance(cell, set):
        cell.add("changed")
    elif isinstance(cell, numpy.ndarray):
        _destroy_array(cell)


def _destroy(frame: pandas.DataFrame) -> None:
    """Overwrite all memory that a frame shows, by pandas and below it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns of some writes, each release of others
        _overwrite(frame)


def _overwrite(frame: pandas.DataFrame) -> None:
    for block in frame._mgr.blocks:
        held = [block.values]
        if not isinstance(block.values, numpy.ndarray):
            names = ("_ndarray", "_data", "_mask", "_codes", "_sparse_values")
            held = [getattr(block.values, name, None) for name in names]
            with contextlib.suppress(TypeError, ValueError, NotImplementedError):
                block.values[0] = block.values[-1]
        for array in held:
            if isinstance(array, numpy.ndarray):
                _destroy_array(array)
    for at in range(frame.shape[1]):
        with contextlib.suppress(TypeError, ValueError, NotImplementedError):
            frame.iloc[-1, at] = frame.iloc[0, at]


def _json(taken: Any) -> Any:
    return encode_tables([table_of(taken)])


@settings(max_examples=examples(100))
@given(
    st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=8),
    st.booleans(),
    st.integers(0, 2),
)
def test_no_change_to_a_frame_is_seen(kinds: list[str], is_built: bool, begin: int) -> None:
    """Whatever its columns are made of, and whether pandas has joined them or not."""
    columns = {f"{kind} {at}": COLUMNS[kind]() for at, kind in enumerate(kinds)}
    frame = pandas.DataFrame(columns if is_built else {}, copy=False)
    for name, column in columns.items():
        frame[name] = column
    if begin < 2:
        frame = frame.iloc[begin:]  # shares memory with the whole
    taken, size = snapshot_frame(frame)
    assert size > 0
    before, as_frame = _json(taken), str(frame_of_snapshot(taken).to_dict("list"))
    expected = copy.deepcopy(frame)
    _destroy(frame)
    frame.columns = pandas.Index([f"changed {at}" for at in range(frame.shape[1])])
    for column in columns.values():
        if isinstance(column, numpy.ndarray):
            _destroy_array(column)
    assert _json(taken) == before
    assert str(frame_of_snapshot(taken).to_dict("list")) == as_frame
    assert list(taken.columns) == list(expected.columns)
    assert taken.rows == len(expected)


@settings(max_examples=examples(60))
@given(st.sampled_from(sorted(COLUMNS)), st.integers(1, 3), st.sampled_from("CFK"), st.booleans())
def test_no_change_to_an_array_is_seen(kind: str, width: int, order: Any, is_part: bool) -> None:
    """Of any dtype, memory order and shape, also where it is a part of a larger one."""
    column = numpy.asarray(pandas.Series(COLUMNS[kind]()))
    whole = numpy.array([copy.deepcopy(column) for _ in range(width)], order=order)
    array = whole[:, ::2] if is_part else whole
    taken, _ = snapshot_array(array)
    before = _json(taken)
    _destroy_array(whole)
    assert _json(taken) == before


@settings(max_examples=examples(30))
@given(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4))
def test_no_change_to_a_list_is_seen(kinds: list[str]) -> None:
    """Nor to what its cells hold."""
    items = [cell for kind in kinds for cell in list(COLUMNS[kind]())]
    taken, _ = snapshot_list(items)
    before = _json(taken)
    _destroy_cell(items)
    items[:-1] = [None] * (len(items) - 1)
    assert _json(taken) == before


def test_the_changes_can_be_seen() -> None:
    """Each kind of column that has memory to write into shows them, so the tests above see it."""
    seen = set()
    for kind, make in COLUMNS.items():
        frame = pandas.DataFrame({"a": make()})
        before = _json(snapshot_of(frame))
        _destroy(frame)
        if _json(snapshot_of(frame)) != before:
            seen.add(kind)
    assert seen >= {"f8", "i8", "times", "texts", "lists", "arrays", "categories", "Int64"}
