"""The old SDK: `ModelDataCollector`, its correlations and its debug mode."""

from .model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector"]
