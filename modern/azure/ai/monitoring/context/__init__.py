"""Correlation contexts, under the name of the first preview."""

from mdc_modern.contexts import (
    BasicCorrelationContext,
    CorrelationContext,
    get_context,
    get_context_wrapper,
)

__all__ = [
    "BasicCorrelationContext",
    "CorrelationContext",
    "get_context",
    "get_context_wrapper",
]
