"""The JSONL of calls that the original package answers, and writes as CSV.

On Python 3.6 the original still works. There its class stays what scripts use, and `mdc_py36` puts
this one beside it: the same calls, the original's correlation ids, and no CSV.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from types import FrameType
from typing import Any, Optional

from mdc_core.settings import Settings

from .correlations import Correlations
from .model_data_collector import ModelDataCollector

logger = logging.getLogger("mdc_bridge")


class BesideOriginal(ModelDataCollector):
    """Collects as JSONL what an object of the original's class collects.

    Its arguments are those of the original's constructor.
    """

    def _open(self, settings: Settings) -> None:
        self._csv = self._echo = False
        if settings.jsonl:
            super()._open(replace(settings, csv=False))

    def collect_too(
        self,
        data: Any,
        user_correlation_id: str,
        returned: Optional[Correlations],
        caller: FrameType,
    ) -> None:
        """Accept what the original was given; like `collect`, it never raises.

        Args:
            data: see `collect`.
            user_correlation_id: see `collect`.
            returned: what the original returned; its id and time become those of the JSONL.
            caller: the frame that called the original.
        """
        try:
            self._collect(data, user_correlation_id, caller, returned)
        except Exception as error:  # noqa: BLE001  the script must not fail for its collection
            self._warn_throttled(*self._count_lost(error))

    def _warn(self, message: str, stacklevel: int = 0) -> None:  # noqa: ARG002
        # The original warns by itself, and scripts may look at its warnings.
        logger.warning("mdc-bridge: %s", message)
