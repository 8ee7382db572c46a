"""Lists of values, and columns of values, as rows.

The row rule is that of `data.rows`; where it would have to choose between two readings that a body
leaves open, nothing is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, List, Optional

from ..data.column_names import column_names, unique_names
from ..data.rows import is_columns, is_one_column
from .result import (
    AMBIGUOUS,
    MIXED,
    NAMES_DO_NOT_FIT,
    RAGGED,
    UNKNOWN_FORM,
    BodyFacts,
    NotRowsError,
    Row,
)

_NESTED = (dict, list)


def rows_of_list(items: Sequence[Any], wanted: BodyFacts, is_batch: bool) -> List[Row]:
    """Return the rows of a list of objects, of lists, or of plain values.

    Args:
        items: of JSON.
        wanted: see `BodyFacts`.
        is_batch: each item is one row, whatever it is: so say the protocols of MLflow, TensorFlow
            Serving and KServe of their fields.

    Raises:
        NotRowsError: it holds none, or could be read in two ways.
    """
    if not items:
        return []
    nested = {type(item) for item in items if isinstance(item, _NESTED)}
    if not nested:
        return _rows_of_values(items, wanted, is_batch)
    if len(nested) > 1 or not all(isinstance(item, _NESTED) for item in items):
        raise NotRowsError(MIXED, "the items of the list are of several kinds")
    if nested == {dict}:
        return list(items)
    return _rows_of_lists(items, wanted, is_batch)


def rows_of_columns(
    columns: Mapping[str, Sequence[Any]], wanted: BodyFacts, is_batch: bool
) -> List[Row]:
    """Return the rows of an object of lists, which are columns, or the cells of one row.

    Args:
        columns: values by name.
        wanted: see `BodyFacts`.
        is_batch: they are columns for sure.

    Raises:
        NotRowsError: they are not equally long, or could be read in two ways.
    """
    heights = {len(column) for column in columns.values()}
    height = heights.pop()
    if heights:
        lengths = ", ".join(f"{name!r} {len(column):,}" for name, column in columns.items())
        raise NotRowsError(RAGGED, f"the columns have different lengths: {lengths[:200]}")
    if not (is_batch or wanted.is_request or height == 1 or height == wanted.input_rows):
        if wanted.input_rows == 1:
            return [dict(columns)]
        raise NotRowsError(
            AMBIGUOUS, f"{_answer_to(wanted)} an object of lists with {height:,} values each"
        )
    if is_batch and len(columns) == 1 and len(wanted.names) > 1:
        (column,) = columns.values()
        if all(isinstance(cell, list) and len(cell) == len(wanted.names) for cell in column):
            return labelled(column, wanted.names)
    return [dict(zip(columns, cells)) for cells in zip(*columns.values())]


def labelled(rows: Sequence[Sequence[Any]], labels: Sequence[Any]) -> List[Row]:
    """Return rows with the names of their columns.

    Raises:
        NotRowsError: a row has more or fewer values.
    """
    names = unique_names(labels)
    for row in rows:
        if not isinstance(row, (list, tuple)) or len(row) != len(names):
            raise NotRowsError(
                RAGGED, f"a row does not have one value for each of {len(names):,} columns"
            )
    return [dict(zip(names, row)) for row in rows]


def named(rows: Sequence[Sequence[Any]], width: int, names: Sequence[str]) -> List[Row]:
    """Return rows of equal width under given names, or `column_{i}` where there are none.

    Raises:
        NotRowsError: there are more or fewer names.
    """
    if names and len(names) != width:
        raise NotRowsError(
            NAMES_DO_NOT_FIT, f"there are {len(names):,} names for rows of {width:,} values"
        )
    labels = column_names(names, width)
    return [dict(zip(labels, row)) for row in rows]


def _rows_of_values(items: Sequence[Any], wanted: BodyFacts, is_batch: bool) -> List[Row]:
    count, names = len(items), wanted.names
    if is_batch:
        is_clear = wanted.may_be(count)
    else:
        is_clear = wanted.input_rows is not None or len(names) in (1, count)
    if count > 1 and not is_clear:
        raise NotRowsError(AMBIGUOUS, f"{_answer_to(wanted)} a list of {count:,} values")
    input_rows: Optional[int] = None if wanted.is_request else wanted.input_rows
    if is_batch or count == 1 or is_one_column(count, names, input_rows):
        return named([(item,) for item in items], 1, names)
    return named([items], count, names)


def _rows_of_lists(items: Sequence[Any], wanted: BodyFacts, is_batch: bool) -> List[Row]:
    widths = {len(item) for item in items}
    width = widths.pop()
    if widths:
        raise NotRowsError(RAGGED, "the lists in the list have different lengths")
    if width == 0:
        raise NotRowsError(UNKNOWN_FORM, "the lists in the list are empty")
    if is_batch or wanted.input_rows in (None, len(items)) or wanted.input_rows != width:
        return named(items, width, wanted.names)
    if is_columns(items, wanted.names, wanted.input_rows):
        return named(list(zip(*items)), len(items), wanted.names)
    if len(wanted.names) == width:
        return named(items, width, wanted.names)
    raise NotRowsError(
        AMBIGUOUS,
        f"{_answer_to(wanted)} {len(items):,} lists of {width:,} values: rows, or columns",
    )


def _answer_to(wanted: BodyFacts) -> str:
    if wanted.input_rows is None:
        return "the answer to a request whose rows are not known is"
    return f"the answer to {wanted.input_rows:,} rows is"
