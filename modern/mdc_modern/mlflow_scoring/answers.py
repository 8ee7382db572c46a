"""What a model gave as the value of a JSON answer."""

from __future__ import annotations

import json
from typing import Any

import numpy
import pandas

from mdc_core.encoding.cells import cell_json


def answer_of(result: Any) -> Any:
    """Return what the server writes as JSON: rows as objects, arrays as lists; NaN is null.

    Args:
        result: of `predict`.
    """
    if isinstance(result, pandas.Series):
        result = result.to_frame(0 if result.name is None else result.name)
    if isinstance(result, pandas.DataFrame):
        result = result.to_dict(orient="records")
    elif hasattr(result, "toarray"):  # sparse
        result = result.toarray()
    if isinstance(result, numpy.ndarray) and _is_plain(result):
        return result.tolist()
    return json.loads(cell_json(result))


def _is_plain(array: numpy.ndarray) -> bool:
    return array.dtype.kind in "biu" or (
        array.dtype.kind == "f" and bool(numpy.isfinite(array).all())
    )
