"""Tables: unique names, and rows and columns taken from blocks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdc_core.data.column_names import unique_names
from mdc_core.data.schema import positions_of
from mdc_core.data.snapshot import snapshot_frame
from mdc_core.data.table import Table, frame_of_snapshot
from mdc_core.encoding.cells import cell_json
from mdc_core.encoding.jsonl import encode_tables
from tests.core.made import rows, strict_json, table

LABELS = st.lists(
    st.sampled_from(["a", "a_1", "a_2", "a_1_1", "b", 1, "1", 1.0, None, ("a", 1), ""])
    | st.text(max_size=3)
)
# A lone surrogate is written as the visible escape that the second has.
LONELY = ["\ud800", "\\ud800", "\ud800_1", "\\ud800_1", "\udc00", ""]


def _frame() -> pandas.DataFrame:
    return pandas.DataFrame(
        {
            "i": [1, 2, 3],
            "f": [0.5, 1.5, 2.5],
            "j": [4, 5, 6],
            "s": ["x", "y", "z"],
            "t": pandas.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]),
            "z": pandas.date_range("2024-01-01", periods=3, tz="UTC"),
            "c": pandas.Categorical(["p", "q", "p"]),
            "n": pandas.array([7, None, 9], dtype="Int64"),
        }
    )


def _rows(made: Table) -> Any:
    return strict_json(encode_tables([made])[0])


@given(LABELS)
def test_names_are_unique_texts(labels: list[Any]) -> None:
    """Any labels become as many different strings."""
    names = unique_names(labels)
    assert len(names) == len(labels) == len(set(names))
    assert all(type(name) is str for name in names)


@pytest.mark.parametrize("labels", [LONELY, ["a", "a_1", "a_1_1", 1, "1", ("a", 1)]])
def test_any_few_of_labels_that_may_meet_are_unique_when_written(labels: list[Any]) -> None:
    """As a frame's columns and as keys of a dict: a strict reader finds each name once."""
    for chosen in itertools.product(labels, repeat=3):
        names = unique_names(chosen)
        cells = dict(zip(chosen, "xyz"))
        (row,) = rows([[1, 2, 3]], chosen)
        assert tuple(row) == names
        assert list(strict_json(cell_json(cells)).values()) == list(cells.values())


@given(LABELS)
def test_first_occurrences_keep_their_names(labels: list[Any]) -> None:
    """Only repeats are renamed, and to the name they repeat with a number."""
    names = unique_names(labels)
    texts = [str(label) for label in labels]
    for at, (name, text) in enumerate(zip(names, texts)):
        if text not in texts[:at]:
            assert name == text
        else:
            stem, _, number = name.rpartition("_")
            assert stem == text
            assert number.isdigit()


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["a", "a", "a"], ("a", "a_1", "a_2")),
        (["a", "a", "a_1"], ("a", "a_2", "a_1")),
        (["\ud800", "\\ud800"], ("\\ud800", "\\ud800_1")),
        ([0, 1, 0], ("0", "1", "0_1")),
        ([("a", "x"), ("a", "y")], ("('a', 'x')", "('a', 'y')")),
        ([None, float("nan")], ("None", "nan")),
        ([], ()),
    ],
)
def test_labels_become_these_names(labels: Sequence[Any], names: tuple[str, ...]) -> None:
    """Repeated, integer, tuple and missing labels have one defined name each."""
    assert unique_names(labels) == names


@pytest.mark.parametrize(("start", "stop"), [(0, 3), (0, 1), (1, 3), (2, 9), (3, 9)])
def test_sliced_rows_are_those_of_the_frame(start: int, stop: int) -> None:
    """A slice of a table of many dtypes is the table of the frame's slice."""
    made = table(_frame()).slice_rows(start, stop)
    assert made.rows == len(_frame().iloc[start:stop])
    assert _rows(made) == _rows(table(_frame()))[start:stop]


@pytest.mark.parametrize("taken", [[], [0], [2, 0], [1, 1]])
def test_taken_rows_are_in_the_asked_order(taken: list[int]) -> None:
    """Rows of every dtype are taken by position."""
    whole = _rows(table(_frame()))
    assert _rows(table(_frame()).take_rows(taken)) == [whole[row] for row in taken]


@pytest.mark.parametrize("kept", [[], [0], [2, 0], [7, 3, 1], list(range(8))])
def test_taken_columns_are_in_the_asked_order(kept: list[int]) -> None:
    """Columns of one block and of several are taken by position."""
    names = [list("ifjstzcn")[at] for at in kept]
    whole = _rows(table(_frame()))
    made = table(_frame()).take_columns(kept)
    assert made.names == tuple(names)
    assert _rows(made) == [{name: row[name] for name in names} for row in whole]


def test_a_column_is_a_list_of_its_cells() -> None:
    """Cells of numpy blocks and of extension arrays are found by the column's position."""
    made = table(_frame())
    assert made.column(2) == [4, 5, 6]
    assert made.column(3) == ["x", "y", "z"]
    assert made.column(7)[::2] == [7, 9]
    assert made.column(7)[1] is pandas.NA


def test_a_column_that_is_not_there_is_an_error() -> None:
    """A wrong position is refused, with the number of columns there are."""
    with pytest.raises(IndexError, match="8 columns has no column 8"):
        table(_frame()).column(8)


@pytest.mark.parametrize(
    ("placement", "positions"),
    [
        (slice(1, 3), [1, 2]),
        (slice(3, None, -2), [3, 1]),
        (numpy.array([2, 0]), [2, 0]),
    ],
)
def test_placements_are_positions(placement: Any, positions: list[int]) -> None:
    """Slices of either direction and arrays say which columns a block holds."""
    assert list(positions_of(placement, 4)) == positions


def test_columns_of_another_byte_order_are_put_in_order() -> None:
    """Also beside one of pandas' own arrays, where they have to be moved."""
    columns = {"a": pandas.array([1, 2], dtype="Int64"), "b": numpy.array([3, 4], ">i4")}
    frame = frame_of_snapshot(snapshot_frame(pandas.DataFrame(columns))[0])
    assert frame.to_csv(index=False, header=False) == "1,3\n2,4\n"
