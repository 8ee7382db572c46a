"""The two packages behind one interface; each is imported only in its own environment."""

from __future__ import annotations

import os
import urllib.request
from importlib import metadata
from typing import Any, Callable, Union

Collect = Callable[[Any], Any]

_PACKAGES = ("mdc-bridge", "azureml-ai-monitoring", "pandas", "numpy", "orjson", "requests")


class Ours:
    """This package, writing to a folder.

    Args:
        folder: where it writes.
    """

    def __init__(self, folder: str) -> None:
        os.environ["MDC_STORAGE"] = folder
        os.environ["MDC_BRIDGE_MODE"] = "dual"

    def collector(self) -> Collect:
        """Return the `collect` of a new `Collector`."""
        from azureml.ai.monitoring import Collector

        return Collector(name="model_inputs").collect

    def legacy_collector(self) -> Collect:
        """Return the `collect` of a new `ModelDataCollector`."""
        from azureml.monitoring import ModelDataCollector

        names = [f"feature_{at:02d}" for at in range(23)]
        return ModelDataCollector("model", "inputs", feature_names=names).collect

    def deliver(self) -> None:
        """Wait until everything collected is on the disk."""
        import mdc_core

        if not mdc_core.flush(60):
            raise RuntimeError("not delivered within a minute")

    def delivered(self) -> int:
        """Return how many events are on the disk so far."""
        import mdc_core

        return sum(counts.delivered for counts in mdc_core.counts())


class Official:
    """`azureml-ai-monitoring`, posting to a collector on this machine.

    Args:
        port: of the collector.
    """

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/received"
        os.environ["AZUREML_MDC_ENABLED"] = "true"
        os.environ["AZUREML_MDC_PORT"] = str(port)

    def collector(self) -> Collect:
        """Return the `collect` of a new `Collector`."""
        from azureml.ai.monitoring import Collector

        return Collector(name="model_inputs").collect

    def deliver(self) -> None:
        """Wait until everything collected is posted; the next collector starts a new sender."""
        from azureml.ai.monitoring.init import teardown

        teardown(wait_for_flush=True)

    def delivered(self) -> int:
        """Return how many events the collector has received so far."""
        with urllib.request.urlopen(self._url, timeout=10) as answer:
            return int(answer.read())


Sdk = Union[Ours, Official]


def open_sdk(name: str, port: int, folder: str) -> Sdk:
    """Return the SDK of a name, `ours` or `official`."""
    return Official(port) if name == "official" else Ours(folder)


def versions() -> dict[str, str]:
    """Return the versions of what is installed in this environment."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
