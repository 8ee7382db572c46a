"""The bridge from the old SDK's calls to the new SDK's events."""

from mdc_core import __version__

from .model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector", "__version__"]
