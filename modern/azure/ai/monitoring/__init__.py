"""`from azure.ai.monitoring import Collector`: the name under the first preview."""

from mdc_core.collector import Collector

__all__ = ["Collector"]
