"""What the constructor of `ModelDataCollector` was given, and what stands in for the rest."""

from __future__ import annotations

import warnings
from typing import Any, Optional

DEFAULT = "default"
DEFAULT_WORKSPACE = "default/default/default"
# What the class of 2017 took for not given.
_UNKNOWN = "unknown"


def names_given(feature_names: Any) -> Optional[tuple[str, ...]]:
    """Return feature names of any kind as texts; None where none are given.

    A text is one name. A name that is None is an empty cell of the header, as `csv.writer` has it.
    """
    if feature_names is None:
        return None
    if isinstance(feature_names, str):
        return (feature_names,)
    try:
        return tuple("" if name is None else str(name) for name in feature_names)
    except TypeError:
        return (str(feature_names),)


def text_or_default(value: object) -> str:
    """Return the text of a name; `default` for one that is missing or empty."""
    return DEFAULT if value is None or value == "" else str(value)


def first_given(given: object, *others: Optional[str], default: str = DEFAULT) -> str:
    """Return what was given unless it is missing or the default; then the first that is there."""
    text = text_or_default(given)
    if text in (DEFAULT, default):
        return next(filter(None, others), default)
    return text


def without_unknown(*values: Any, account: object, model_id: object) -> tuple[Any, ...]:
    """Return arguments as they are; those of a call in the manner of 2017 without `unknown`.

    Args:
        values: arguments that both releases have.
        account: `model_management_account_id`, None where it is not given.
        model_id: None where it is not given.
    """
    if account is None and model_id is None:
        return values
    warnings.warn(
        "model_management_account_id and model_id of ModelDataCollector name things of a service "
        "that is gone; they are not used",
        DeprecationWarning,
        stacklevel=3,
    )
    return tuple(DEFAULT if value == _UNKNOWN else value for value in values)
