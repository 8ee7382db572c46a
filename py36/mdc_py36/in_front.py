"""The original's `ModelDataCollector`, followed by the JSONL of the same calls."""

from __future__ import annotations

import inspect
import logging
import sys
from typing import Any, Optional

from mdc_legacy.beside_original import BesideOriginal

logger = logging.getLogger("mdc_bridge")


class _InFront:
    """Goes before the original among the bases: its results, its errors and its CSV stay."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._mdc_beside: Optional[BesideOriginal] = None
        try:
            self._mdc_beside = BesideOriginal(*arguments, **named)
        except Exception:  # the script must not fail for its JSONL
            logger.exception("mdc-bridge: only the original collects, no JSONL is written")

    def collect(self, input_data: Any, user_correlation_id: str = "") -> Any:
        returned = None
        try:
            original: Any = super()
            returned = original.collect(input_data, user_correlation_id)
            return returned
        finally:
            if self._mdc_beside is not None:
                caller = sys._getframe(1)  # noqa: SLF001  what calls this
                self._mdc_beside.collect_too(input_data, user_correlation_id, returned, caller)


def in_front_of(original: type) -> type:
    """Return a class that is the original's in all but the JSONL that its calls leave.

    Args:
        original: `azureml.monitoring.ModelDataCollector` of the original package.
    """
    shown = {"__doc__": original.__doc__, "__signature__": inspect.signature(original)}
    return type(original.__name__, (_InFront, original), {"__module__": __name__, **shown})
