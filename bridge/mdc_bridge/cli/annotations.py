"""Annotations as types: on Python 3.9 typer overlooks options in annotations that are texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints


def evaluate_annotations(command: Callable[..., Any]) -> None:
    """Replace a command's annotations, texts by `from __future__ import annotations`, by types."""
    # Of a class, because of a function `get_type_hints` puts Optional around what defaults to None.
    texts = {"__annotations__": dict(command.__annotations__)}
    namespace = command.__globals__
    command.__annotations__ = get_type_hints(type("_", (), texts), namespace, include_extras=True)
