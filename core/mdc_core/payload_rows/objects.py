"""Values of JSON as rows: the forms that scoring servers take and give.

Sources: Azure's "Collect production data" (`data`), its swagger of automated and designed models
(`Inputs`, `Results`, `WebServiceInput0`), MLflow's "Deploy to production" (`dataframe_split`,
`dataframe_records`, `instances`, `inputs`, `predictions`), Azure's scoring script for MLflow
(`input_data`), TensorFlow Serving's REST API, KServe's protocols of both versions.
"""

from __future__ import annotations

from typing import Any, List

from .json_texts import parse_json
from .lists import labelled, rows_of_columns, rows_of_list
from .result import NOT_JSON, UNKNOWN_FORM, BodyFacts, NotRowsError, Row
from .tensors import are_tensors, rows_of_tensors

# Fields that hold all rows; of those in the second group each item is one row.
_PLAIN = frozenset({"data", "Inputs", "Results"})
_BATCH = frozenset(
    {"input_data", "inputs", "instances", "dataframe_records", "predictions", "outputs"}
)
_SPLIT = "dataframe_split"
_HOLDERS = _PLAIN | _BATCH | {_SPLIT}
# What may stand beside such a field without being a column.
_BESIDE = frozenset(
    {
        *("params", "param", "parameters", "method", "id", "signature_name", "metadata"),
        *("GlobalParameters", "global_parameters", "ContentType"),
        *("model_name", "model_version", "modelVersion", "model", "deployedModelId"),
        *("modelVersionId", "modelDisplayName"),
    }
)
_SPLIT_FIELDS = frozenset({"columns", "index", "data"})
# How deep fields within fields, and texts of JSON within JSON, are followed.
_DEEPEST = 4
_DEEPEST_CELLS = 64
_NESTED = frozenset({dict, list})


def rows_of_json(
    value: Any, wanted: BodyFacts, is_batch: bool = False, depth: int = 0
) -> List[Row]:
    """Return the rows that a value of JSON stands for.

    Args:
        value: parsed.
        wanted: see `BodyFacts`.
        is_batch: the items of a list are rows for sure.
        depth: of fields that were opened on the way.

    Raises:
        NotRowsError: it holds none, or could be read in two ways.
    """
    if depth > _DEEPEST:
        raise NotRowsError(UNKNOWN_FORM, "the rows lie in too many fields within fields")
    if isinstance(value, list):
        return rows_of_list(value, wanted, is_batch)
    if isinstance(value, dict):
        return _rows_of_object(value, wanted, is_batch, depth)
    inner = _inner_json(value)
    if inner is not None:
        return rows_of_json(inner, wanted, is_batch, depth + 1)
    if value is None or not wanted.may_be(1):
        raise NotRowsError(UNKNOWN_FORM, "it is a single value")
    return rows_of_list([value], wanted, is_batch=True)


def _rows_of_object(value: Row, wanted: BodyFacts, is_batch: bool, depth: int) -> List[Row]:
    fields = set(value)
    if fields >= {"columns", "data"} and fields <= _SPLIT_FIELDS:
        if not isinstance(value["columns"], list) or not isinstance(value["data"], list):
            raise NotRowsError(UNKNOWN_FORM, "columns and data are not both lists")
        return labelled(value["data"], value["columns"])
    # A request names beside its inputs the outputs that it asks for.
    for name in ("inputs", "outputs"):
        if are_tensors(value.get(name)):
            return rows_of_tensors(value[name], wanted)
    holders = fields & _HOLDERS
    if len(holders) == 1 and fields - holders <= _BESIDE:
        (holder,) = holders
        held = value[holder]
        if isinstance(held, (list, dict)) or _inner_json(held) is not None:
            return _rows_of_field(holder, held, wanted, depth)
    return _rows_of_fields(value, wanted, is_batch)


def _rows_of_field(name: str, held: Any, wanted: BodyFacts, depth: int) -> List[Row]:
    if name in ("Inputs", "Results") and isinstance(held, dict) and len(held) == 1:
        # The port of a designed model.
        (port,) = held.values()
        is_table = isinstance(port, list) and bool(port) and isinstance(port[0], dict)
        if is_table or (isinstance(port, dict) and not _is_numbered(held)):
            return rows_of_json(port, wanted, depth=depth + 1)
    if name == _SPLIT and not (isinstance(held, dict) and {"columns", "data"} <= set(held)):
        raise NotRowsError(UNKNOWN_FORM, f"{_SPLIT} does not have both columns and data")
    # The protocols do not say what several values by name are.
    is_batch = name in _BATCH and not (name == "predictions" and isinstance(held, dict))
    return rows_of_json(held, wanted, is_batch, depth + 1)


def _rows_of_fields(value: Row, wanted: BodyFacts, is_batch: bool) -> List[Row]:
    """Return the rows of an object that is not a known envelope: one row, or columns."""
    kinds = {type(field) for field in value.values()}
    if kinds and not kinds & {list, dict}:
        return [value]
    if kinds == {list}:
        return rows_of_columns(value, wanted, is_batch)
    if kinds == {dict} and _is_numbered(value):
        return [dict(zip(value, cells)) for cells in zip(*(c.values() for c in value.values()))]
    raise NotRowsError(UNKNOWN_FORM, f"an object with the fields {_shown(value)} has no known form")


def _is_numbered(value: Row) -> bool:
    """Return whether an object has columns as `DataFrame.to_dict` gives them: by index."""
    columns = list(value.values())
    if not columns or not all(isinstance(column, dict) for column in columns):
        return False
    index = list(columns[0])
    is_index = bool(index) and all(label.isdigit() for label in index)
    return is_index and all(list(column) == index for column in columns)


def _inner_json(value: Any) -> Any:
    """Return the list or object that a text holds as JSON: scripts often encode twice; or None."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        inner = parse_json(value.encode())
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, (list, dict)) else None


def _shown(value: Row) -> str:
    names = list(value)
    more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
    return (", ".join(repr(name[:40]) for name in names[:5]) + more) or "(none)"


def parsed(text: bytes) -> Any:
    """Return a JSON text's value.

    Raises:
        NotRowsError: it is none, or nested more deeply than every reader of lines can follow.
    """
    try:
        value = parse_json(text)
    except ValueError as error:
        raise NotRowsError(NOT_JSON, str(error)) from None
    except RecursionError:
        raise NotRowsError(NOT_JSON, "it is nested too deeply") from None
    if text.count(b"[") + text.count(b"{") > _DEEPEST_CELLS and _is_deep(value):
        raise NotRowsError(NOT_JSON, "it is nested too deeply")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST_CELLS):
        inner: List[Any] = []
        for item in level:
            cells = item.values() if isinstance(item, dict) else item
            if not _NESTED.isdisjoint(map(type, cells)):
                inner += [cell for cell in cells if type(cell) in _NESTED]
        if not inner:
            return False
        level = inner
    return True
