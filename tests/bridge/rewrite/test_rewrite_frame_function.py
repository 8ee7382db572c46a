"""The function in rewritten scripts makes the rows of the bridge, for data of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from mdc_bridge.scripts.frame_function import NAME, frame_function
from mdc_core.data.rows import count_rows, rows_of_texts, table_of
from mdc_core.data.snapshot import snapshot_array, snapshot_frame, snapshot_list
from mdc_core.encoding.jsonl import encode_tables

SOURCE = "import logging\nimport numpy\nimport pandas\n\n\n" + frame_function(
    NAME, "pandas", "numpy", "logging", any_names=True, follows_inputs=True, takes_texts=True
)

CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=3),
    st.binary(max_size=3),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
    st.floats(width=32).map(numpy.float32),
    st.integers(0, 9).map(numpy.int64),
    st.integers(0, 9).map(numpy.array),
)
LISTS = st.one_of(
    st.lists(CELLS, max_size=4),
    st.integers(0, 3).flatmap(
        lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=3)
    ),
    st.lists(st.tuples(CELLS, CELLS), max_size=3),
    st.lists(st.lists(st.integers(), min_size=2, max_size=2).map(numpy.array), max_size=3),
)
DTYPES = st.sampled_from(
    ["f2", "f4", "f8", ">f8", "i1", "u8", "i8", "?", "c16", "U3", "S3", "M8[D]", "M8[ns]", "m8[s]"]
)
ARRAYS = st.one_of(
    st_numpy.arrays(DTYPES, st_numpy.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)),
    st.lists(CELLS, max_size=4).map(lambda cells: _objects(cells)),
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=3).map(
        lambda rows: numpy.stack([_objects(list(row)) for row in rows])
    ),
)
NAMES = st.lists(st.sampled_from(["a", "b", "c", "a_1", "column_1"]), max_size=4)


def _objects(cells: list[Any]) -> numpy.ndarray:
    array = numpy.empty(len(cells), dtype=object)
    for position, cell in enumerate(cells):
        array[position] = cell
    return array


@pytest.fixture(scope="module", name="make_frame")
def _make_frame() -> Callable[..., Any]:
    namespace: dict[str, Any] = {"__name__": "score"}
    exec(SOURCE, namespace)
    made: Callable[..., Any] = namespace[NAME]
    return made


def _snapshot(data: Any) -> Any:
    return snapshot_list(data)[0] if isinstance(data, list) else snapshot_array(data)[0]


def _json_of_bridge(data: Any, names: list[str], input_rows: Optional[int]) -> bytes:
    return encode_tables([table_of(_snapshot(data), names, input_rows)])[0]


def _json_of_frame(frame: pandas.DataFrame) -> bytes:
    return encode_tables([table_of(snapshot_frame(frame)[0])])[0]


@given(data=st.one_of(LISTS, ARRAYS), names=NAMES, input_rows=st.sampled_from([None, 0, 1, 2, 3]))
def test_rows_are_those_of_the_bridge(
    data: Any, names: list[str], input_rows: Optional[int], make_frame: Callable[..., Any]
) -> None:
    """The JSON is equal to the byte, whatever the types, and whatever the inputs were."""
    inputs = None if input_rows is None else pandas.DataFrame({"x": range(input_rows)})
    frame = make_frame(data, names, inputs)
    assert _json_of_frame(frame) == _json_of_bridge(data, names, input_rows)
    assert len(frame) == count_rows(_snapshot(data), names, input_rows)


TEXTS = st.lists(st.text(max_size=2) | st.binary(max_size=2), max_size=4)


@given(data=TEXTS | TEXTS.map(numpy.array) | LISTS, names=NAMES)
def test_texts_of_inputs_are_those_of_the_bridge(
    data: Any, names: list[str], make_frame: Callable[..., Any]
) -> None:
    """Inputs that are texts without names are a row for each."""
    input_rows = rows_of_texts(_snapshot(data), names)
    frame = make_frame(data, names, texts=True)
    assert _json_of_frame(frame) == _json_of_bridge(data, names, input_rows)


def test_lists_of_columns_follow_their_inputs(make_frame: Callable[..., Any]) -> None:
    """As many lists as names, as long as there are inputs, are columns; an array is rows."""
    inputs = pandas.DataFrame({"x": range(3)})
    columns = [["a", "b", "c"], [0.1, 0.2, 0.3]]
    frame = make_frame(columns, ["label", "p"], inputs)
    assert frame.to_dict("list") == dict(zip(["label", "p"], columns))
    assert len(make_frame(numpy.array([[1, 2, 3], [4, 5, 6]]), ["label", "p"], inputs)) == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, b'[{"column_0":1,"column_1":2}]'),
        ("p", b'[{"p":1},{"p":2}]'),
        (numpy.array(["a", "b"]), b'[{"a":1,"b":2}]'),
        (pandas.Index([5, 6]), b'[{"5":1,"6":2}]'),
        (("a",), b'[{"a":1},{"a":2}]'),
    ],
)
def test_names_may_be_all_that_they_were(
    names: Any, expected: bytes, make_frame: Callable[..., Any]
) -> None:
    """One text, none, an array, an index: as the old constructor took them."""
    assert _json_of_frame(make_frame([1, 2], names)) == expected


def test_structured_and_masked_arrays(make_frame: Callable[..., Any]) -> None:
    """Records are rows, masked cells are null."""
    records = numpy.array([(1, 0.5), (2, 1.5)], dtype="i4,f8")
    masked = numpy.ma.masked_array([[1, 2], [3, 4]], mask=[[0, 1], [0, 0]])
    for array in (records, masked):
        assert _json_of_frame(make_frame(array, ["a"])) == _json_of_bridge(array, ["a"], None)


def test_frames_are_copied(make_frame: Callable[..., Any]) -> None:
    """What the script does to a frame or an array later is not collected."""
    frame = pandas.DataFrame({"a": [1]})
    array = numpy.array([[1.0]])
    copies = make_frame(frame), make_frame(array)
    frame["a"] = 2
    array[0, 0] = 2
    assert [copy.iloc[0, 0] for copy in copies] == [1, 1]


@pytest.mark.parametrize("data", ["text", 1.5, None, {"a": 1}, (1, 2), pandas.Series([1])])
def test_what_was_never_collected_is_handed_on(data: Any, make_frame: Callable[..., Any]) -> None:
    """The collector refuses it and tells on_error, which is where it was warned about."""
    assert make_frame(data, ["a"]) is data


def test_no_error_leaves_it(make_frame: Callable[..., Any], caplog: Any) -> None:
    """What cannot be made a frame is logged, and nothing is raised into scoring."""

    class Broken(list):  # type: ignore[type-arg]
        def __iter__(self) -> Any:
            raise RuntimeError("no iteration")

    assert make_frame(Broken([1, 2]), ["a"]) is None
    assert "no iteration" in caplog.text
