"""The new SDK: `Collector` and its correlation contexts."""
