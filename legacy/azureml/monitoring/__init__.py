"""`from azureml.monitoring import ModelDataCollector`: the interface of the old SDK."""

from mdc_legacy.model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector"]
