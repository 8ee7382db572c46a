"""`from azureml.ai.monitoring import Collector`: the interface of the new SDK."""

from mdc_modern.collector import Collector

__all__ = ["Collector"]
