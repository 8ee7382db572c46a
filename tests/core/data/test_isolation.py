"""What a script does to its data after `collect` never changes what is encoded."""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data import snapshot
from mdc_core.data.isolation import size_of
from mdc_core.data.rows import table_of
from mdc_core.encoding.jsonl import encode_tables
from tests.core.made import rows, snapshot_of, strict_json


@pytest.fixture(params=[True, False], ids=["manager", "columns"])
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read frames by pandas' blocks, and by public means alone."""
    monkeypatch.setattr(snapshot, "_manager_is_known", request.param)


def _is_isolated(data: Any, change: Callable[[], object]) -> bool:
    before = rows(data)
    taken = snapshot_of(data)
    change()
    assert rows(data) != before, "the change must be one that can be seen"
    return bool(strict_json(encode_tables([table_of(taken)])[0]) == before)


def _frame() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "i": [1, 2],
            "f": [1.5, 2.5],
            "s": ["x", "y"],
            "o": pandas.Series([[1], {"k": [2]}], dtype=object),
            "t": pandas.to_datetime(["2024-02-29", "2024-03-01"]),
            "c": pandas.Categorical(["p", "q"]),
            "n": pandas.array([1, 2], dtype="Int64"),
        }
    )


CHANGES: dict[str, Callable[[pandas.DataFrame], object]] = {
    "integer cell": lambda frame: frame.__setitem__("i", frame["i"] + 1),
    "cell in place": lambda frame: frame.iloc.__setitem__((0, 1), 99.5),
    "text": lambda frame: frame.iloc.__setitem__((0, 2), "changed"),
    "list in a cell": lambda frame: frame["o"][0].append(5),
    "list in a dict in a cell": lambda frame: frame["o"][1]["k"].append(5),
    "time": lambda frame: frame.iloc.__setitem__((0, 4), pandas.Timestamp("2030-01-01")),
    "category": lambda frame: frame.iloc.__setitem__((0, 5), "q"),
    "nullable": lambda frame: frame.iloc.__setitem__((0, 6), 9),
    "new column": lambda frame: frame.insert(0, "new", [0, 0]),
    "lost column": lambda frame: frame.pop("f"),
    "renamed columns": lambda frame: setattr(frame, "columns", list("abcdefg")),
}


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("name", CHANGES)
def test_changes_to_a_frame_are_not_seen(name: str) -> None:
    """Cells, objects in cells, columns and rows changed later stay as they were collected."""
    frame = _frame()
    assert _is_isolated(frame, lambda: CHANGES[name](frame))


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("dtype", ["f8", "f4", "i8", "u1", "?", "M8[ns]", "O"])
def test_changes_to_an_array_below_a_frame_are_not_seen(dtype: str) -> None:
    """A frame that wraps an array without copying it is isolated from the array."""
    array = numpy.zeros((3, 2), dtype=dtype)
    frame = pandas.DataFrame(array, columns=["a", "b"], copy=False)
    taken = snapshot_of(frame)
    before = encode_tables([table_of(taken)])[0]
    array[:] = numpy.ones((3, 2), dtype=dtype)
    assert encode_tables([table_of(taken)])[0] == before


@pytest.mark.parametrize(
    "dtype", ["f8", "f2", "i8", "?", "M8[us]", "m8[s]", "U3", "S3", "c16", "O", "i4,f8"]
)
def test_changes_to_an_array_are_not_seen(dtype: str) -> None:
    """Arrays of every dtype, and views of them, are copied."""
    array = numpy.zeros((4, 2), dtype=dtype)
    view = array[::2]
    assert _is_isolated(view, lambda: array.__setitem__(0, numpy.ones(2, dtype=dtype)))


def test_changes_to_objects_in_arrays_are_not_seen() -> None:
    """Lists inside object arrays, also inside fields of structured ones, are copied."""
    array = numpy.empty((1, 1), dtype=object)
    array[0, 0] = [1]
    assert _is_isolated(array, lambda: array[0, 0].append(2))
    inner = numpy.dtype([("c", "O")])
    records = numpy.array([([1], ([2],), 3.5)], dtype=[("a", "O"), ("b", inner), ("d", "f8")])
    assert _is_isolated(records, lambda: records["a"][0].append(2))
    assert _is_isolated(records, lambda: records["b"]["c"][0].append(2))


def test_changes_to_a_masked_array_are_not_seen() -> None:
    """Neither the values below a mask nor the mask itself are shared."""
    array = numpy.ma.array([[1, 2]], mask=[[False, True]])
    assert _is_isolated(array, lambda: array.__setitem__((0, 0), 7))
    assert _is_isolated(array, lambda: array.__setitem__((0, 1), 7))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.append(1),
        lambda data: data[0].append(1),
        lambda data: data[1]["k"].append(1),
        lambda data: data[2].__setitem__(0, 9),
        lambda data: data[3].extend(b"y"),
        lambda data: data[4][0].add(5),
    ],
)
def test_changes_to_a_list_are_not_seen(change: Callable[[list[Any]], object]) -> None:
    """Everything mutable inside a list, at any depth, is copied."""
    data = [[1, 2], {"k": []}, numpy.zeros(2), bytearray(b"x"), ({1},)]
    assert _is_isolated(data, lambda: change(data))


NESTED = st.recursive(
    st.integers() | st.text() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def _scramble(value: Any) -> None:
    """Change every container inside a value."""
    if isinstance(value, list):
        for item in value:
            _scramble(item)
        value.append("changed")
    elif isinstance(value, dict):
        for item in value.values():
            _scramble(item)
        value["changed"] = True


@given(st.lists(NESTED, min_size=1))
def test_no_change_to_nested_objects_is_seen(data: list[Any]) -> None:
    """For any nesting: as a list, and in the cells of a frame and of an array."""
    array = numpy.empty((len(data), 1), dtype=object)
    for at, item in enumerate(data):
        array[at, 0] = item
    frame = pandas.DataFrame(array, columns=["a"], copy=False)
    taken = [snapshot_of(value) for value in (data, array, frame)]
    before = [encode_tables([table_of(value)]) for value in taken]
    _scramble(data)
    assert [encode_tables([table_of(value)]) for value in taken] == before


@given(st.lists(st.sampled_from([0.0, 0.5, 1.5, 2.5]) | st.floats()))
def test_a_list_of_floats_is_as_large_as_any_container(numbers: list[float]) -> None:
    """Its own way of counting gives the same: a number that comes again counts once."""
    within = size_of([numbers]) - getsizeof(numbers)
    assert within == size_of([tuple(numbers)]) - getsizeof(tuple(numbers))
