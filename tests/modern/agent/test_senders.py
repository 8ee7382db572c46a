"""The official SDK, ours and curl: all that they send becomes lines, in a folder and in Azurite."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pandas
import pytest
from azure.storage.blob import BlobServiceClient

import mdc_core
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.monitoring import ModelDataCollector
from tests.modern.agent.places import AccountPlace
from tests.modern.agent.running import Running

sys.path.insert(0, str(Path(__file__).parents[2] / "azure"))
from tests.azure.azurite import Azurite

SCRIPT = """
import sys
import pandas
from azureml.ai.monitoring import Collector
from azureml.ai.monitoring.context import BasicCorrelationContext
from azureml.ai.monitoring.init import teardown

inputs, outputs = Collector(name="model_inputs"), Collector(name="model_outputs")
for at in range(int(sys.argv[1])):
    context = BasicCorrelationContext(id=f"id-{at:03d}", headers={"x-tenant": "caf\\u00e9"})
    context = inputs.collect(pandas.DataFrame({"a": [at, 0.5], "b": ["x", "\\u00e9"]}), context)
    outputs.collect(pandas.DataFrame({"y": [at, -1]}), context)
teardown(wait_for_flush=True)
"""
Lines = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """A storage account."""
    with Azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server


@pytest.fixture(params=["folder", "account"])
def agent(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Running, Lines]]:
    """An agent, and what reads the lines of a collection at its destination."""
    if request.param == "folder":
        running = Running(tmp_path)
        yield running, lambda name: _lines_of_folder(running.out, name)
        running.close()
        return
    connection = request.getfixturevalue("azurite").place.connection_string
    container = f"agent-{uuid.uuid4().hex[:8]}"
    running = Running(
        tmp_path,
        lambda name: AccountPlace(connection, container, name),
        {"delivery_interval": 0.05},
    )
    closed = []

    def lines(name: str) -> list[dict[str, Any]]:
        if not closed:
            running.close()  # what it ends with is delivered
            closed.append(True)
        return _lines_of_container(connection, container, name)

    yield running, lines
    if not closed:
        running.close()


def _lines_of_folder(root: Path, name: str) -> list[dict[str, Any]]:
    files = root.glob(f"modelDataCollector/ep/blue/{name}/**/*.jsonl")
    return _sorted(b"".join(file.read_bytes() for file in files))


def _lines_of_container(connection: str, container: str, name: str) -> list[dict[str, Any]]:
    with BlobServiceClient.from_connection_string(connection) as service:
        client = service.get_container_client(container)
        blobs = client.list_blobs(f"modelDataCollector/ep/blue/{name}/")
        return _sorted(b"".join(client.download_blob(blob.name).readall() for blob in blobs))


def _sorted(content: bytes) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in content.splitlines()]
    return sorted(lines, key=lambda line: str(line["correlationid"]))


def _on_endpoint(monkeypatch: pytest.MonkeyPatch, port: int, spool: Path) -> None:
    for name, value in {
        "AZUREML_MDC_ENABLED": "true",
        "AZUREML_MDC_PORT": str(port),
        "MDC_SPOOL_DIR": str(spool),
        "MDC_DELIVERY_INTERVAL": "0.02",
    }.items():
        monkeypatch.setenv(name, value)


def test_the_official_sdk(agent: tuple[Running, Lines], official: Path) -> None:
    """Inputs and outputs of the unmodified package are stored under one id, as documented."""
    running, lines = agent
    environ = {"AZUREML_MDC_ENABLED": "true", "AZUREML_MDC_PORT": str(running.port)}
    subprocess.run([str(official), "-c", SCRIPT, "20"], env=environ, check=True, timeout=100)
    inputs, outputs = lines("model_inputs"), lines("model_outputs")
    ids = [f"id-{at:03d}" for at in range(20)]
    for found in (inputs, outputs):
        assert [line["correlationid"] for line in found] == ids
        assert [line["xrequestid"] for line in found] == ids
    assert inputs[7]["data"] == [{"a": 7.0, "b": "x"}, {"a": 0.5, "b": "é"}]
    assert outputs[7]["data"] == [{"y": 7}, {"y": -1}]
    assert inputs[7]["agent"] == "azureml-ai-monitoring/1.0.0"
    assert inputs[7]["collectdatatype"] == "pandas.core.frame.DataFrame"
    assert inputs[7]["modelversion"] == "default"
    assert inputs[7]["xtenant"] == "café"
    assert len({line["id"] for line in inputs + outputs}) == 40


@pytest.mark.parametrize("compact", [False, True])
def test_our_sdk(
    agent: tuple[Running, Lines],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    compact: bool,
) -> None:
    """Events come from our spool, each once; the text of a frame is stored as text."""
    running, lines = agent
    _on_endpoint(monkeypatch, running.port, tmp_path / "sdk-spool")
    if compact:
        monkeypatch.setenv("AZUREML_MDC_FORMAT_COMPACT", "true")
    inputs, outputs = Collector(name="model_inputs"), Collector(name="model_outputs")
    for at in range(30):
        context = BasicCorrelationContext(id=f"id-{at:03d}", headers={"x-tenant": "café"})
        outputs.collect(
            pandas.DataFrame({"y": [at]}), inputs.collect(pandas.DataFrame({"a": [at]}), context)
        )
    assert mdc_core.flush(30)
    (counts,) = mdc_core.counts()
    assert (counts.delivered, counts.dropped) == (60, {})
    found = lines("model_inputs")
    assert [line["correlationid"] for line in found] == [f"id-{at:03d}" for at in range(30)]
    assert len(lines("model_outputs")) == 30
    assert found[7]["xtenant"] == "café"
    assert found[7]["data"] == ("   a\n0  7" if compact else [{"a": 7}])


def test_a_legacy_script(
    agent: tuple[Running, Lines], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The legacy collector's events arrive too, with the request's id beside the correlation id."""
    flask = pytest.importorskip("flask")
    running, lines = agent
    _on_endpoint(monkeypatch, running.port, tmp_path / "sdk-spool")
    collector = ModelDataCollector("m", designation="inputs", feature_names=["a"])
    with flask.Flask("x").test_request_context(headers={"x-request-id": "r-1"}):
        collector.collect([[1.5]])
    assert mdc_core.flush(30)
    (line,) = lines("model_inputs")
    assert line["data"] == [{"a": 1.5}]
    assert line["xrequestid"]


