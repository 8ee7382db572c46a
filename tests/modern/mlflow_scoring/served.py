"""Real MLflow models under the real inference server, in an environment of their own."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.bridge.inference_server import ScoringServer, inference_server
from tests.environments import python_of

HERE = Path(__file__).parent
_SECONDS = 100.0


def make_models(folder: Path) -> None:
    """Make the models of `made_models`."""
    command = [str(python_of("mlflow")), "-W", "ignore", str(HERE / "made_models.py"), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)


class Answer(NamedTuple):
    """What came back.

    Attributes:
        status: of HTTP.
        value: of its JSON.
        request_id: `x-request-id` of the answer.
    """

    status: int
    value: Any
    request_id: str


class MlflowServer(ScoringServer):
    """The inference server in the environment of MLflow.

    Args:
        script: the scoring script.
        models: AZUREML_MODEL_DIR.
        folder: takes its log, and what is collected.
    """

    def __init__(self, script: Path, models: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.storage = folder / "collected"
        settings = {
            "MDC_STORAGE": str(self.storage),
            "MDC_ENDPOINT": "shop",
            "AZUREML_MODEL_DIR": str(models),
        }
        command = inference_server(python_of("mlflow"), script, models, 1)
        super().__init__(command, folder / "server.log", settings, _SECONDS)

    def ask(self, body: Any, headers: Mapping[str, str]) -> Answer:
        """Return the answer to a body of JSON, or of text."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_SECONDS)
        try:
            text = body if isinstance(body, str) else json.dumps(body)
            sent = {"Content-Type": "application/json", **headers}
            connection.request("POST", "/score", text, sent)
            response = connection.getresponse()
            value = json.loads(response.read())
            return Answer(response.status, value, response.headers["x-request-id"])
        finally:
            connection.close()


def lines_below(storage: Path) -> dict[tuple[str, str], list[Any]]:
    """Return the rows of each line, by collection and correlation id."""
    found: dict[tuple[str, str], list[Any]] = {}
    for path in sorted(storage.rglob("*.jsonl")):
        for text in path.read_text("utf-8").splitlines():
            line = json.loads(text)
            assert line["correlationid"] == line["xrequestid"]
            key = (line["type"].rpartition(".")[2], line["correlationid"])
            assert key not in found, key
            found[key] = line["data"]
    return found
