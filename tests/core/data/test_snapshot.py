"""Snapshots hold what was given: both ways to read a frame's columns, arrays, lists, sizes."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy
import pandas
import pytest

from mdc_core.data import snapshot
from mdc_core.data.snapshot import (
    is_spark_frame,
    long_labels_of,
    snapshot_array,
    snapshot_frame,
    snapshot_list,
)
from mdc_core.data.table import frame_of_snapshot, table_of_frame
from mdc_core.encoding.jsonl import encode_tables
from tests.core.made import snapshot_of, strict_json

TIMES = pandas.to_datetime(["2024-02-29T12:00:00", None])


def _unconsolidated() -> pandas.DataFrame:
    frame = pandas.DataFrame({"a": [1.5, 2.5]})
    frame["b"] = [1, 2]
    frame.insert(0, "c", [3.5, 4.5])
    return frame


FRAMES: dict[str, Callable[[], pandas.DataFrame]] = {
    "floats": lambda: pandas.DataFrame(numpy.arange(6.0).reshape(3, 2)),
    "mixed": lambda: pandas.DataFrame({"a": [1, 2], "b": [0.5, None], "c": [True, False]}),
    "unconsolidated": _unconsolidated,
    "reversed": lambda: pandas.DataFrame({"a": [1, 2], "b": [3, 4], "c": [5.0, 6.0]}).iloc[:, ::-1],
    "transposed": lambda: pandas.DataFrame(numpy.arange(6.0).reshape(3, 2)).T,
    "every second row": lambda: pandas.DataFrame({"a": range(6), "b": range(6)}).iloc[::2],
    "text": lambda: pandas.DataFrame({"a": ["x", "y"], "b": ["z", None]}),
    "objects": lambda: pandas.DataFrame({"a": [[1], {"k": 2}], "b": [None, b"x"]}),
    "times": lambda: pandas.DataFrame({"a": TIMES, "b": TIMES}),
    "zoned times": lambda: pandas.DataFrame({"a": TIMES.tz_localize("Asia/Tokyo")}),
    "durations": lambda: pandas.DataFrame({"a": TIMES - TIMES[0]}),
    "categories": lambda: pandas.DataFrame({"a": pandas.Categorical(["x", None])}),
    "nullable": lambda: pandas.DataFrame({"a": pandas.array([1, None], dtype="Int64")}),
    "sparse": lambda: pandas.DataFrame({"a": pandas.arrays.SparseArray([0.0, 1.5])}),
    "periods": lambda: pandas.DataFrame({"a": pandas.period_range("2024", periods=2, freq="D")}),
    "duplicates": lambda: pandas.DataFrame([[1, 2.5, 3]], columns=["a", "b", "a"]),
    "no rows": lambda: pandas.DataFrame({"a": [1.5], "b": ["x"]}).iloc[:0],
    "no columns": lambda: pandas.DataFrame(index=[5, 6]),
    "nothing": pandas.DataFrame,
}


@pytest.fixture(params=[True, False], ids=["manager", "columns"])
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read frames by pandas' blocks, and by public means alone."""
    monkeypatch.setattr(snapshot, "_manager_is_known", request.param)


@pytest.mark.usefixtures("_blocks")
@pytest.mark.parametrize("name", FRAMES)
def test_a_snapshot_holds_the_values_and_dtypes_of_its_frame(name: str) -> None:
    """A frame made from the snapshot equals the original, whichever way it was read."""
    frame = FRAMES[name]()
    again = frame_of_snapshot(snapshot_frame(frame)[0])
    frame.columns = range(frame.shape[1])
    frame.index = range(len(frame))
    pandas.testing.assert_frame_equal(again, frame, check_column_type=False, check_index_type=False)


@pytest.mark.parametrize("dtype", ["str", "string", object])
def test_the_size_of_a_frame_counts_its_text(dtype: Any) -> None:
    """Long texts weigh what they hold, in whichever array pandas keeps them."""
    frame = pandas.DataFrame({"a": pandas.Series(["x" * 10_000] * 3, dtype=dtype)})
    assert snapshot_frame(frame)[1] >= 30_000


