"""Lines lost, repeated and changed at random are counted exactly, with ids and without."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from tests.bridge.compare.conftest import Collected

SEEDS = 12


@pytest.fixture
def mixed(collected: Collected) -> Collected:
    """Sixty requests: inputs, predictions, labels that carry ids, and general data without."""
    inputs = ModelDataCollector("m", "inputs", ["a", "b"])
    outputs = ModelDataCollector("m", "predictions", ["p"])
    labels = ModelDataCollector("m", "labels", ["y"])
    general = ModelDataCollector("m", "general", ["u", "v"])
    numbers = np.random.default_rng(5)
    for request in range(60):
        rows = 1 + request % 4
        correlations = inputs.collect(numbers.random((rows, 2)).round(3))
        outputs.collect(numbers.random(rows))
        if request % 3 == 0:
            truth = numbers.integers(0, 2, (rows, 1)).astype(object)
            labels.collect(labels.add_correlations(truth, correlations))
        general.collect(numbers.random((rows, 2)) if request % 2 else numbers.random(2).tolist())
    collected.finish()
    return collected


def test_random_damage(mixed: Collected) -> None:
    """What the report counts is what was done, whatever stands next to what."""
    files = sorted(mixed.root.glob("modelDataCollector/**/*.jsonl"))
    whole = {path: path.read_text() for path in files}
    for seed in range(SEEDS):
        choose = random.Random(seed)
        expected = {}
        for path, text in whole.items():
            lines, expected[_collection(path)] = _damaged(text, choose)
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        report = mixed.compare()
        found = {
            each.collection: (
                each.total.missing_left,
                each.total.missing_right,
                each.total.differing,
            )
            for each in report.datasets
        }
        assert found == expected, f"seed {seed}"


def test_processes_and_short_cuts_change_nothing(
    mixed: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report and samples are those of one process that compares every cell."""
    files = sorted(mixed.root.glob("modelDataCollector/**/*.jsonl"))
    whole = {path: path.read_text() for path in files}
    for seed in range(3):
        choose = random.Random(seed)
        for path, text in whole.items():
            lines, _ = _damaged(text, choose)
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        with monkeypatch.context() as patch:
            patch.setattr("mdc_bridge.collected.partitions.PART_BYTES", 3000)
            one = mixed.compare(jobs=1).to_json()
            assert one["differences"] > 0
            assert mixed.compare(jobs=3).to_json() == one
            patch.setattr("mdc_bridge.compare.parts.PART_BYTES", 300)
            divided = mixed.compare(jobs=1).to_json()
            assert divided["total"] == one["total"]
            patch.undo()
            patch.setattr("mdc_bridge.collected.partitions.PART_BYTES", 3000)
            patch.setattr("mdc_bridge.compare.by_id.are_plainly_equal", lambda *_: False)
            assert mixed.compare(jobs=1).to_json() == one


def _collection(path: Path) -> str:
    return path.parts[-6]


def _damaged(text: str, choose: random.Random) -> tuple[list[dict[str, Any]], tuple[int, int, int]]:
    """Return damaged lines, and how many rows were repeated, lost, and changed."""
    lines, repeated, lost, changed = [], 0, 0, 0
    for line in map(json.loads, text.splitlines()):
        fate = choose.random()
        rows = len(line["data"])
        if fate < 0.05:
            lost += rows
            continue
        if fate < 0.1:
            lines.append(line)
            repeated += rows
        elif fate < 0.15:
            row = choose.choice(line["data"])
            row[choose.choice(list(row))] += 1.5
            changed += 1
        lines.append(line)
    return lines, (repeated, lost, changed)
