"""Labels are what a frame had when it was collected, whatever other frames had before or since."""

from __future__ import annotations

import contextlib
import enum
import threading
from typing import Any, Callable

import numpy
import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdc_core.data import snapshot, text_labels
from mdc_core.data.column_names import unique_names
from mdc_core.data.correlation_columns import labels_of_headers
from mdc_core.data.schema import labels_of
from mdc_core.data.snapshot import FrameSnapshot, compact, snapshot_frame
from mdc_core.data.table import table_of_frame
from mdc_core.data.text_labels import TextLabels
from tests.examples_of import examples


class _Text(str):
    """Equal to a text, and shown as another one."""

    def __str__(self) -> str:
        return "another"


class _Colour(str, enum.Enum):
    RED = "a"


_KEPT = [pandas.Index(["a", "b"]), pandas.Index(["a", "b"], dtype=object)]


def _of_part(*labels: Any) -> pandas.Index:
    """Return labels over a part of an array that the script still has."""
    array = numpy.empty(2 * len(labels), dtype=object)
    array[::2] = labels
    return pandas.Index(array[::2], dtype=object, copy=False)


def _objects(*labels: Any) -> pandas.Index:
    return pandas.Index(labels, dtype=object, tupleize_cols=False)


# Each has two labels; all of the first ones are equal to "a", or to each other.
LABELS: dict[str, Callable[[], pandas.Index]] = {
    "texts": lambda: pandas.Index(["".join("a"), "".join("b")]),
    "long texts": lambda: pandas.Index(["a" * 50, "".join(["b"] * 50)]),
    "objects": lambda: _objects("a", "b"),
    "the same": lambda: _KEPT[0],
    "the same objects": lambda: _KEPT[1],
    "named": lambda: pandas.Index(["a", "b"], name="name"),
    "a part": lambda: _of_part("a", "b"),
    "read-only": lambda: _read_only(_objects("a", "b")),
    "twice": lambda: _objects("a", "a"),
    "the other way": lambda: _objects("b", "a"),
    "a class of texts": lambda: _objects(_Text("a"), "b"),
    "a class of texts among texts": lambda: pandas.Index([_Text("a"), "b"]),
    "an enumeration": lambda: _objects(_Colour.RED, "b"),
    "numpy's texts": lambda: _objects(numpy.str_("a"), "b"),
    "bytes": lambda: _objects(b"a", "b"),
    "1": lambda: _objects(1, "b"),
    "1.0": lambda: _objects(1.0, "b"),
    "True": lambda: _objects(True, "b"),
    "the text of 1": lambda: _objects("1", "b"),
    "missing": lambda: _objects(None, "b"),
    "not a number": lambda: _objects(numpy.nan, "b"),
    "missing text": lambda: pandas.Index(["b", None]),
    "tuples": lambda: _objects(("a",), ("b", "c")),
    "surrogate": lambda: _objects("\ud800", "b"),
    "numbers": lambda: pandas.Index([3, 5]),
    "range": lambda: pandas.RangeIndex(2),
    "times": lambda: pandas.date_range("2024-02-29", periods=2),
    "levels": lambda: pandas.MultiIndex.from_tuples([("a", "b"), ("a", "c")]),
    "categories": lambda: pandas.CategoricalIndex(["a", "b"]),
}
for _dtype in ("string", "string[pyarrow]", "category", "string[python]"):
    with contextlib.suppress(ImportError, NameError, TypeError, ValueError):
        pandas.Index(["a", "b"], dtype=_dtype)
        LABELS[_dtype] = lambda dtype=_dtype: pandas.Index(["a", "b"], dtype=dtype)  # type: ignore[misc]


# Of these what is collected is a copy; those of `_KEPT` are left as they are for other examples.
_ARE_TEXTS = ("texts", "long texts", "objects", "named", "a part", "twice", "surrogate")


def _read_only(labels: pandas.Index) -> pandas.Index:
    labels._data.flags.writeable = False
    return labels


def _array_behind(labels: pandas.Index) -> Any:
    held = getattr(labels, "_data", None)
    return getattr(held, "_ndarray", held)


def _overwrite(labels: pandas.Index) -> None:
    array = _array_behind(labels)
    if isinstance(array, numpy.ndarray) and array.dtype == object:
        with contextlib.suppress(ValueError):
            array[:] = array[::-1].copy()
            array[0] = "changed"


def _frame(labels: pandas.Index) -> pandas.DataFrame:
    frame = pandas.DataFrame(numpy.zeros((1, len(labels))))
    frame.columns = labels
    return frame


def _shown(cells: list[Any]) -> list[tuple[type, str]]:
    return [(type(cell), repr(cell)) for cell in cells]


