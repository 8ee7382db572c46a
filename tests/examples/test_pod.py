"""The parts of the example's pod as processes: one request becomes four lines of one id."""

from __future__ import annotations

import http.client
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from mdc_bridge.read import read
from tests.bridge.inference_server import ScoringServer, inference_server
from tests.ports import free_port

pytestmark = pytest.mark.newest_only

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples/kubernetes"
# What tests of the agent use lies where only they find it.
sys.path.insert(0, str(ROOT / "tests/modern/agent"))

ROWS = [{"age": 31, "income": 1200}, {"age": 45, "income": 9000}]
COLLECTIONS = ("request", "model_inputs", "model_outputs", "response")
WITHOUT_SDK = """
import json

def init():
    pass

def run(data):
    return [row["age"] * 100 > row["income"] for row in json.loads(data)["data"]]
"""


def config_map() -> dict[str, Any]:
    """Return the files of the manifest's config map, by name."""
    objects = yaml.safe_load_all((FOLDER / "churn.yaml").read_text("utf-8"))
    (found,) = [each for each in objects if each["kind"] == "ConfigMap"]
    return {name: yaml.safe_load(text) for name, text in found["data"].items()}


def score(port: int, headers: dict[str, str]) -> tuple[int, Any, str]:
    """Return status, value and id of the answer to a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = json.dumps({"data": ROWS})
    connection.request("POST", "/score", body, {"Content-Type": "application/json", **headers})
    response = connection.getresponse()
    answer = response.status, json.loads(response.read()), response.headers["x-request-id"]
    connection.close()
    return answer


@pytest.fixture(params=["with the SDK", "without it"])
def scored(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[str]]:
    """Send two requests through the pod, and return what it wrote, and their ids."""
    from tests.modern.agent.agent_process import AgentProcess, running

    has_sdk = request.param == "with the SDK"
    files = config_map()
    settings = files["agent.yaml"]
    port, upstream, scoring = free_port(), free_port(), tmp_path / "scoring"
    scoring.mkdir()
    script = scoring / "score.py"
    script.write_text((FOLDER / "score.py").read_text() if has_sdk else WITHOUT_SDK)
    settings.update(
        listen=f"127.0.0.1:{port}",
        spool="spool",
        sdk_config="mdc-config.json",
        datastores={"workspaceblobstore": {"folder": "out"}},
    )
    settings["payload"].update(listen=f"127.0.0.1:{free_port()}", upstream=f"127.0.0.1:{upstream}")
    if not has_sdk:
        settings["rows"] = {"outputs": ["churns"]}
    agent = AgentProcess(tmp_path, yaml.safe_dump(files["deployment.yaml"]), settings)
    with running(agent):
        entrance = int(agent.wait_for(r"payloads at [^ ]*:(\d+)"))
        # As a native sidecar's, its config file is there before the script is imported.
        with ScoringServer(
            inference_server(Path(sys.executable), script, scoring, 1),
            scoring / "server.log",
            {
                "AZUREML_MDC_CONFIG_PATH": str(tmp_path / "mdc-config.json"),
                "AZUREML_MDC_PORT": str(port),
                "MDC_SPOOL_DIR": str(scoring / "spool"),
                "MDC_DELIVERY_INTERVAL": "0.05",
            },
            port=upstream,
        ):
            answers = [score(entrance, {"x-request-id": "r-1"}), score(entrance, {})]
        assert agent.end() == 0
    assert [answer[:2] for answer in answers] == [(200, [True, False])] * 2
    return tmp_path / "out", [answer[2] for answer in answers]


def test_one_id_joins_all_four(scored: tuple[Path, list[str]]) -> None:
    """Request, inputs, outputs and response are rows of the same id, in the same order."""
    out, ids = scored
    assert ids[0] == "r-1"
    for left, right in (COLLECTIONS[:2], COLLECTIONS[1:3], COLLECTIONS[2:], COLLECTIONS[::3]):
        joined = read(out, join=(left, right))
        assert sorted(joined.mdc_request) == sorted(each for each in ids for _ in ROWS)
        assert set(joined.mdc_collection) == {f"{left}+{right}"}
    every = read(out, join=COLLECTIONS)
    assert sorted(every.mdc_request) == sorted(each for each in ids for _ in ROWS)
    assert set(every.mdc_collection) == {"+".join(COLLECTIONS)}
    assert every.age.tolist() == every.age_model_inputs.tolist() == [31, 45] * 2
    assert every.churns.tolist() == [True, False] * 2
