"""Correlation contexts of the new SDK: what ties the inputs and outputs of a request together.

The names and answers are the public interface of `azureml.ai.monitoring.context` 1.0.0.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from mdc_core.data.uses import CarriesUse
from mdc_core.errors import ContextError
from mdc_core.ids import new_uuid
from mdc_core.redaction import shown

# The first and the last microsecond of the calendar.
_FIRST_US = -62_135_596_800_000_000
_LAST_US = 253_402_300_799_999_999


class CorrelationContext:
    """Base of all contexts; on its own it correlates nothing."""

    @staticmethod
    def get_id() -> str:
        """Return the correlation id."""
        return ""

    def __str__(self) -> str:
        return self.get_id()

    def __repr__(self) -> str:
        return str(self)


class BasicCorrelationContext(CorrelationContext, CarriesUse):
    """An id, a time, and headers that travel with the data.

    Args:
        id: correlation id; a new uuid4 when falsy.
        timestamp: integer seconds since the epoch; now when falsy.
        headers: attributes for every event of this context, by name.
    """

    def __init__(
        self,
        id: Optional[str] = None,
        timestamp: Optional[int] = None,
        headers: Optional[dict[str, Any]] = None,
    ) -> None:
        self.id = id or new_uuid()
        self.timestamp = timestamp or int(time.time())
        self.headers = headers or {}

    def get_id(self) -> str:  # type: ignore[override]  # static in the base class it had
        """Return the correlation id."""
        return self.id

    def get_timestamp(self) -> int:
        """Return integer seconds since the epoch."""
        return self.timestamp

    def get_headers(self) -> dict[str, Any]:
        """Return the headers."""
        return self.headers


class WrapperContext(CorrelationContext):
    """A context with the outcome of the `collect` that returned it, in debug mode.

    Args:
        correlation_context: the wrapped context.
        success: whether the data were accepted.
        message: `accepted`, `dropped_sampling`, or an error's text.

    Attributes:
        wrapped: the wrapped context.
    """

    def __init__(
        self, correlation_context: CorrelationContext, success: bool, message: str
    ) -> None:
        self.wrapped = correlation_context
        self._success = success
        self._message = message

    def get_id(self) -> str:  # type: ignore[override]  # static in the base class it had
        """Return the wrapped context's id."""
        return self.wrapped.get_id()

    def get_timestamp(self) -> int:
        """Return the wrapped context's time, integer seconds since the epoch."""
        return timestamp_of(self.wrapped)

    def get_headers(self) -> dict[str, Any]:
        """Return the wrapped context's headers."""
        return headers_of(self.wrapped)

    def is_success(self) -> bool:
        """Return whether the data were accepted."""
        return self._success

    def get_message(self) -> str:
        """Return `accepted`, `dropped_sampling`, or an error's text."""
        return self._message


def get_context() -> CorrelationContext:
    """Return a new basic context."""
    return BasicCorrelationContext()


def get_context_wrapper(
    context: CorrelationContext, success: bool, message: str
) -> CorrelationContext:
    """Return `context` with the outcome of a `collect`."""
    return WrapperContext(context, success, message)


def timestamp_of(context: CorrelationContext) -> int:
    """Return a context's time, now for those that have none."""
    get = getattr(context, "get_timestamp", None)
    return (get() if get is not None else None) or int(time.time())


def headers_of(context: CorrelationContext) -> dict[str, Any]:
    """Return a context's headers, none for those that have none."""
    get = getattr(context, "get_headers", None)
    return (get() if get is not None else None) or {}


def microseconds_of(timestamp: Any) -> int:
    """Return a context's time in microseconds since the epoch.

    Args:
        timestamp: seconds since the epoch.

    Raises:
        ContextError: it is not a number, or its year is not in the calendar.
    """
    try:
        microseconds = int(float(timestamp) * 1_000_000)
    except (TypeError, ValueError, OverflowError):
        microseconds = None
    if microseconds is None or not _FIRST_US <= microseconds <= _LAST_US:
        raise ContextError(
            f"the context's timestamp is {shown(timestamp)}; valid: seconds since the epoch, "
            "a number in the years 1 to 9999"
        )
    return microseconds
