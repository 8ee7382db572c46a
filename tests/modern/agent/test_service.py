"""The service starts, follows its files, refuses what makes no sense, and ends in order."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from tests.modern.agent.agent_process import DEPLOYMENT, AgentProcess, refused, running
from tests.ports import free_port

LOCAL = json.dumps({"runMode": "local", "collections": {"model_inputs": {"enabled": True}}})


def test_an_event_and_the_end(tmp_path: Path) -> None:
    """Events are lines; SIGTERM ends it with 0, and the next one knows what was stored."""
    agent = AgentProcess(tmp_path)
    with running(agent):
        assert agent.post(trace_id="1") == 200
        assert agent.end() == 0
    with running(agent):
        assert agent.post(trace_id="1") == 200
        assert agent.post(trace_id="2") == 200
        assert agent.end(signal.SIGINT) == 0
    assert [line["id"] for line in agent.lines()] == ["1", "2"]
    (line, _) = agent.lines()
    assert line["source"].endswith("/onlineEndpoints/ep/deployments/blue")


def test_it_follows_its_files(tmp_path: Path) -> None:
    """SIGHUP reads both files; with one that makes no sense everything stays as it was."""
    agent = AgentProcess(tmp_path, settings={"sdk_config": "mdc-config.json"})
    config = tmp_path / "mdc-config.json"
    with running(agent):
        assert json.loads(config.read_text())["runMode"] == "cloud"
        assert agent.post(collection="model_late") == 403
        agent.deployment.write_text(DEPLOYMENT + "    model_late: {enabled: 'True'}\n")
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reloaded")
        assert agent.post(collection="model_late", trace_id="1") == 200
        assert "model_late" in json.loads(config.read_text())["collections"]
        for bad in ("name: [", "name: blue\n", DEPLOYMENT.replace("'True'", "'maybe'")):
            said = agent.said()
            agent.deployment.write_text(bad)
            agent.process.send_signal(signal.SIGHUP)
            agent.wait_for("reload failed, continuing as before", said)
            assert agent.post(collection="model_late", trace_id="2") == 200
        said = agent.said()
        agent.deployment.write_text(DEPLOYMENT)
        agent.set(listen="127.0.0.1:1", datastores={"workspaceblobstore": {"folder": "out2"}})
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reloaded", said)
        agent.wait_for("listen, sdk_config|listen of .* takes effect at the next start", said)
        assert agent.post(trace_id="3") == 200
        assert agent.post(collection="model_late") == 403
        assert agent.end() == 0
    assert [line["id"] for line in agent.lines()] == ["1", "2"]
    assert len(list((tmp_path / "out2").rglob("*.jsonl"))) == 1


def test_a_reload_is_followed_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where the SDK's file cannot be written, events go where they went; the next is tried."""
    agent = AgentProcess(tmp_path, settings={"sdk_config": "mdc-config.json"})
    with running(agent):
        assert agent.post(trace_id="1") == 200
        config = tmp_path / "mdc-config.json"
        config.unlink()
        config.mkdir()
        agent.deployment.write_text(DEPLOYMENT.replace("name: blue", "name: green"))
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reload failed, continuing as before: .*cannot be written")
        assert agent.post(trace_id="2") == 200
        config.rmdir()
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("reloaded")
        assert agent.post(trace_id="3") == 200
        assert agent.end() == 0
    sources = {line["id"]: line["source"].rpartition("/")[2] for line in agent.lines()}
    assert sources == {"1": "blue", "2": "blue", "3": "green"}


def test_it_ends_while_a_file_does_not_answer(tmp_path: Path) -> None:
    """A file system that hangs holds up neither events nor the end."""
    agent = AgentProcess(tmp_path)
    with running(agent):
        agent.deployment.unlink()
        os.mkfifo(agent.deployment)
        agent.process.send_signal(signal.SIGHUP)
        assert agent.post(trace_id="1") == 200
        assert agent.end() == 0
    assert [line["id"] for line in agent.lines()] == ["1"]


def test_payloads_that_pass_nowhere_are_said(tmp_path: Path) -> None:
    """A deployment with `request` beside settings without `payload.listen` is not silent."""
    agent = AgentProcess(tmp_path, DEPLOYMENT + "    request: {enabled: 'True'}\n")
    with running(agent):
        agent.wait_for("request: no payload passes here to be logged; valid: payload.listen")
        assert agent.end() == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_an_upstream_that_is_the_agent_itself(tmp_path: Path, host: str) -> None:
    """Connections would go round and round: it does not start."""
    port = free_port()
    payload = {"listen": f"{host}:{port}", "upstream": f"127.0.0.1:{port}"}
    said = refused(tmp_path, settings={"payload": payload})
    assert f"payload.upstream 127.0.0.1:{port} is payload.listen itself" in said


def test_what_it_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not start where nothing would arrive, or where others could send: exit code 2."""
    folders = [tmp_path / str(at) for at in range(8)]
    for folder in folders:
        folder.mkdir()
    assert "valid" in refused(folders[0], deployment="name: blue\n")
    assert "token" in refused(folders[1], settings={"listen": f"0.0.0.0:{free_port()}"})
    config = folders[2] / "c.json"
    config.write_text(LOCAL)
    assert "runMode" in refused(folders[2], settings={"sdk_config": "c.json"})
    assert config.read_text() == LOCAL
    assert "runMode" in refused(folders[4], deployment=LOCAL)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert "cannot be used" in refused(folders[5], settings={"listen": address})
    (folders[6] / "spool").mkdir()
    (folders[6] / "spool" / "format").write_text("mdc-agent spool, version 99\n")
    assert "version 99" in refused(folders[6])
    other = {"datastores": {"other": {"folder": "x"}}}
    assert "8:7" in refused(folders[7], settings=other)
    monkeypatch.setenv("AZUREML_MDC_CONFIG_PATH", str(config))
    assert "runMode" in refused(folders[3])


def test_another_address_with_a_token(tmp_path: Path) -> None:
    """Others may send with the token, which is in a file or a variable and nowhere else."""
    token = {"MDC_AGENT_TOKEN": "t0ps3cret"}
    agent = AgentProcess(tmp_path, settings={"listen": f"0.0.0.0:{free_port()}"}, environ=token)
    with running(agent):
        assert agent.post() == 401
        assert agent.post(Authorization="Bearer t0ps3cret", Host="any.example") == 200
        assert agent.end() == 0
    assert "t0ps3cret" not in agent.said() + json.dumps(agent.lines())
