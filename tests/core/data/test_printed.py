"""Texts of cells are those of numpy's print options when `collect` was called."""

from __future__ import annotations

import threading
from typing import Any, Callable

import numpy
import pandas
import pytest

from mdc_core.data import printed
from mdc_core.data.printed import with_texts
from mdc_core.data.snapshot import FrameSnapshot
from tests.core.made import snapshot_of

OPTIONS: dict[str, Any] = {"precision": 2, "threshold": 5}


def _objects(*cells: Any) -> numpy.ndarray:
    array = numpy.empty((1, len(cells)), dtype=object)
    for at, cell in enumerate(cells):
        array[0, at] = cell
    return array


RECORDS = numpy.array([(1, 0.25)], "i4,f8")
DATA: dict[str, tuple[Any, list[Any]]] = {
    "list": ([numpy.array([1 / 3]), 1, None, "x"], ["[0.33]", 1, None, "x"]),
    "list in a list": ([[numpy.array([1 / 3])]], ["[array([0.33])]"]),
    "dict": ([{"a": numpy.array([1 / 3])}], ["{'a': array([0.33])}"]),
    "array of objects": (_objects(numpy.arange(9), 2.5), ["[0 1 2 ... 6 7 8]", 2.5]),
    "3-D": (numpy.array([[[1 / 3], [2 / 3]]]), ["[0.33]", "[0.67]"]),
    "structured": (RECORDS, [str(RECORDS[0])]),  # by the defaults and by these alike in numpy 2
    "frame": (
        pandas.DataFrame({"a": pandas.Series([numpy.array([1 / 3])], dtype=object), "b": [0.5]}),
        ["[0.33]"],
    ),
}
PLAIN: dict[str, Any] = {
    "list": [1, 2.5, "x", None, numpy.float32(0.1), numpy.datetime64("2020-01-01"), b"x"],
    "array": numpy.array([[0.1, 0.2]]),
    "array of objects": _objects("x", None, numpy.int8(1)),
    "frame": pandas.DataFrame({"a": [0.1], "b": ["x"], "c": [None]}),
}


def _cells(snapshot: Any) -> list[Any]:
    if isinstance(snapshot, FrameSnapshot):
        return [
            cell
            for block in snapshot.values
            if block.dtype == object
            for cell in block.ravel().tolist()
        ]
    return list(snapshot.items if hasattr(snapshot, "items") else snapshot.array.ravel().tolist())


@pytest.mark.parametrize("kind", DATA)
def test_the_script_s_options_hold(kind: str) -> None:
    """Cells that numpy prints are texts at once; the others, and the snapshot, stay as they are."""
    data, texts = DATA[kind]
    snapshot = snapshot_of(data)
    before = repr(snapshot)
    with numpy.printoptions(**OPTIONS):
        found = with_texts(snapshot, False)
    assert found is not None
    assert _cells(found[0]) == texts
    assert found[1] >= sum(len(text) for text in texts if isinstance(text, str))
    assert repr(snapshot) == before


def test_records_beside_correlations_are_tuples() -> None:
    """`numpy.append` makes them so, and nothing of them is rounded."""
    with numpy.printoptions(**OPTIONS):
        found = with_texts(snapshot_of(numpy.array([(1, 1 / 3)], "i4,f8")), True)
    assert found is not None
    assert _cells(found[0]) == ["(1, 0.3333333333333333)"]


@pytest.mark.parametrize("kind", PLAIN)
def test_plain_cells_cost_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No options are looked at where there is nothing that they could change."""
    monkeypatch.setattr(printed, "_are_default", None)
    assert with_texts(snapshot_of(PLAIN[kind]), False) is None


@pytest.mark.skipif(printed.format_options is None, reason="numpy's options are the process's")
@pytest.mark.parametrize("kind", DATA)
def test_the_defaults_are_left_to_the_writer(kind: str) -> None:
    """A thread of its own prints by the defaults, so the snapshot needs no texts."""
    snapshot = snapshot_of(DATA[kind][0])
    assert with_texts(snapshot, False) is None
    found: list[Any] = []
    with numpy.printoptions(**OPTIONS):
        _run(lambda: found.append(with_texts(snapshot, False)))
    assert found == [None]


@pytest.mark.parametrize("kind", DATA)
def test_options_of_the_whole_process_are_never_left_to_the_writer(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older numpy has one set for all threads, and any of them may change it meanwhile."""
    monkeypatch.setattr(printed, "format_options", None)
    assert with_texts(snapshot_of(DATA[kind][0]), False) is not None


def _run(action: Callable[[], Any]) -> None:
    thread = threading.Thread(target=action)
    thread.start()
    thread.join()
