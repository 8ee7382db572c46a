"""The text that the original makes of data, with the numpy and pandas that are installed here.

Where its bytes depend on their versions, no golden file can say what is right: this does. Source:
the calls that the original makes, `csv.writer` for lists, arrays and headers, `to_csv` for frames.
"""

from __future__ import annotations

import csv
import io
from typing import Any, Sequence

import pandas


def rows_text(rows: Sequence[Any]) -> str:
    """Return lists or arrays as rows."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def frame_text(frame: pandas.DataFrame) -> str:
    """Return a frame with its header."""
    return rows_text([list(frame.columns)]) + (frame.to_csv(index=False, header=False) or "")


def input_frame_text(frame: pandas.DataFrame, correlations: Any) -> str:
    """Return a frame of inputs: the original adds a column for each correlation."""
    extended = frame.copy()
    for header, value in correlations.items():
        extended[header] = value
    return frame_text(extended)
