"""A comparison by the executors of a real local Spark: the report of this machine's processes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from azureml.monitoring import ModelDataCollector
from mdc_bridge.cli.app import run
from mdc_bridge.compare import spark_tasks
from mdc_bridge.compare.spark_tasks import IN_ORDER
from mdc_core.errors import SettingsError
from tests.bridge.compare.conftest import Collected
from tests.bridge.migrate.spark_session import spark_session

pytestmark = [
    pytest.mark.newest_only,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # Spark leaves sockets open
]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with spark_session() as spark:
        yield spark


@pytest.fixture
def mixed(collected: Collected) -> Collected:
    """Requests with ids and data without, of which the JSONL lost, repeats and changed some."""
    inputs = ModelDataCollector("m", "inputs", ["a", "b"])
    outputs = ModelDataCollector("m", "predictions", ["p"])
    general = ModelDataCollector("m", "general", ["u", "v"])
    numbers = np.random.default_rng(5)
    for request in range(40):
        inputs.collect(numbers.random((1 + request % 4, 2)).round(3))
        outputs.collect(numbers.random(1 + request % 4))
        general.collect(numbers.random((2, 2)))
    collected.finish()
    collected.spoil("model_inputs", lambda lines: [*lines[1:], lines[3]])
    collected.spoil("model_outputs", lambda lines: [{**lines[0], "data": [{"p": 7}]}, *lines[1:]])
    return collected


def test_the_report_of_local_processes(
    spark: Any, mixed: Collected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, hours, samples and problems are the same, in several parts and tasks."""
    (mixed.jsonl("model_inputs").parent / "x.jsonl").write_text('{"data":1}\nno JSON\n{"torn')
    monkeypatch.setattr("mdc_bridge.collected.partitions.PART_BYTES", 3000)
    monkeypatch.setattr("mdc_bridge.compare.engines._COST_OF_TASK", 100_000)
    one = mixed.compare(jobs=1).to_json()
    assert one["differences"] > 0
    assert one["right"]["problems"]
    assert mixed.compare(engine="spark").to_json() == one


def test_command(spark: Any, mixed: Collected, capsys: pytest.CaptureFixture[str]) -> None:
    """`compare --engine spark` prints what `compare` prints, with its exit code."""
    root = str(mixed.root)
    printed = []
    for engine in ("local", "spark"):
        assert run(["compare", root, root, "--json", "--engine", engine]) == 1
        printed.append(json.loads(capsys.readouterr().out))
        printed[-1].pop("made")
    assert printed[0] == printed[1]


def test_an_unknown_engine(mixed: Collected) -> None:
    """It is refused, with the valid ones."""
    with pytest.raises(SettingsError, match="valid: local, spark"):
        mixed.compare(engine="ray")


def test_what_is_brought_to_a_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that one task leaves are the same files for another, in however many pieces."""
    monkeypatch.setattr(spark_tasks, "_CHUNK_BYTES", 7)
    contents = {"5": bytes(range(200)), "12": b"short", "0": b"x" * 14}
    left, there = tmp_path / "here", tmp_path / "there"
    for folder in (left / "3-left", there):
        folder.mkdir(parents=True)
    for name, content in contents.items():
        (left / "3-left" / name).write_bytes(content)
    pieces = list(spark_tasks._pieces(left, 3, spark_tasks.LEFT))
    assert len(pieces) > 30
    in_order = sorted(pieces, key=lambda piece: [getattr(piece, name) for name in IN_ORDER])
    assert spark_tasks._stored(map(spark_tasks._arrow, in_order), there) == [0, 5, 12]
    found = {path.name: path.read_bytes() for path in (there / "3-left").iterdir()}
    assert found == contents