def test_what_is_not_enabled_is_counted_by_our_sdk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A collection that the deployment does not enable is refused for good, and counted."""
    running = Running(tmp_path)
    _on_endpoint(monkeypatch, running.port, tmp_path / "sdk-spool")
    Collector(name="off").collect(pandas.DataFrame({"a": [1]}))
    Collector(name="model_inputs").collect(pandas.DataFrame({"a": [2]}))
    assert mdc_core.flush(30)
    dropped = [counts.dropped for counts in mdc_core.counts()]
    running.close()
    assert dropped == [{"rejected": 1}]
    assert running.lost() == {("off", "disabled"): 1}
    assert [line["data"] for line in running.lines()] == [[{"a": 2}]]


def test_curl(agent: tuple[Running, Lines]) -> None:
    """Plain curl is a sender."""
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl")
    running, lines = agent
    answer = subprocess.run(
        [
            curl,
            "-s",
            "-w",
            "%{http_code}",
            "-d",
            '[{"a":1}]',
            "-H",
            "ce-type: azureml.inference.model_inputs",
            f"http://127.0.0.1:{running.port}/modeldata/log",
        ],
        check=True,
        timeout=30,
        capture_output=True,
    )
    assert answer.stdout == b"200"
    assert [line["data"] for line in lines("model_inputs")] == [[{"a": 1}]]