@pytest.mark.usefixtures("_blocks")
def test_the_size_of_a_frame_counts_its_cells() -> None:
    """Numbers count their bytes and texts their characters, so the queue's bound means memory."""
    numbers = snapshot_frame(pandas.DataFrame(numpy.zeros((1000, 3))))[1]
    texts = snapshot_frame(pandas.DataFrame({"a": ["x" * 10_000]}, dtype=object))[1]
    assert 24_000 <= numbers < 26_000  # with what the objects around them take
    assert texts >= 10_000


def test_labels_count_once_where_frames_share_them() -> None:
    """A frame with labels of its own holds them too; those that are there already are not held."""
    labels = pandas.Index([f"counted {number}" for number in range(500)])
    values = numpy.zeros((1, 500))

    def size_of(columns: Any) -> int:
        return snapshot_frame(pandas.DataFrame(values, columns=columns))[1]

    first = size_of(labels)
    assert first >= 4_000 + 500 * 64
    assert size_of(labels) < 4_000 + 1_000
    assert size_of([f"counted {number}" for number in range(500)]) < 4_000 + 1_000
    assert size_of([f"others {number}" for number in range(500)]) >= first - 1_000


@pytest.mark.parametrize(
    "columns",
    [
        pandas.Index(["x" * 10_000, 1], dtype=object),
        pandas.MultiIndex.from_tuples([("x" * 10_000, 1), ("b", 2)]),
        pandas.Index([("x" * 10_000,), None], tupleize_cols=False),
    ],
    ids=["mixed", "levels", "tuples"],
)
def test_long_labels_are_measured(columns: pandas.Index) -> None:
    """Of any kind; once, for all frames that share them."""
    frame, size = snapshot_frame(pandas.DataFrame([[1, 2]], columns=columns))
    assert size < 8_000
    assert long_labels_of(frame) >= 9_000
    assert long_labels_of(frame) == 0


def test_long_texts_are_counted_with_their_labels() -> None:
    """Once, when they are first seen."""
    sizes = [
        snapshot_frame(pandas.DataFrame([[1, 2]], columns=["x" * 10_000, "y"]))[1] for _ in range(2)
    ]
    assert sizes[0] >= 9_000 > sizes[1]


def test_numbers_as_labels_take_nothing_more() -> None:
    """A frame of an array has a range."""
    frame, _ = snapshot_frame(pandas.DataFrame(numpy.zeros((1, 3))))
    assert long_labels_of(frame) == 0
    assert long_labels_of(snapshot_array(numpy.zeros(3))[0]) == 0


def test_pandas_own_blocks_are_used_where_they_are_as_expected() -> None:
    """The fast way is not lost unnoticed with a new pandas."""
    assert snapshot._manager_is_known


@pytest.mark.parametrize(
    "array",
    [
        numpy.array(1.5),
        numpy.arange(3),
        numpy.arange(6.0).reshape(2, 3),
        numpy.asfortranarray(numpy.arange(6.0).reshape(2, 3)),
        numpy.arange(24).reshape(2, 3, 4),
        numpy.array([], dtype=float),
        numpy.array([["a", None]], dtype=object),
        numpy.array(["2024-02-29", "NaT"], dtype="M8[D]"),
        numpy.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]),
        numpy.array([1, 2], dtype=">i4"),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_a_snapshot_holds_the_array(array: numpy.ndarray) -> None:
    """Shape, dtype and values of arrays of any kind are kept, in memory of their own."""
    isolated, size = snapshot_array(array)
    assert isolated.array.dtype == array.dtype
    numpy.testing.assert_array_equal(isolated.array, array)
    assert not numpy.shares_memory(isolated.array, array)
    assert size >= 0


@pytest.mark.parametrize("values", [[1, 2], [1.5, 2.5], ["x", "y"], [[1], [2]], [True, False]])
def test_masked_cells_are_none(values: list[Any]) -> None:
    """A masked cell is None, and never the fill value of its type."""
    array = numpy.ma.array(values, mask=[[False], [True]] if values == [[1], [2]] else [0, 1])
    assert snapshot_array(array)[0].array.ravel().tolist() == [array.ravel()[0], None]


def test_masked_times_stay_times() -> None:
    """Masking does not turn nanoseconds into integers."""
    array = numpy.ma.array(numpy.array(["2024-02-29", "2024-03-01"], "M8[ns]"), mask=[False, True])
    assert snapshot_array(array)[0].array.tolist() == [numpy.datetime64("2024-02-29", "ns"), None]


