"""`from azure.ai.monitoring import Collector`: the name under the first preview."""

from mdc_modern.collector import Collector

__all__ = ["Collector"]
