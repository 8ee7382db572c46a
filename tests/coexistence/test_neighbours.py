"""Our wheel beside the packages that live in the same namespaces, in either order."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Callable

import pytest

SCORE = Path(__file__).parent / "score.py"
OFFICIAL = "azureml-ai-monitoring==1.0.0"

Environment = Callable[..., Path]


class _Collector(HTTPServer):
    """The collector service that the official package posts to."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, Any]] = []
        self.received = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((self.headers["ce-type"], json.loads(body)))
        self.send_response(204)
        self.end_headers()
        self.server.received.set()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[_Collector]:
    """A listening collector service."""
    with _Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _run(python: Path, root: Path, *neighbours: str, **variables: str) -> str:
    """Run the scripts in dual mode and return the module of the `Collector` they got."""
    with _started(python, root, *neighbours, **variables) as process:
        return _finished(process)


def _started(python: Path, root: Path, *neighbours: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(python), str(SCORE), *neighbours],
        cwd=root.parent,
        env={"MDC_STORAGE": str(root), "MDC_BRIDGE_MODE": "dual", "HOME": str(root), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finished(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate("\n", timeout=100)
    assert process.returncode == 0, err
    return str(json.loads(out.splitlines()[-1]))


def _lines(root: Path, collection: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in root.rglob("*.jsonl")
        if collection in path.parts
        for line in path.read_text().splitlines()
    ]


def _assert_old_script_collected(root: Path) -> None:
    tables = {path.parts[-5]: path.read_text().splitlines() for path in root.rglob("*.csv")}
    assert [row.split(",")[:2] for row in tables["inputs"]] == [
        ["a", "b"],
        ["1.5", "2.0"],
        ["3.0", "4.0"],
    ]
    assert tables["predictions"] == ["p", "0.25,0.75"]
    (inputs,), (outputs,) = _lines(root, "model_inputs"), _lines(root, "model_outputs")
    assert inputs["data"] == [{"a": 1.5, "b": 2.0}, {"a": 3.0, "b": 4.0}]
    assert outputs["data"] == [{"p": 0.25}, {"p": 0.75}]
    assert inputs["correlationid"] == outputs["correlationid"]


def _assert_modern_script_collected(root: Path) -> None:
    assert [(line["correlationid"], line["data"]) for line in _lines(root, "modern_inputs")] == [
        ("modern", [{"a": 1}])
    ]


def test_official_package_installed_before_ours(environment: Environment, tmp_path: Path) -> None:
    """Ours, the later, answers to the official name; both scripts are collected."""
    python = environment(OFFICIAL, "mdc-bridge")
    assert _run(python, tmp_path / "root") == "mdc_modern.collector"
    _assert_old_script_collected(tmp_path / "root")
    _assert_modern_script_collected(tmp_path / "root")


def test_official_package_installed_after_ours(
    environment: Environment, collector: _Collector, tmp_path: Path
) -> None:
    """The official one sends what it collects to its service, and old scripts are collected."""
    python = environment("mdc-bridge", OFFICIAL)
    service = {
        "AZUREML_MDC_ENABLED": "true",
        "AZUREML_MDC_HOST": "127.0.0.1",
        "AZUREML_MDC_PORT": str(collector.server_port),
    }
    with _started(python, tmp_path / "root", **service) as process:
        collector.received.wait(60)
        module = _finished(process)
    assert module == "azureml.ai.monitoring.collector"
    _assert_old_script_collected(tmp_path / "root")
    assert collector.posts == [("azureml.inference.modern_inputs", [{"a": 1}])]


@pytest.mark.parametrize(
    ("steps", "neighbours"),
    [
        (
            ["mdc-bridge", "azure-ai-ml"],
            ["azure.ai.ml:MLClient", "azure.identity:DefaultAzureCredential"],
        ),
        (["mdc-bridge", "azureml-core"], ["azureml.core:Workspace"]),
        (["azureml-core", "mdc-bridge"], ["azureml.core.model:Model"]),
    ],
    ids=["azure-ai-ml", "azureml-core after ours", "azureml-core before ours"],
)
def test_sdk_beside_ours(
    steps: list[str], neighbours: list[str], environment: Environment, tmp_path: Path
) -> None:
    """The SDK imports and both scripts are collected."""
    python = environment(*steps)
    assert _run(python, tmp_path / "root", *neighbours) == "mdc_modern.collector"
    _assert_old_script_collected(tmp_path / "root")
    _assert_modern_script_collected(tmp_path / "root")
