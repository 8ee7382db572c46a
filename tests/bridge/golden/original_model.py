"""A model of how the original SDK made CSV of a call, told from what it wrote for the golden cases.

Arrays and lists go through `csv.writer`, frames through `to_csv`. Correlations are appended to the
data before that: to arrays by `numpy.append`, which makes objects of all cells, to frames as
columns. It is slow and plain on purpose: the bridge is compared with it.
"""

from __future__ import annotations

import csv
import io
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
import pandas as pd


def original_csv(
    data: Any, names: Optional[Sequence[Any]], correlations: Optional[Dict[str, Any]]
) -> str:
    """Return the file that a first call leaves.

    Args:
        data: a list, an array of one or two dimensions, or a frame.
        names: the constructor's feature names.
        correlations: of inputs; None for what carries none.
    """
    if isinstance(data, pd.DataFrame):
        frame = data.copy()
        for header, cell in (correlations or {}).items():
            # The original gave the header alone, which newest pandas warns of.
            levels = frame.columns.nlevels
            frame[header if levels == 1 else (header, *[""] * (levels - 1))] = cell
        rows = frame.to_csv(index=False, header=False, **_LINE_FEED) if len(frame) else ""
        return _written([list(frame.columns)]) + rows
    header = None if names is None else [*names, *(correlations or {})]
    rows = _written(_rows(with_correlations(data, correlations)))
    return rows if header is None else _written([header]) + rows


def with_correlations(data: Any, correlations: Optional[Dict[str, Any]]) -> Any:
    """Return a list or an array with eight more cells behind each row."""
    if correlations is None:
        return data
    cells = list(correlations.values())
    if isinstance(data, list):
        return data + cells
    array = data.reshape(1, -1) if data.ndim == 1 else data
    tail = np.empty((len(array), len(cells)), dtype=object)
    for row in tail:
        row[:] = cells
    return np.append(array, tail, axis=1)


def _rows(data: Any) -> List[Any]:
    if isinstance(data, list) or data.ndim == 1:
        return [data]
    return list(data)


def _written(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


_LINE_FEED: Dict[str, Any] = {
    "lineterminator" if pd.__version__ >= "1.5" else "line_terminator": "\n"
}
