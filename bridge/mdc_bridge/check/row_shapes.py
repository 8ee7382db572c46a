"""Whether the JSONL has the rows of the CSV, as far as the collected value shows.

The CSV has one row of each list and 1-D array, as the original's. In the JSONL a list of equally
long lists is a row for each of them; n values are n rows of one column under exactly one feature
name, for outputs wherever their inputs had n rows, and of inputs that are texts without names.
"""

from __future__ import annotations

import enum
from typing import Optional

from ..scripts.combining import element_of
from ..scripts.facts import CollectorCall, Facts
from ..scripts.values import SCALARS, SEQUENCES, Value, ValueKind, is_of_json
from .shapes import INPUTS, collects_inputs

_SHAPED = frozenset({ValueKind.ARRAY, ValueKind.LIST})
_OF_ANOTHER_TYPE = frozenset({ValueKind.UNKNOWN, ValueKind.NAMED, ValueKind.INSTANCE})
_TEXTS = frozenset({ValueKind.BYTES, ValueKind.TEXT})


class RowForm(enum.Enum):
    """How the rows of both formats compare."""

    SAME = "same"
    UPRIGHT = "upright"  # one row of n cells, n rows of one cell
    MAY_BE_UPRIGHT = "may be upright"  # where the inputs had n rows
    MOSTLY_UPRIGHT = "mostly upright"  # if a model's predictions are 1-D, as they mostly are
    ROWS = "rows"  # one row with a list in each cell, a row for each list
    COLUMNS = "columns"  # one row with a list in each cell, or a row for each entry of the lists
    DEEP = "deep"  # more than two dimensions
    UNSEEN = "unseen"


def collects_in_requests(facts: Facts) -> bool:
    """Return whether inputs are collected, or may be, beyond the module's own code and init."""
    return any(
        not call.is_unreached
        and facts.functions.get(call.function) != "init"
        and not call.designations.isdisjoint({INPUTS, None})
        for call in facts.collects
    )


def row_form_of(call: CollectorCall, has_inputs: bool) -> RowForm:
    """Return how the rows of both formats compare for a call of collect or add_correlations.

    Args:
        call: of either.
        has_inputs: the script collects inputs, whose rows may shape those of outputs.
    """
    data = call.data
    if call.method == "collect" and data.is_correlated:
        return RowForm.SAME  # reported where the correlations are added
    if data.kind in _OF_ANOTHER_TYPE:
        return RowForm.UNSEEN
    if data.kind not in _SHAPED:
        return RowForm.SAME
    if data.dimensions is not None and data.dimensions > 1:
        return _of_rows(call, data)
    upright = _upright(call, data, has_inputs)
    if data.dimensions is None and not data.is_predicted:
        return _of_unknown_depth(call, data, upright)
    if data.width is not None and data.width <= 1:
        return RowForm.SAME
    if upright is RowForm.UPRIGHT and data.dimensions is None:
        return RowForm.MOSTLY_UPRIGHT
    return upright


def _of_rows(call: CollectorCall, data: Value) -> RowForm:
    if data.kind is ValueKind.ARRAY:
        return RowForm.DEEP if (data.dimensions or 0) > 2 else RowForm.SAME
    number = None if data.items is None else len(data.items)
    names = {len(collector.feature_names or ()) for collector in call.collectors}
    are_columns = number is not None and number > 1 and names == {number}
    return RowForm.COLUMNS if are_columns and not collects_inputs(call) else RowForm.ROWS


def _upright(call: CollectorCall, data: Value, has_inputs: bool) -> RowForm:
    """Return what becomes of more than one value without more dimensions."""
    found = RowForm.SAME
    for collector in call.collectors:
        names = collector.feature_names
        if names is not None and len(names) == 1:
            return RowForm.UPRIGHT
        if names is None:
            found = RowForm.UNSEEN
        elif not names and collector.designation == INPUTS:
            # Texts without names are the model's rows, one by one.
            elements = {item.kind for item in data.items or (element_of(data),)}
            if elements <= _TEXTS:
                return RowForm.UPRIGHT
            if not elements <= SCALARS or elements & {ValueKind.UNKNOWN}:
                found = RowForm.UNSEEN
        elif has_inputs and collector.designation != INPUTS and found is RowForm.SAME:
            found = RowForm.MAY_BE_UPRIGHT
    return found


def _of_unknown_depth(call: CollectorCall, data: Value, upright: RowForm) -> RowForm:
    if data.kind is ValueKind.ARRAY:
        return RowForm.SAME if upright is RowForm.SAME else RowForm.UNSEEN
    if data.items is not None and not data.items:
        return RowForm.SAME
    number = None if data.items is None else len(data.items)
    element = element_of(data)
    if element.kind in SEQUENCES or (data.items and all(i.kind in SEQUENCES for i in data.items)):
        return _of_rows(call, data)
    are_scalars = data.items and all(item.kind in SCALARS for item in data.items)
    if upright is RowForm.UPRIGHT and number != 1:
        return upright  # n values or n rows: in either case n rows for one
    return RowForm.SAME if are_scalars and upright is RowForm.SAME else RowForm.UNSEEN


def hint_of(data: Value) -> str:
    """Return what decides about a value that is not seen."""
    if is_of_json(data):
        return "a list of rows: MDC305; of one value for each row: MDC304; other types: MDC303"
    if data.kind is ValueKind.LIST:
        return "a list of rows: MDC305; of one value for each row: MDC304"
    if data.kind is ValueKind.ARRAY:
        return "if it is 1-D, one value for each row: MDC304"
    return "unchanged if it is an array of rows or a frame; else MDC303, MDC304 or MDC305"


def shown(data: Value) -> Optional[str]:
    """Return what a value is, for people; None where that is not known."""
    return {ValueKind.ARRAY: "an array", ValueKind.FRAME: "a frame", ValueKind.LIST: "a list"}.get(
        data.kind
    )
