"""What numpy prints stands in the CSV as the script asked for, and in the JSONL as it is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from azureml.monitoring import ModelDataCollector
from mdc_core.testing import collecting
from tests.legacy.memory_files import csv_text

THIRDS = np.arange(6) / 3


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