def test_masked_records_are_rows_of_their_fields() -> None:
    """A field masked in a structured array is None in its own row and column only."""
    records = numpy.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")])
    array = numpy.ma.array(records, mask=[(False, True), (False, False)])
    assert snapshot_array(array)[0].array.tolist() == [[1, None], [3, 4.5]]


def test_a_matrix_becomes_a_plain_array() -> None:
    """Subclasses of arrays, whose slices keep two dimensions, are not kept."""
    made = snapshot_array(numpy.arange(4).reshape(2, 2).view(type("Sub", (numpy.ndarray,), {})))
    assert type(made[0].array) is numpy.ndarray


def test_what_cannot_be_copied_is_kept_as_its_text() -> None:
    """A lock in a cell costs neither its row nor an exception."""
    lock = threading.Lock()
    assert snapshot_list([1, lock])[0].items == [1, str(lock)]


def test_what_has_no_text_is_kept_as_its_class() -> None:
    """A cell that refuses to be copied and to be printed is named by its class."""

    class Stubborn:
        def __deepcopy__(self, memo: Any) -> Any:
            raise RuntimeError("no copy")

        def __str__(self) -> str:
            raise RuntimeError("no text")

    assert snapshot_list([Stubborn()])[0].items == ["<Stubborn>"]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_columns_of_texts_keep_their_places(rows: int) -> None:
    """Those that numpy holds become one block, wherever they stand and whatever is missing."""
    texts = ["x", None, "y" * 1000][:rows]
    columns = {
        "a": pandas.array(texts, dtype="string"),
        "b": numpy.arange(rows),
        "c": pandas.Series(["z"] * rows, dtype=object),
        "d": pandas.array(texts[::-1], dtype="string"),
    }
    frame = pandas.DataFrame(columns)
    taken, size = snapshot_frame(frame)
    before = encode_tables([table_of_frame(taken)])
    if rows:
        frame.iloc[0, 0] = "other"
    assert encode_tables([table_of_frame(taken)]) == before
    cells = [{"a": a, "b": b, "c": "z", "d": d} for b, (a, d) in enumerate(zip(texts, texts[::-1]))]
    assert strict_json(before[0]) == cells
    assert sum(map(len, filter(None, 2 * texts))) <= size < 10_000


@pytest.mark.timeout(20)
def test_a_list_that_holds_itself_is_measured() -> None:
    """A cycle ends the count of bytes instead of holding the caller for ever."""
    cyclic: list[Any] = ["x"]
    cyclic.append(cyclic)
    isolated, size = snapshot_list([cyclic])
    assert isolated.items[0][1] is isolated.items[0]
    assert 0 < size < 10_000


@pytest.mark.parametrize(
    "nested",
    [
        ["x" * 1000],
        {"k": "x" * 1000},
        ({"x" * 1000},),
        [numpy.zeros(125)],
        [numpy.array(["x" * 1000], dtype=object)],
        [b"x" * 1000],
    ],
    ids=str,
)
def test_the_size_of_a_list_counts_what_is_nested(nested: Any) -> None:
    """Text, bytes and arrays at any depth count towards the queue's bound."""
    assert 1000 <= snapshot_list([nested])[1] < 3000


@pytest.mark.parametrize("module", ["pyspark.sql.dataframe", "pyspark.sql.connect.dataframe"])
def test_spark_frames_are_recognized(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Classic and Connect frames, and classes derived from them, are Spark frames."""
    monkeypatch.setitem(sys.modules, "pyspark", ModuleType("pyspark"))
    base = type("DataFrame", (), {"__module__": module})
    assert is_spark_frame(type("Mine", (base,), {})())
    assert not is_spark_frame(pandas.DataFrame())


def test_without_spark_nothing_is_a_spark_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """The question does not import Spark, and is answered by its absence."""
    monkeypatch.delitem(sys.modules, "pyspark", raising=False)
    lookalike = type("DataFrame", (), {"__module__": "pyspark.sql.dataframe"})
    assert not is_spark_frame(lookalike())
    assert "pyspark" not in sys.modules


def test_each_kind_of_data_has_its_snapshot() -> None:
    """Frames, arrays and lists are distinguished by the snapshot's class."""
    kinds = [type(snapshot_of(data)) for data in (pandas.DataFrame(), numpy.zeros(1), [1])]
    assert kinds == [snapshot.FrameSnapshot, snapshot.ArraySnapshot, snapshot.ListSnapshot]
