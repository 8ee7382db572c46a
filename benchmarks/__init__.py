"""Measurements of this package beside the official `azureml-ai-monitoring`: `make bench`."""
