"""The module in which the original package defines `ModelDataCollector`."""

from mdc_bridge.model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector"]
