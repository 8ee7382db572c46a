"""Column names of an MLflow signature, for bodies without names.

Source of the format: `signature.inputs` and `signature.outputs` in a model's `MLmodel` file: a JSON
text with one object for each column, or for each tensor.
"""

from __future__ import annotations

from typing import Any, List, Optional

from .json_texts import parse_json


def names_of_signature(schema: Any) -> Optional[List[str]]:
    """Return the names of columns, or of named tensors; None where a schema names none.

    Args:
        schema: the JSON text, or what it holds; None of a model without a signature.
    """
    if isinstance(schema, str):
        try:
            schema = parse_json(schema.encode())
        except (ValueError, RecursionError):
            return None
    if not isinstance(schema, list) or not schema:
        return None
    names = [column.get("name") for column in schema if isinstance(column, dict)]
    named = [name for name in names if isinstance(name, str) and name]
    return named if len(named) == len(schema) else None
