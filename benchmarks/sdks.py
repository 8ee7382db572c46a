"""The two packages behind one interface; each is imported only in its own environment.

Their settings are the process's environment; see `workers`.
"""

from __future__ import annotations

import os
import time
import urllib.request
from importlib import metadata
from typing import Any, Callable

Collect = Callable[..., Any]

NAMES = [f"feature_{at:02d}" for at in range(23)]
_PACKAGES = ("mdc-bridge", "azureml-ai-monitoring", "pandas", "numpy", "pyarrow", "orjson") + (
    "polars",
    "duckdb",
)
_PAUSE = 0.002


class Sdk:
    """This package."""

    # Whether `ModelDataCollector` is there too.
    has_legacy = True

    def collector(self, name: str = "model_inputs") -> Collect:
        """Return the `collect` of a new `Collector`."""
        from azureml.ai.monitoring import Collector

        collect: Collect = Collector(name=name).collect
        return collect

    def legacy_collector(self, designation: str = "inputs") -> Collect:
        """Return the `collect` of a new `ModelDataCollector`."""
        from azureml.monitoring import ModelDataCollector

        names = NAMES if designation == "inputs" else ["p"]
        collect: Collect = ModelDataCollector("model", designation, feature_names=names).collect
        return collect

    def deliver(self) -> None:
        """Wait until everything collected is delivered.

        Raises:
            RuntimeError: when that takes minutes, or something is lost.
        """
        import mdc_core

        if not mdc_core.flush(120):
            raise RuntimeError(f"not delivered: {[str(each) for each in mdc_core.counts()]}")
        if any(counts.dropped for counts in mdc_core.counts()):
            raise RuntimeError(f"lost: {[str(each) for each in mdc_core.counts()]}")

    def delivered(self) -> int:
        """Return how many events are delivered so far."""
        import mdc_core

        return sum(counts.delivered for counts in mdc_core.counts())

    def done(self) -> int:
        """Return of how many events so far nothing is left to do but a flush to the disk."""
        import mdc_core

        return sum(counts.written for counts in mdc_core.counts())

    def wait_until_written(self) -> None:
        """Wait until nothing waits in memory, without a request to hurry."""
        import mdc_core

        while any(counts.waiting for counts in mdc_core.counts()):
            time.sleep(_PAUSE)


class Official(Sdk):
    """`azureml-ai-monitoring`, posting to a collector on this machine."""

    has_legacy = False

    def deliver(self) -> None:
        """Wait until everything collected is posted; the next collector starts a new sender."""
        from azureml.ai.monitoring.init import teardown

        teardown(wait_for_flush=True)

    def delivered(self) -> int:
        """Return how many events the collector has received so far."""
        url = f"http://127.0.0.1:{os.environ['AZUREML_MDC_PORT']}/received"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return int(answer.read())

    def done(self) -> int:
        """Return the same."""
        return self.delivered()


def installed_sdk() -> Sdk:
    """Return the SDK of this environment."""
    return Official() if "azureml-ai-monitoring" in versions() else Sdk()


def versions() -> dict[str, str]:
    """Return the versions of what is installed in this environment."""
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
