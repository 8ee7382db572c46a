"""The rows of outputs: whether those of the inputs shape them, and what the log says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from mdc_core.data.correlation_columns import HEADERS, Correlation
from mdc_core.data.rows import is_columns, is_rows
from mdc_core.data.snapshot import ArraySnapshot, ListSnapshot, Snapshot

from ..texts import counted

_UNDER_ONE_NAME = (
    "{values} values under the one name {name!r} are {what}, for inputs of {inputs}; if they "
    "belong to one row, give each a name in feature_names"
)
_SQUARE = (
    "a list of {rows} lists of {rows} values each is read as {rows} rows; if they are columns, "
    "such as [labels, probabilities], collect a DataFrame"
)
_IN_PARTS = (
    "outputs of {rows} for inputs of {inputs}: monitors join rows by their position in one "
    "call of collect, so collect the outputs of a request in one call"
)


class Doubt(NamedTuple):
    """What may not be meant.

    Attributes:
        kind: equal for what is logged once.
        message: for the script.
    """

    kind: str
    message: str


def carries_another_id(snapshot: Snapshot, correlation_id: str) -> bool:
    """Return whether outputs carry the id of other inputs than these."""
    carried = _carried_correlation(snapshot)
    return carried is not None and carried.id != correlation_id


def _carried_correlation(snapshot: Snapshot) -> Optional[Correlation]:
    """Return what `add_correlations` put behind the values of a list or of an array's row."""
    cells: Any = ()
    if isinstance(snapshot, ListSnapshot):
        cells = snapshot.items
    elif isinstance(snapshot, ArraySnapshot) and snapshot.array.dtype.kind in "OU":
        array = snapshot.array
        cells = array[0] if array.ndim == 2 and len(array) else array if array.ndim == 1 else ()
    if len(cells) < len(HEADERS) or not isinstance(cells[-len(HEADERS)], str):
        return None
    return Correlation.of_cells(cells[-len(HEADERS) :])


def doubt_of(
    snapshot: Snapshot, feature_names: Sequence[str], input_rows: int, rows: int
) -> Optional[Doubt]:
    """Return what may not be meant of the rows that were made of outputs; None if all is well.

    Args:
        snapshot: the outputs.
        feature_names: of their collector.
        input_rows: how many rows their inputs had.
        rows: how many were made.
    """
    if isinstance(snapshot, ArraySnapshot) and snapshot.array.ndim < 2 and rows == input_rows:
        return None
    if _carried_correlation(snapshot) is not None:  # not all cells are values
        return None
    width = _width(snapshot, feature_names, input_rows)
    if len(feature_names) == 1:
        values, what = (rows, "row") if width is None else (width, "column")
        if values > 1 and (width is not None or rows != input_rows):
            message = _UNDER_ONE_NAME.format(
                values=values,
                name=feature_names[0],
                what=counted(values, what),
                inputs=counted(input_rows, "row"),
            )
            return Doubt("names", message)
    is_list = isinstance(snapshot, ListSnapshot)
    if is_list and 1 < len(feature_names) == input_rows == rows == width:
        return Doubt("square", _SQUARE.format(rows=rows))
    if rows < input_rows:
        return Doubt(
            "parts", _IN_PARTS.format(rows=counted(rows, "row"), inputs=counted(input_rows, "row"))
        )
    return None


def _width(snapshot: Snapshot, feature_names: Sequence[str], input_rows: int) -> Optional[int]:
    """Return the width of lists and arrays of rows; None for what is 1-D, columns, or a frame."""
    if isinstance(snapshot, ArraySnapshot):
        shape = snapshot.array.shape
        return int(shape[1]) if len(shape) > 1 else None
    items = snapshot.items if isinstance(snapshot, ListSnapshot) else []
    if not items or not is_rows(items) or is_columns(items, feature_names, input_rows):
        return None
    return len(items[0])
