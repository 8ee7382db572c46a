"""Requests as what MLflow's models take: Azure's form and those of MLflow's own server.

Azure's form is `{"input_data": ...}` with `params` beside it: a frame in split orientation, a list
or an object of lists, which are tensors. Source: `mlflow_score_script.py` of Azure's image
`mlflow-py312-inference`. MLflow's forms: `dataframe_split`, `dataframe_records`, `instances`,
`inputs`, and CSV.
"""

from __future__ import annotations

import io
from typing import Any, Dict, List, NamedTuple, Optional

import pandas

from mdc_core.payload_rows.json_texts import decoded_json

INPUT_DATA = "input_data"
_FORMS = ("dataframe_split", "dataframe_records", "instances", "inputs")
_SPLIT = frozenset({"columns", "data"})
_VALID = "valid: one of " + ", ".join((INPUT_DATA, *_FORMS)) + ", or CSV as text/csv"


class BadRequestError(Exception):
    """A request holds nothing that a model could be given; the message says why."""


class ModelRequest(NamedTuple):
    """What a request holds.

    Attributes:
        data: a frame, an array, or arrays by name.
        params: of `predict`.
        is_azure: it is in Azure's form, and so is its answer.
    """

    data: Any
    params: Optional[Dict[str, Any]]
    is_azure: bool


def parse_request(text: str, content_type: str, schema: Any) -> ModelRequest:
    """Return what a request holds, with the types of the model's signature.

    Args:
        text: the body.
        content_type: the header's value.
        schema: `mlflow.types.Schema` of the inputs; None of a model without a signature.

    Raises:
        BadRequestError: its form is not one that a model accepts.
    """
    from mlflow.pyfunc import scoring_server

    if content_type.partition(";")[0].strip().lower() == "text/csv":
        return ModelRequest(scoring_server.parse_csv_input(io.StringIO(text), schema), None, False)
    try:
        body = decoded_json(text.encode())
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"the request is not valid JSON: {error}; {_VALID}") from None
    if not isinstance(body, dict):
        raise BadRequestError(f"the request is not a JSON object; {_VALID}")
    forms = [form for form in (INPUT_DATA, *_FORMS) if form in body]
    if len(forms) != 1:
        raise BadRequestError(f"the request matches {len(forms)} known forms; {_VALID}")
    form, is_azure = forms[0], forms[0] == INPUT_DATA
    value, params = body[form], body.get("params")
    if is_azure:
        names = _column_names(schema)
        if isinstance(value, list) and names and not isinstance((value or [None])[0], dict):
            return ModelRequest(_frame_of_lists(value, names, schema), params, True)
        form, value = _form_of(value)
    try:
        data = scoring_server.infer_and_parse_data({form: value}, schema)
    except (TypeError, ValueError) as error:
        raise BadRequestError(f"{form} cannot be given to the model: {error}") from None
    if form == "instances" and isinstance(data, dict) and _column_names(schema):
        data = pandas.DataFrame(data)
    return ModelRequest(data, params, is_azure)


def _form_of(value: Any) -> Any:
    """Return MLflow's form of what Azure's form holds."""
    if isinstance(value, dict) and set(value) >= _SPLIT:
        return "dataframe_split", {
            name: value[name] for name in ("columns", "index", "data") if name in value
        }
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return "dataframe_records", value
    if isinstance(value, (list, dict)):
        return "inputs", value
    raise BadRequestError(f"{INPUT_DATA} is neither a list nor an object; {_VALID}")


def _column_names(schema: Any) -> List[str]:
    """Return the names of a frame signature; none of tensors, or without a signature."""
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return []
    return list(schema.input_names())


def _frame_of_lists(rows: List[Any], names: List[str], schema: Any) -> pandas.DataFrame:
    from mlflow.pyfunc import scoring_server

    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        raise BadRequestError(
            f"{INPUT_DATA} is not a list of rows of {len(names)} values; valid: a "
            f"value for each of " + ", ".join(names)
        )
    split = {"dataframe_split": {"columns": names, "data": rows}}
    frame: pandas.DataFrame = scoring_server.infer_and_parse_data(split, schema)
    return frame
