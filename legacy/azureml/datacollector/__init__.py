"""`from azureml.datacollector import ModelDataCollector`: the name under the first preview."""

from mdc_legacy.model_data_collector import ModelDataCollector

__all__ = ["ModelDataCollector"]
