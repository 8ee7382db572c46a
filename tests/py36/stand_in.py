"""In the place of the original package, which loads on Python 3.6 alone: its public interface.

The original itself is driven by tests/images, in its image.
"""

from __future__ import annotations

import uuid
import warnings
from typing import Any, Optional

TIME = "2026-11-21T09:15:00.000250"


class ModelDataCollector:
    """The original's signature, its results, and what it raises."""

    def __init__(
        self,
        model_name: str,
        designation: str = "default",
        feature_names: Optional[list[str]] = None,
        workspace: str = "default/default/default",
        webservice_name: str = "default",
        model_version: str = "default",
        collection_name: str = "default",
    ) -> None:
        self._designation = designation
        self.written: list[Any] = []

    def collect(self, input_data: Any, user_correlation_id: str = "") -> Any:
        """Note the data, as the original would write them."""
        if isinstance(input_data, str):
            warnings.warn("collect failed: input data must be list", stacklevel=2)
            return None
        if input_data == ["fails"]:
            raise AttributeError("no attribute '_handle'")
        self.written.append(input_data)
        if self._designation != "inputs":
            return None
        identifier = f"{user_correlation_id}{uuid.uuid4()}"
        return {"$aml_dc_scoring_timestamp": TIME, "$aml_dc_correlation_id": identifier}

    def add_correlations(self, input_data: Any, correlations: Any) -> Any:
        """Return data that show that they came through here."""
        return ["original", input_data, correlations]
