"""Schemas: of a frame after any others, the one that its own labels, dtypes and places make."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any, List

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data import schema as module
from mdc_core.data.column_names import unique_names
from mdc_core.data.schema import Schema, kind_of, positions_of, schema_of_frame
from mdc_core.data.snapshot import FrameSnapshot, snapshot_frame


class _Shouting(str):
    """A label that is equal to its text and shown in another way."""

    def __str__(self) -> str:
        return self.upper()


# Those of a line are equal, or are shown alike.
LABELS: List[Any] = [
    *("a", _Shouting("a"), numpy.str_("a")),
    *(1, True, 1.0, "1", numpy.int64(1)),
    *(0.0, -0.0, 0, False),
    *(None, float("nan"), pandas.NaT, "nan", "None"),
    *("\ud800", "\\ud800", "", "é", ("a", 1)),
]
VALUES: List[Any] = [
    *([0.5], [7], [True], ["x"], [None]),
    *(numpy.array([1], dtype) for dtype in ("f4", "i2", "u8", ">i4", "M8[s]", "m8[ms]")),
    pandas.array([1], dtype="Int64"),
    pandas.array([1], dtype="Int32"),
    # Since pandas 1.2.
    *([pandas.array([1.5], dtype="Float64")] if hasattr(pandas, "Float64Dtype") else []),
    pandas.Categorical(["x"]),
    pandas.array(["x"], dtype="string"),
    pandas.date_range("2024-02-29", periods=1),
    pandas.date_range("2024-02-29", periods=1, tz="UTC"),
]


def _by_itself(snapshot: FrameSnapshot) -> Schema:
    """Return a frame's schema as its parts say it, with nothing that is remembered."""
    count = len(snapshot.columns)
    places = [positions_of(each, count) for each in snapshot.placements]
    return Schema(
        unique_names(numpy.asarray(snapshot.columns, dtype=object).tolist()),
        tuple(each if isinstance(each, range) else tuple(each) for each in places),
        tuple(map(kind_of, snapshot.values)),
    )


@st.composite
def frames(draw: Any) -> pandas.DataFrame:
    """Frames of few columns, whose labels and dtypes are often alike and seldom the same."""
    chosen = draw(st.lists(st.sampled_from(range(len(VALUES))), max_size=3))
    labels = draw(
        st.lists(st.sampled_from(LABELS), min_size=len(chosen), max_size=len(chosen))
        | st.just([f"f_{at}" for at in range(len(chosen))])
        | st.just(list(range(len(chosen))))
    )
    frame = pandas.DataFrame(index=[0])
    for at, number in enumerate(chosen):
        frame.insert(at, at, VALUES[number])
    if draw(st.booleans()):
        frame = frame.copy()  # columns of one dtype in one block
    # Arrow's texts cannot be lone surrogates.
    is_object = "\ud800" in labels or draw(st.booleans())
    frame.columns = pandas.Index(labels, dtype=object) if is_object else labels
    return frame


@given(st.lists(frames(), min_size=1, max_size=12))
def test_what_is_remembered_is_what_the_frame_says(made: List[pandas.DataFrame]) -> None:
    """Whatever frames came before it, and however alike their labels are."""
    for frame in [*made, *made]:
        snapshot = snapshot_frame(frame)[0]
        assert schema_of_frame(snapshot) == _by_itself(snapshot)


@pytest.mark.parametrize(
    "labels",
    [
        pandas.RangeIndex(2),
        pandas.MultiIndex.from_tuples([("a", 1), ("a", 2)]),
        pandas.MultiIndex.from_tuples([("a", 1), ("a", 1)]),
        pandas.Index([0.5, 1.5]),
        pandas.Index(["a", "a"]),
        pandas.CategoricalIndex(["a", "b"]),
        pandas.date_range("2024-02-29", periods=2),
        pandas.period_range("2024-02-29", periods=2, freq="D"),
        pandas.timedelta_range("1 day", periods=2),
        pandas.interval_range(0, 2),
    ],
    ids=lambda labels: type(labels).__name__,
)
def test_labels_of_any_index_are_remembered_or_not(labels: pandas.Index) -> None:
    """Of the same frame, of another with equal labels, and of one whose texts are these labels."""
    texts = pandas.Index([str(label) for label in labels])
    for columns in (labels, labels.copy(), texts, labels):
        snapshot = snapshot_frame(pandas.DataFrame([[1, 0.5]], columns=columns))[0]
        assert schema_of_frame(snapshot) == _by_itself(snapshot)


def test_frames_that_are_alike_have_one_schema() -> None:
    """The same object, so that nobody compares names to put them together."""
    first, second = (pandas.DataFrame({"a": [at], "b": [0.5], "c": ["x"]}) for at in (1, 2))
    other = pandas.DataFrame({"a": [1], "b": [0.5], "d": ["x"]})
    schemas = [schema_of_frame(snapshot_frame(each)[0]) for each in (first, other, second, other)]
    assert schemas[0] is schemas[2]
    assert schemas[1] is schemas[3]
    assert schemas[0] is not schemas[1]


def test_labels_that_are_changed_in_place_are_seen() -> None:
    """A script may reach the labels of an index, which is the same object then."""
    frame = pandas.DataFrame([[1, 2]], columns=pandas.Index(["a", "b"], dtype=object))
    assert schema_of_frame(snapshot_frame(frame)[0]).names == ("a", "b")
    labels = numpy.asarray(frame.columns.array)
    if not labels.flags.writeable:
        try:
            labels.flags.writeable = True
        except ValueError:
            pytest.skip("this pandas gives no access to them")
    labels[0] = "c"
    snapshot = snapshot_frame(frame)[0]
    assert schema_of_frame(snapshot) == _by_itself(snapshot)


def test_little_is_remembered() -> None:
    """Neither many schemas nor long names stay in memory."""
    tracemalloc.start()
    for number in range(40):
        for length in (1, 100_000):
            frame = pandas.DataFrame([[1, 2]], columns=[f"a{number}" * length, f"b{number}"])
            schema_of_frame(snapshot_frame(frame)[0])
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 1 << 20
    assert len(module._known) <= 8
