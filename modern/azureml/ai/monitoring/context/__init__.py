"""Correlation contexts; a package as in the official one, so that each replaces the other."""

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
