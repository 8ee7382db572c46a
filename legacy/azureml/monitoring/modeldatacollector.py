"""The module in which the original package defines `ModelDataCollector`."""

from mdc_legacy.model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector"]
