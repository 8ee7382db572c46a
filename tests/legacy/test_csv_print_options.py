"""What numpy prints stands in the CSV as the script asked for, and in the JSONL as it is."""

from __future__ import annotations

import csv
import enum
import io
from typing import Any, Callable

import numpy as np
import pandas as pd
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.legacy.memory_files import csv_text

THIRDS = np.arange(6) / 3


class _Grade(str, enum.Enum):
    """Its members' `str` is their name, not what they hold."""

    GOOD = 'good, "A"'


class _Masked(str):
    """Shows other text than it holds."""

    __slots__ = ()

    def __str__(self) -> str:
        return "***"


class _Uncopied(_Masked):
    """Cannot be copied."""

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> Any:
        raise TypeError


def _array(cells: list[Any]) -> Any:
    array = np.empty((1, len(cells)), dtype=object)
    array[0] = cells
    return array


@pytest.mark.parametrize("precision", [8, 2], ids=["default options", "options of the script"])
@pytest.mark.parametrize(
    "make", [list, _array, lambda cells: pd.DataFrame(_array(cells), dtype=object)]
)
def test_texts_of_any_class_are_what_they_hold(make: Callable[..., Any], precision: int) -> None:
    """As the csv module writes them, whatever numpy's version and options, and as JSON."""
    cells = [_Grade.GOOD, _Masked("m"), _Uncopied("\x7f,"), 1.5]
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    with collecting() as collected, np.printoptions(precision=precision):
        ModelDataCollector("m").collect(make(cells))
    rows = csv_text(collected).replace("\r\n", "\n").splitlines()
    assert rows[-1] == written.getvalue().rstrip()
    (line,) = collected.lines("general")
    assert list(line["data"][0].values()) == ['good, "A"', "m", "\x7f,", 1.5]


def test_options_are_those_of_the_call() -> None:
    """Each call has those that were in force, whatever holds when its row is written."""
    with collecting() as collected:
        collector = ModelDataCollector("m")
        with np.printoptions(precision=2, threshold=3):
            collector.collect([THIRDS])
        collector.collect([THIRDS])
        with np.printoptions(linewidth=200, precision=4):
            collector.collect([THIRDS])
    assert [row[0].replace("\n", " ") for row in collected.rows("general")] == [
        "[0.   0.33 0.67 1.   1.33 1.67]",
        "[0.         0.33333333 0.66666667 1.         1.33333333 1.66666667]",
        "[0.     0.3333 0.6667 1.     1.3333 1.6667]",
    ]
    assert [line["data"] for line in collected.lines("general")] == [
        [dict(zip([f"column_{at}" for at in range(6)], THIRDS.tolist()))]
    ] * 3


def test_a_frame_keeps_its_cells_for_the_jsonl() -> None:
    """The text of the CSV costs the other format nothing."""
    frame = pd.DataFrame({"a": pd.Series([THIRDS, [1]], dtype=object), "b": [0.1, 0.2]})
    with collecting() as collected:
        collector = ModelDataCollector("m")
        with np.printoptions(precision=1, threshold=3, edgeitems=1):
            collector.collect(frame)
    assert csv_text(collected) == "a,b\r\n[0.  ... 1.7],0.1\n[1],0.2\n"
    (line,) = collected.lines("general")
    assert line["data"] == [{"a": THIRDS.tolist(), "b": 0.1}, {"a": [1], "b": 0.2}]
