"""What the bridge collected in both formats at once, and tools to spoil one side of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import mdc_core
from azureml.monitoring import ModelDataCollector
from mdc_bridge.compare import Dataset, Report, compare
from tests.azure.azurite import Azurite, Place

FEATURES = ["age", "income"]

Spoil = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


class Collected:
    """A folder with both formats.

    Attributes:
        root: the folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def finish(self) -> None:
        """End collecting, so that everything is in its files."""
        assert mdc_core.shutdown()

    def compare(self, **options: Any) -> Report:
        """Return the comparison of both formats."""
        return compare(str(self.root), str(self.root), **options)

    def jsonl(self, collection: str) -> Path:
        """Return the one file of a collection."""
        (path,) = self.root.glob(f"modelDataCollector/*/*/{collection}/**/*.jsonl")
        return path

    def csv(self, designation: str) -> Path:
        """Return the one file of a designation."""
        (path,) = self.root.glob(f"modeldata/**/{designation}/**/*.csv")
        return path

    def spoil(self, collection: str, change: Spoil) -> None:
        """Replace the lines of a collection by what a function makes of them."""
        path = self.jsonl(collection)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        path.write_text("".join(json.dumps(line) + "\n" for line in change(lines)))


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collected:
    """A folder that collectors made in the test write to."""
    monkeypatch.setenv("MDC_STORAGE", str(tmp_path / "collected"))
    monkeypatch.setenv("MDC_BRIDGE_MODE", "dual")
    return Collected(tmp_path / "collected")


@pytest.fixture
def requests(collected: Collected) -> Collected:
    """Twenty requests of one to four rows, with predictions and without a call for correlations."""
    inputs = ModelDataCollector("m", "inputs", FEATURES, webservice_name="credit")
    outputs = ModelDataCollector("m", "predictions", ["p"], webservice_name="credit")
    random = np.random.default_rng(7)
    for request in range(20):
        rows = 1 + request % 4
        inputs.collect(random.random((rows, 2)))
        outputs.collect(random.random(rows))
    collected.finish()
    return collected


@pytest.fixture
def dataset() -> Callable[[Report, str], Dataset]:
    """Returns the dataset of a collection."""

    def find(report: Report, collection: str) -> Dataset:
        (found,) = [each for each in report.datasets if each.collection == collection]
        return found

    return find


@pytest.fixture(scope="session")
def azurite_place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The account of an Azurite for the tests of this folder."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server.place
