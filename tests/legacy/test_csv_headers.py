"""The one header of a CSV file: whose names it has, and when it is too late for others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_core.testing import MemoryDestination, collecting
from tests.legacy.held_writer import held_writer
from tests.legacy.memory_files import CORRELATION_HEADER, csv_files, csv_text


def _general_csv(collected: MemoryDestination) -> str:
    (content,) = (text for path, text in csv_files(collected).items() if "/general/" in path)
    return content


def test_arrays_and_frames_mix_their_line_ends_in_one_file() -> None:
    """CRLF after an array's row and a list's, LF after a frame's, one header on top."""
    with collecting("legacy") as collected:
        collector = ModelDataCollector("m", feature_names=["a", "b"])
        collector.collect(np.array([[1, 2]]))
        assert mdc_core.flush(10)
        collector.collect(pd.DataFrame({"a": [3], "b": [4]}))
        collector.collect([5, 6])
    assert csv_text(collected) == "a,b\r\n1,2\r\n3,4\n5,6\r\n"


def test_a_frames_names_come_before_feature_names() -> None:
    """A frame that is the first to be written names the columns itself."""
    with collecting("legacy") as collected:
        ModelDataCollector("m", feature_names=["a"]).collect(pd.DataFrame({"z": [1]}))
    assert csv_text(collected) == "z\r\n1\n"


def test_a_frames_names_win_even_after_arrays_of_the_same_flush() -> None:
    """What waits together gets the frame's names, in whatever order it came."""
    with collecting("legacy") as collected, held_writer():
        collector = ModelDataCollector("m", feature_names=["a"])
        collector.collect(np.array([1]))
        collector.collect(pd.DataFrame({"z": [2]}))
    assert _general_csv(collected) == "z\r\n1\r\n2\n"


def test_the_first_of_two_frames_names_the_columns() -> None:
    """Two frames of one flush leave the names of the first."""
    with collecting("legacy") as collected, held_writer():
        collector = ModelDataCollector("m")
        collector.collect(pd.DataFrame({"first": [1]}))
        collector.collect(pd.DataFrame({"second": [2]}))
    assert _general_csv(collected) == "first\r\n1\n2\n"


def test_a_frames_names_come_too_late_for_a_written_header() -> None:
    """A header that is written stays, and the frame's rows follow under it."""
    with collecting("legacy") as collected:
        collector = ModelDataCollector("m", feature_names=["a"])
        collector.collect(np.array([1]))
        assert mdc_core.flush(10)
        collector.collect(pd.DataFrame({"z": [2]}))
    assert csv_text(collected) == "a\r\n1\r\n2\n"


def test_without_any_names_there_is_no_header() -> None:
    """An array without feature names starts with its first row."""
    with collecting("legacy") as collected:
        ModelDataCollector("m").collect(np.array([[1, 2]]))
    assert csv_text(collected) == "1,2\r\n"


def test_a_header_without_correlations_is_never_amended() -> None:
    """Rows of nine cells follow under a header of one when correlations came later."""
    with collecting("legacy") as collected:
        inputs = ModelDataCollector("m", "inputs")
        predictions = ModelDataCollector("m", "predictions", ["p"])
        predictions.collect(np.array([0.1]))
        assert mdc_core.flush(10)
        correlations = inputs.collect(np.array([1.0]))
        predictions.collect(predictions.add_correlations(np.array([0.2]), correlations))

    (text,) = (text for path, text in csv_files(collected).items() if "/predictions/" in path)
    header, plain, correlated = text.splitlines()
    assert (header, plain) == ("p", "0.1")
    assert correlated.startswith("0.2,")
    assert correlated.count(",") == 8


@pytest.mark.parametrize("designation", ["predictions", "labels", "signals"])
def test_feature_names_of_correlated_rows_are_followed_by_the_eight(designation: str) -> None:
    """The header of rows that carry correlations names their eight columns too."""
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs").collect([1])
        collector = ModelDataCollector("m", designation, ["p"])
        collector.collect(collector.add_correlations([2], correlations))

    (text,) = (text for path, text in csv_files(collected).items() if f"/{designation}/" in path)
    assert text.splitlines()[0] == f"p,{CORRELATION_HEADER}"


def test_collectors_of_one_file_share_its_header() -> None:
    """Two collectors of one model and designation leave one header and all rows."""
    with collecting("legacy") as collected:
        for value in (1, 2):
            ModelDataCollector("m", feature_names=["a"]).collect([value])
    assert csv_text(collected) == "a\r\n1\r\n2\r\n"


CALLS = {
    "frame": pd.DataFrame({"z": [1]}),
    "other frame": pd.DataFrame({"y": [3]}),
    "list": [2],
}


@pytest.mark.parametrize(
    ("names", "calls", "first", "last"),
    [
        (["n"], ["frame", "list", "other frame"], "z", "y"),
        (["n"], ["list", "frame"], "z", "z"),
        (["n"], ["frame", "list"], "z", "n"),
        (["n"], ["frame", "other frame"], "z", "y"),
        (None, ["frame", "list"], "z", "z"),
        (None, ["list", "frame", "other frame"], "z", "y"),
    ],
)
@pytest.mark.parametrize("designation", ["general", "predictions", "labels", "signals"])
def test_whose_names_a_file_of_several_calls_has(
    designation: str, names: Any, calls: list[str], first: str, last: str
) -> None:
    """General data: the first frame's. Where rows might choose their folder: the last call's."""
    with collecting("legacy") as collected, held_writer():
        collector = ModelDataCollector("m", designation, names)
        for call in calls:
            collector.collect(CALLS[call])
    header = next(
        text.splitlines()[0]
        for path, text in csv_files(collected).items()
        if f"/{designation}/" in path and "/m/default/" in path
    )
    assert header == (first if designation == "general" else last)


@pytest.mark.parametrize(("calls", "header"), [("lf", "n"), ("fl", "z")])
def test_rows_that_chose_their_folder_have_the_first_names(calls: str, header: str) -> None:
    """Of whichever call came first."""
    with collecting("legacy") as collected, held_writer():
        correlations = ModelDataCollector("m", "inputs", model_version=5).collect([1])
        collector = ModelDataCollector("m", "predictions", ["n"])
        for call in calls:
            data = CALLS["list" if call == "l" else "frame"]
            collector.collect(collector.add_correlations(data, correlations))
    (text,) = (text for path, text in csv_files(collected).items() if "/m/5/predictions/" in path)
    assert text.startswith(f"{header},{CORRELATION_HEADER}\r\n")


def test_after_add_correlations_all_rows_have_its_header() -> None:
    """As in the original also those that carry none."""
    with collecting("legacy") as collected:
        correlations = ModelDataCollector("m", "inputs", model_version=5).collect([1])
        collector = ModelDataCollector("m", "predictions", ["p"])
        collector.add_correlations([1], correlations)
        collector.collect([5])
    (text,) = (
        text for path, text in csv_files(collected).items() if "/m/default/predictions/" in path
    )
    assert text == f"p,{CORRELATION_HEADER}\r\n5\r\n"
