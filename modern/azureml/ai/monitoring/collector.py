"""The module in which the official package defines `Collector`."""

from mdc_modern.collector import Collector

__all__ = ["Collector"]
