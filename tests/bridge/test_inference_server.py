"""An old script under the real inference server: two workers, both formats, nothing lost."""

from __future__ import annotations

import csv
import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from mdc_bridge.compare import compare
from mdc_bridge.read import read
from mdc_core.layouts import JsonlFile
from tests.bridge.inference_server import DEADLINE_SECONDS, InferenceServer

pytestmark = pytest.mark.newest_only

WORKERS = 2
THREADS = 4
NAMES = ["a", "b"]

SCRIPT = """
import json
import os

import numpy as np
from azureml.monitoring import ModelDataCollector


def init():
    global inputs_dc, prediction_dc
    inputs_dc = ModelDataCollector("adder", designation="inputs", feature_names=["a", "b"])
    prediction_dc = ModelDataCollector(
        "adder", designation="predictions", feature_names=["prediction"]
    )


def run(raw_data):
    try:
        data = np.array(json.loads(raw_data)["data"])
        result = data.sum(axis=1)
        inputs_dc.collect(data)
        prediction_dc.collect(result)
        return {"worker": os.getpid(), "predictions": result.tolist()}
    except Exception as e:
        return str(e)
"""


class Exchange(NamedTuple):
    """A request's rows, and what came back for them."""

    rows: list[list[float]]
    predictions: list[float]
    worker: int


class Line(NamedTuple):
    """A JSONL line's correlation id and rows."""

    id: str
    rows: list[dict[str, float]]


class Served(NamedTuple):
    """What was sent to a server that has been stopped since, and the folder it collected to."""

    exchanges: list[Exchange]
    folder: Path

    def csv_rows(self, designation: str) -> list[list[str]]:
        """Return the rows below the header of a designation's files."""
        rows: list[list[str]] = []
        for path in sorted((self.folder / "modeldata").rglob(f"{designation}/**/data.csv")):
            with path.open(newline="") as file:
                rows += list(csv.reader(file))[1:]
        return rows

    def lines(self, collection: str) -> list[Line]:
        """Return the lines of a collection."""
        return [
            Line(event["correlationid"], event["data"])
            for path in self.jsonl_files(collection)
            for event in map(json.loads, path.read_text().splitlines())
        ]

    def jsonl_files(self, collection: str) -> list[Path]:
        """Return the files of a collection."""
        return sorted((self.folder / "modelDataCollector").rglob(f"{collection}/**/*.jsonl"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """Serve the script, send requests until both workers have answered, stop the server."""
    folder = tmp_path_factory.mktemp("served")
    script = folder / "score.py"
    script.write_text(SCRIPT)
    collected = folder / "collected"
    settings = {"MDC_BRIDGE_MODE": "dual", "MDC_STORAGE": str(collected)}
    with InferenceServer(script, settings, WORKERS) as server:
        exchanges = _send_until_all_workers_answered(server)
    return Served(exchanges, collected)


def test_csv_of_both_workers_holds_each_row_sent_once(served: Served) -> None:
    """One shared file of inputs holds the rows of both workers, each once, below one header."""
    sent = [row for exchange in served.exchanges for row in exchange.rows]
    found = [list(map(float, row[: len(NAMES)])) for row in served.csv_rows("inputs")]
    assert sorted(found) == sorted(sent)


def test_csv_has_one_row_of_predictions_for_each_request(served: Served) -> None:
    """A 1-D array stays one CSV row, with the values that the server returned."""
    found = [list(map(float, row)) for row in served.csv_rows("predictions")]
    assert sorted(found) == sorted(exchange.predictions for exchange in served.exchanges)


def test_jsonl_pairs_are_the_requests_and_responses(served: Served) -> None:
    """Inputs and outputs joined by correlation id are exactly what was sent and returned."""
    lines = served.lines("model_outputs")
    outputs = {line.id: line.rows for line in lines}
    assert len(outputs) == len(lines)
    pairs = [(line.rows, outputs.pop(line.id)) for line in served.lines("model_inputs")]
    expected = [
        (
            [dict(zip(NAMES, row)) for row in exchange.rows],
            [{"prediction": value} for value in exchange.predictions],
        )
        for exchange in served.exchanges
    ]
    assert sorted(map(json.dumps, pairs)) == sorted(map(json.dumps, expected))
    assert not outputs


def test_csv_and_jsonl_hold_the_same_rows_under_the_same_id(served: Served) -> None:
    """The rows of one correlation id stand in both formats in the same order."""
    from_csv: dict[str, list[dict[str, float]]] = {}
    for row in served.csv_rows("inputs"):
        from_csv.setdefault(row[len(NAMES)], []).append(dict(zip(NAMES, map(float, row))))
    assert from_csv == {line.id: line.rows for line in served.lines("model_inputs")}


def test_compare_and_read_find_all_of_it(served: Served) -> None:
    """`compare` finds no difference, and `read` every prediction beside its row."""
    root = str(served.folder)
    report = compare(root, root)
    sent = sum(len(exchange.rows) for exchange in served.exchanges)
    assert (report.differences, report.unreadable) == (0, 0)
    assert (report.total.left, report.total.right) == (2 * sent, 2 * sent)
    joined = read(root, join=("model_inputs", "model_outputs"))
    assert len(joined) == sent
    assert (joined["prediction"] == joined["a"] + joined["b"]).all()


def test_each_worker_writes_jsonl_files_of_its_own(served: Served) -> None:
    """No JSONL file is shared: there are as many instance ids as workers that answered."""
    workers = {exchange.worker for exchange in served.exchanges}
    root = served.folder / "modelDataCollector"
    for collection in ("model_inputs", "model_outputs"):
        paths = (path.relative_to(root) for path in served.jsonl_files(collection))
        instances = {JsonlFile.parse(path.as_posix()).instance for path in paths}
        assert len(instances) == len(workers) == WORKERS


def _send_until_all_workers_answered(server: InferenceServer) -> list[Exchange]:
    """Send rounds of requests of one to five rows, every row another, until all have answered."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    exchanges: list[Exchange] = []
    with ThreadPoolExecutor(THREADS) as pool:
        while len({exchange.worker for exchange in exchanges}) < WORKERS:
            assert time.monotonic() < deadline, "one worker answered everything"
            numbers = range(len(exchanges), len(exchanges) + 100)
            exchanges += pool.map(lambda number: _score(server, number), numbers)
    return exchanges


def _score(server: InferenceServer, number: int) -> Exchange:
    rows = [[number + 0.1, row / 3] for row in range(1 + number % 5)]
    status, text = server.score(json.dumps({"data": rows}))
    assert status == http.client.OK, text
    answer = json.loads(text)
    assert isinstance(answer, dict), answer
    return Exchange(rows, answer["predictions"], answer["worker"])
