"""Arguments of the constructor of `ModelDataCollector`, and what stands for missing ones."""

from __future__ import annotations

import logging
import warnings
from typing import Any, Optional

from mdc_core.data.correlation_columns import HEADERS
from mdc_core.interrupts import shown

logger = logging.getLogger("mdc_bridge")

DEFAULT = "default"
DEFAULT_WORKSPACE = "default/default/default"
# The class of 2017 took this for a missing argument.
_UNKNOWN = "unknown"


def names_given(feature_names: Any) -> Optional[tuple[str, ...]]:
    """Return feature names of any kind as texts; None where none are given.

    A text is one name. A name that is None is an empty cell of the header, as `csv.writer` has it.
    """
    if feature_names is None:
        return None
    if isinstance(feature_names, str):
        return (feature_names,) if feature_names else ()
    try:
        names = tuple(feature_names)
    except TypeError:
        names = (feature_names,)
    return tuple("" if name is None else _text(name, "a feature name") for name in names)


def with_headers(names: Optional[tuple[str, ...]]) -> Optional[tuple[str, ...]]:
    """Return feature names with the eight of correlations behind them, once."""
    if names is None or names[-len(HEADERS) :] == HEADERS:
        return names
    return (*names, *HEADERS)


def is_given(value: object) -> bool:
    """Return whether an argument names something, and not nothing or the default."""
    return not (value is None or (isinstance(value, str) and value in ("", DEFAULT)))


def text_or_default(value: object) -> str:
    """Return the text of a name; `default` for one that is missing or empty."""
    is_missing = value is None or (isinstance(value, str) and not value)
    return DEFAULT if is_missing else _text(value, "an argument")


def _text(value: object, what: str) -> str:
    """Return the text of a name; if it has none, warn and return its class."""
    if type(value) is str:
        return value
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001  the script must not fail for its collection
        text = _stand_in(value)
        warn(f"{what} of ModelDataCollector has no text ({shown(error)}); it is {text}")
        return text


def _stand_in(value: object) -> str:
    return f"<{type(value).__name__}>"


def warn(message: str, stacklevel: int = 5) -> None:
    """Warn at the script's line; where its filters make that an error, in the log."""
    try:
        warnings.warn(message, UserWarning, stacklevel=stacklevel)
    except UserWarning:
        logger.warning("mdc-bridge: %s", message)


def version_given(version: Any, highest: Optional[str]) -> tuple[Any, str]:
    """Return a model's version as correlations show it, an `int` as one, and as a text.

    Args:
        version: as given.
        highest: stands in for one that is not given.
    """
    text = text_or_default(version)
    if text == DEFAULT:
        text = highest or DEFAULT
        return text, text
    return (version if text != _stand_in(version) else text), text


def first_given(given: object, *others: Optional[str], default: str = DEFAULT) -> str:
    """Return an argument; if it is missing or the default, the first of the others that is set."""
    text = text_or_default(given)
    if text in (DEFAULT, default):
        return next(filter(None, others), default)
    return text


def without_unknown(*values: Any, account: object, model_id: object) -> tuple[Any, ...]:
    """Return arguments; in a call as of 2017, with the default in place of `unknown`.

    Args:
        values: arguments that both releases have.
        account: `model_management_account_id`, None if it is not given.
        model_id: None if it is not given.
    """
    if account is None and model_id is None:
        return values
    warnings.warn(
        "model_management_account_id and model_id of ModelDataCollector belong to a service that "
        "no longer exists; they are not used",
        DeprecationWarning,
        stacklevel=3,
    )
    return tuple(DEFAULT if value == _UNKNOWN else value for value in values)