@settings(max_examples=examples(200))
@given(st.lists(st.tuples(st.sampled_from(sorted(LABELS)), st.booleans()), min_size=1, max_size=12))
def test_labels_are_those_of_their_frame(kinds: list[tuple[str, bool]]) -> None:
    """One frame after the other, some with labels whose array the script changes afterwards."""
    waiting: list[tuple[FrameSnapshot, list[Any]]] = []
    for kind, is_changed in kinds:
        labels = LABELS[kind]()
        frame = _frame(labels)
        expected = list(numpy.asarray(frame.columns, dtype=object).tolist())
        waiting.append((snapshot_frame(frame)[0], expected))
        if is_changed and kind in _ARE_TEXTS:
            _overwrite(labels)
            _overwrite(frame.columns)
    for taken, expected in waiting:
        assert _shown(labels_of(taken.columns)) == _shown(expected)
        assert table_of_frame(taken).names == unique_names(expected)


def test_a_change_behind_shared_labels_is_seen_by_later_frames_alone() -> None:
    """The labels of each are those that it had at the call."""
    labels = _objects("a", "b")
    before, _ = snapshot_frame(_frame(labels))
    labels._data[1] = "c"
    after, _ = snapshot_frame(_frame(labels))
    again, _ = snapshot_frame(_frame(_objects("a", "b")))
    assert [list(taken.columns) for taken in (before, after, again)] == [
        ["a", "b"],
        ["a", "c"],
        ["a", "b"],
    ]


@pytest.mark.parametrize("kind", ["texts", "objects", "a part", "named"])
def test_texts_are_held_once(kind: str) -> None:
    """For all frames that have the same, with the names that the writer makes of them."""
    first, second = (snapshot_frame(_frame(LABELS[kind]()))[0] for _ in range(2))
    assert first.columns is second.columns
    assert compact(first).placements is compact(second).placements
    assert table_of_frame(first).names is table_of_frame(second).names


@pytest.mark.parametrize(
    "kind", ["a class of texts", "an enumeration", "numpy's texts", "1", "missing", "levels"]
)
def test_others_are_the_frames_own(kind: str) -> None:
    """What is equal to other labels may have another text."""
    assert type(snapshot_frame(_frame(LABELS[kind]()))[0].columns) is not TextLabels


def test_blocks_in_another_order_keep_their_places() -> None:
    """A frame of one block need not have its columns in the block's order."""
    frame = pandas.DataFrame([[1.5, 2.5, 3.5]], columns=["a", "b", "c"])
    for columns in (["c", "a", "b"], ["c"], ["b", "b", "a"]):
        part = frame[columns]
        taken, _ = snapshot_frame(part)
        for each in (taken, compact(taken)):
            (block,) = table_of_frame(each).blocks
            cells = dict(zip(block.positions, block.values[:, 0].tolist()))
            assert [cells[at] for at in range(len(columns))] == part.to_numpy().tolist()[0]


@pytest.mark.parametrize("kind", sorted(LABELS))
@pytest.mark.parametrize("manager_is_known", [True, False])
def test_a_compact_snapshot_is_the_same_table(
    kind: str, manager_is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With any labels, in blocks of pandas' or column by column, of one dtype and of two."""
    monkeypatch.setattr(snapshot, "_manager_is_known", manager_is_known)
    of_two = pandas.DataFrame({0: [1.5], 1: ["text"]})
    of_two.columns = LABELS[kind]()
    for frame in (_frame(LABELS[kind]()), of_two):
        taken, _ = snapshot_frame(frame)
        one, other = table_of_frame(taken), table_of_frame(compact(taken))
        assert one.schema == other.schema
        assert one.rows == other.rows
        assert [each.tolist() for each in one.values] == [each.tolist() for each in other.values]


def test_the_eight_headers_have_one_level_behind_texts() -> None:
    """As behind any labels of one level."""
    taken, _ = snapshot_frame(_frame(LABELS["objects"]()))
    assert labels_of_headers(taken.columns) == labels_of_headers(_objects("a", "b"))


def test_the_known_labels_are_bounded() -> None:
    """A script whose labels are always others does not fill the memory."""
    for number in range(200):
        for dtype in (object, None):
            columns = pandas.Index([f"bounded {number}", "b"], dtype=dtype)
            assert list(snapshot_frame(_frame(columns))[0].columns) == list(columns)
        columns = pandas.Index([f"{number}" * 70_000, "b"])
        assert list(snapshot_frame(_frame(columns))[0].columns) == list(columns)
    assert len(text_labels._by_texts) <= text_labels._MOST
    assert len(text_labels.by_addresses) <= text_labels._MOST
    assert sum(map(len, text_labels._arrows.values())) <= text_labels._MOST_ALIKE


def test_many_columns_keep_the_labels_of_their_frame() -> None:
    """To look at each of them would take too long."""
    frame = _frame(pandas.Index([f"column {number}" for number in range(2000)]))
    assert snapshot_frame(frame)[0].columns is frame.columns


def test_threads_get_the_labels_of_their_own_frames() -> None:
    """While others note theirs, or forget all of them."""
    failed: list[Any] = []

    def collect(number: int) -> None:
        for at in range(300):
            names = [f"thread {number} {at % 50}", "".join("b")]
            taken, _ = snapshot_frame(_frame(pandas.Index(names)))
            if list(taken.columns) != names or table_of_frame(taken).names != tuple(names):
                failed.append(names)

    threads = [threading.Thread(target=collect, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
