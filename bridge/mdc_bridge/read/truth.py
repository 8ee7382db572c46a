"""Ground truth from a CSV file."""

from __future__ import annotations

import contextlib
from pathlib import Path

import orjson
import pandas

from mdc_core.errors import SettingsError, StoreError

from ..archive.json_types import BOOLEANS, NULLS, STRING, column_type
from .columns import column_of

_JSON = {**NULLS, **BOOLEANS}


def read_truth(path: Path, key: str, has_number_keys: bool) -> pandas.DataFrame:
    """Return a CSV file; digits that are not a number in JSON, such as `007`, stay texts.

    Args:
        path: of the file, with a header.
        key: the column it is joined on.
        has_number_keys: whether the keys of the collected rows are numbers; otherwise those of
            the file are texts, whatever they look like.

    Returns:
        Columns of numbers or booleans where every cell is one or missing, otherwise of texts.

    Raises:
        StoreError: it cannot be read.
        SettingsError: it is not CSV.
    """
    try:
        truth = pandas.read_csv(path, dtype=str)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise SettingsError(f"{path} is not valid CSV: {error}") from None
    if len(truth) and not isinstance(truth.index, pandas.RangeIndex):
        # pandas takes first cells for labels of rows, and puts all others under the wrong names.
        raise SettingsError(f"{path}: its rows have more cells than its header has names")
    for name in truth.columns:
        if name != key or has_number_keys:
            truth[name] = _typed(truth[name])
    if has_number_keys and key in truth:
        with contextlib.suppress(ValueError):  # joining says what does not fit
            truth[key] = pandas.to_numeric(truth[key])
    return truth


def _typed(texts: pandas.Series) -> pandas.Series:
    cells = [text.encode() for text in texts.fillna("")]
    if column_type(cells) in (None, STRING):
        return texts
    values = orjson.loads(b"[%s]" % b",".join(_JSON.get(cell, cell) for cell in cells))
    return pandas.Series(column_of(values), index=texts.index)
