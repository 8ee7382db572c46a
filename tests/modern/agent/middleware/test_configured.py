"""The middleware as variables configure it: the lines are in files, or it says what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import flask
import pytest

from mdc_agent.middleware import WsgiPayloads, configured
from mdc_core.errors import SettingsError
from tests.modern.agent.deployment_text import deployment_text

pytestmark = pytest.mark.newest_only

DEPLOYMENT, SETTINGS = configured.DEPLOYMENT, configured.SETTINGS


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables, with files that log requests and responses to the folder `out`."""
    deployment, settings = tmp_path / "deployment.yaml", tmp_path / "agent.yaml"
    deployment.write_text(deployment_text("request", "response"))
    given = {"spool": "spool", "datastores": {"workspaceblobstore": {"folder": "out"}}}
    settings.write_text(json.dumps(given))
    variables = {DEPLOYMENT: str(deployment), SETTINGS: str(settings)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def app() -> flask.Flask:
    """Return an application that answers with what it is sent."""
    made = flask.Flask("score")
    made.add_url_rule(
        "/score", "score", lambda: flask.jsonify(flask.request.json), methods=["POST"]
    )
    made.wsgi_app = WsgiPayloads(made.wsgi_app)  # type: ignore[method-assign]
    return made


def lines_below(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of all files, by collection."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(folder.glob("modelDataCollector/ep/blue/*/**/*.jsonl")):
        collection = file.relative_to(folder).parts[3]
        found.setdefault(collection, []).extend(map(json.loads, file.read_bytes().splitlines()))
    return found


def test_exchanges_are_in_the_folder_that_the_settings_name(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """Each once, request and response under one id, and counted."""
    client = app().test_client()
    for number in range(20):
        answer = client.post("/score", json=[number], headers={"X-Request-Id": f"r-{number}"})
        assert answer.get_json() == [number]
    log = configured.configured_log()
    log.close()
    lines = lines_below(tmp_path / "out")
    for collection in ("request", "response"):
        ids = {line["correlationid"]: line["data"] for line in lines[collection]}
        assert ids == {f"r-{number}": [number] for number in range(20)}
        assert len(lines[collection]) == 20
    assert log.counts.read().stored == {"request": 20, "response": 20}


def test_what_comes_after_the_end_is_logged_too(environ: dict[str, str], tmp_path: Path) -> None:
    """Servers end a process's parts in an order of their own."""
    client = app().test_client()
    for number in range(3):
        assert client.post("/score", json=[number]).get_json() == [number]
        configured.configured_log().close()
    assert len(lines_below(tmp_path / "out")["request"]) == 3


def test_applications_of_one_process_share_a_log(environ: dict[str, str]) -> None:
    """Equal variables are one log; another deployment file is another."""
    log = configured.configured_log()
    assert configured.configured_log() is log
    other = Path(environ[DEPLOYMENT]).with_name("other.yaml")
    other.write_text(deployment_text("request"))
    assert configured.configured_log({**environ, DEPLOYMENT: str(other)}) is not log


def test_what_is_missing_is_named(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """When the application is wrapped, not when the first request comes."""
    deployment = Path(environ[DEPLOYMENT])
    monkeypatch.delenv(DEPLOYMENT)
    with pytest.raises(SettingsError, match=f"{DEPLOYMENT} is not set"):
        app()
    cases = {
        "name: blue\n": "endpoint_name is missing",
        deployment_text("request"): "workspaceblobstore",
    }
    for number, (text, message) in enumerate(cases.items()):
        file = deployment.with_name(f"{number}.yaml")
        file.write_text(text)
        monkeypatch.setenv(DEPLOYMENT, str(file))
        monkeypatch.delenv(SETTINGS, raising=False)
        with pytest.raises(SettingsError, match=message):
            app()
