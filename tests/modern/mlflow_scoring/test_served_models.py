"""MLflow models of all kinds of signatures under the real inference server: all is collected."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.modern.mlflow_scoring.served import (
    HERE,
    Answer,
    MlflowServer,
    lines_below,
    make_models,
)

# Importing MLflow takes long on a busy machine.
pytestmark = pytest.mark.timeout(300)

ROWS = [[20, 1.5], [50, 4.0]]
RECORDS = [{"age": 20, "income": 1.5}, {"age": 50, "income": 4.0}]
SPLIT = {"columns": ["age", "income"], "index": [0, 1], "data": ROWS}
THREE = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
STORED = [{"0": 1.0, "1": 2.0, "2": 3.0}, {"0": 4.0, "1": 5.0, "2": 6.0}]
TWICE = [{"0": 2.0, "1": 4.0, "2": 6.0}, {"0": 8.0, "1": 10.0, "2": 12.0}]


class Case(NamedTuple):
    """A request, and what it leaves.

    Attributes:
        model: its name in `made_models`.
        body: of the request.
        answer: its JSON.
        inputs, outputs: the collected rows.
        content_type: of the request.
    """

    model: str
    body: Any
    answer: Any
    inputs: list[Any]
    outputs: list[Any]
    content_type: str = "application/json"


CLASSES = [{"0": 0}, {"0": 1}]
CASES = {
    "frame: split": Case("sklearn", {"input_data": SPLIT}, [0, 1], RECORDS, CLASSES),
    "frame: lists": Case("sklearn", {"input_data": ROWS}, [0, 1], RECORDS, CLASSES),
    "frame: records": Case("sklearn", {"input_data": RECORDS}, [0, 1], RECORDS, CLASSES),
    "frame: MLflow's split": Case(
        "sklearn", {"dataframe_split": SPLIT}, {"predictions": [0, 1]}, RECORDS, CLASSES
    ),
    "frame: MLflow's records": Case(
        "sklearn", {"dataframe_records": RECORDS}, {"predictions": [0, 1]}, RECORDS, CLASSES
    ),
    "frame: instances": Case(
        "sklearn", {"instances": RECORDS}, {"predictions": [0, 1]}, RECORDS, CLASSES
    ),
    "frame: CSV": Case(
        "sklearn",
        "age,income\n20,1.5\n50,4\n",
        {"predictions": [0, 1]},
        RECORDS,
        CLASSES,
        "text/csv",
    ),
    "frame: a series with a name": Case(
        "series",
        {"input_data": SPLIT},
        [{"p": 10.0}, {"p": 25.0}],
        RECORDS,
        [{"p": 10.0}, {"p": 25.0}],
    ),
    "tensor: lists": Case(
        "tensor", {"input_data": THREE}, [[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]], STORED, TWICE
    ),
    "tensor: inputs": Case(
        "tensor",
        {"inputs": THREE},
        {"predictions": [[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]]},
        STORED,
        TWICE,
    ),
    "tensors with names": Case(
        "named",
        {"input_data": {"x1": [[1.0], [2.0]], "x2": [[3.0, 4.0], [5.0, 6.0]]}},
        {"x1": [[2.0], [4.0]], "x2": [[6.0, 8.0], [10.0, 12.0]]},
        [{"x1": 1.0, "x2": [3.0, 4.0]}, {"x1": 2.0, "x2": [5.0, 6.0]}],
        [{"x1": 2.0, "x2": [6.0, 8.0]}, {"x1": 4.0, "x2": [10.0, 12.0]}],
    ),
    "no signature: lists": Case(
        "plain", {"input_data": THREE}, [[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]], STORED, TWICE
    ),
    "no signature: split": Case(
        "plain",
        {"input_data": {"columns": ["a"], "index": [0], "data": [[1]]}},
        [{"a": 2}],
        [{"a": 1}],
        [{"a": 2}],
    ),
    "no signature: arrays by name": Case(
        "plain",
        {"input_data": {"a": [1, 2], "b": [3, 4]}},
        {"a": [2, 4], "b": [6, 8]},
        [{"a": 1, "b": 3}, {"a": 2, "b": 4}],
        [{"a": 2, "b": 6}, {"a": 4, "b": 8}],
    ),
}
REFUSED = {
    "no JSON": "{",
    "no object": [1],
    "no known form": {"rows": ROWS},
    "two forms": {"input_data": SPLIT, "inputs": THREE},
    "one value": {"input_data": 5},
    "a column is missing": {"input_data": {"columns": ["age"], "data": [[1]]}},
    "other width": {"input_data": [[1]]},
}


class Asked(NamedTuple):
    """What was sent to a server that has been stopped since, and what it collected."""

    answers: dict[str, Answer]
    refusals: dict[str, Answer]
    without_id: Answer
    lines: dict[tuple[str, str], list[Any]]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the models."""
    folder = tmp_path_factory.mktemp("models")
    make_models(folder)
    return folder


@pytest.fixture(scope="module")
def asked(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """Ask all, then stop the server."""
    server = MlflowServer(HERE / "many_models.py", models, tmp_path_factory.mktemp("server"))
    with server:
        answers = {
            name: server.ask(
                case.body,
                {"X-Model": case.model, "x-request-id": name, "Content-Type": case.content_type},
            )
            for name, case in CASES.items()
        }
        refusals = {
            name: server.ask(body, {"X-Model": "sklearn", "x-request-id": name})
            for name, body in REFUSED.items()
        }
        without_id = server.ask({"input_data": SPLIT}, {"X-Model": "sklearn"})
    return Asked(answers, refusals, without_id, lines_below(server.storage))


@pytest.mark.parametrize("name", CASES)
def test_inputs_and_outputs_are_collected(asked: Asked, name: str) -> None:
    """Each request is answered in its form, and leaves both lines under its id."""
    case = CASES[name]
    assert asked.answers[name] == (200, case.answer, name)
    assert asked.lines["model_inputs", name] == case.inputs
    assert asked.lines["model_outputs", name] == case.outputs


@pytest.mark.parametrize("name", REFUSED)
def test_bad_requests_are_told(asked: Asked, name: str) -> None:
    """What a model cannot be given is 400, with a message, and no output is collected."""
    answer = asked.refusals[name]
    assert answer.status == 400
    assert answer.value["message"]
    assert ("model_outputs", name) not in asked.lines


def test_ids_of_the_server(asked: Asked) -> None:
    """Without an id of the client, lines have the one that the server made and sent back."""
    made = asked.without_id.request_id
    assert asked.lines["model_inputs", made] == RECORDS
    assert asked.lines["model_outputs", made] == CLASSES


def test_the_written_script(models: Path, tmp_path: Path) -> None:
    """What the command writes scores its model, from wherever the server starts it."""
    script = tmp_path / "score.py"
    command = [sys.executable, "-c", "from mdc_bridge.cli import main; main()", "mlflow-score"]
    subprocess.run([*command, str(models / "tensor"), "--out", str(script)], check=True, timeout=60)
    with MlflowServer(script, models, tmp_path / "server") as server:
        answer = server.ask({"input_data": THREE}, {"x-request-id": "7"})
    assert answer == (200, [[2.0, 4.0, 6.0], [8.0, 10.0, 12.0]], "7")
    assert lines_below(server.storage) == {
        ("model_inputs", "7"): STORED,
        ("model_outputs", "7"): TWICE,
    }
